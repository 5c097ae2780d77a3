"""Background tasks that somebody owns: held while they run, cancelled at the end, never failing in silence."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

from gateway import logs
from gateway.errors import GatewayError

T = TypeVar("T")

log = logs.get(__name__)


class Tasks:
    """The running tasks of one part of the process."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run this beside the caller. It shares nothing with the caller's context, least of all a transaction."""
        task = asyncio.get_running_loop().create_task(work, context=contextvars.Context())
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def stop(self) -> None:
        """Cancel what runs, and wait for its end."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, GatewayError) and (error.status < 500 or error.status == 503):
            log.info("a background task gave up", owner=self._owner, error=str(error))
        else:
            log.error("a background task failed", owner=self._owner, error=repr(error), exc_info=error)
