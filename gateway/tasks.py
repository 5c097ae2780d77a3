"""Background tasks that somebody owns: held while they run, cancelled at the end, never failing in silence."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from gateway import logs
from gateway.errors import GatewayError

T = TypeVar("T")

AGAIN_S = 1.0

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

    def keep(self, work: Callable[[], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        """Run this until `stop`: should it fail, it is a bug, and it begins again."""
        return self.start(self._for_ever(work))

    async def stop(self) -> None:
        """Cancel what runs, and wait for its end."""
        running = list(self._running)
        # redis-py 8.1 loses a cancellation that comes while a command ends, hence more than once.
        while running:
            for task in running:
                task.cancel()
            _, pending = await asyncio.wait(running, timeout=AGAIN_S)
            running = list(pending)

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:
                # A bug must not make this process deaf or blind until somebody restarts it.
                log.error("a background loop failed", owner=self._owner, error=repr(error), exc_info=error)
            await asyncio.sleep(AGAIN_S)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, GatewayError) and (error.status < 500 or error.status == 503):
            log.info("a background task gave up", owner=self._owner, error=str(error))
        else:
            log.error("a background task failed", owner=self._owner, error=repr(error), exc_info=error)
