"""Background tasks: owned, cancelled, and begun again."""

from __future__ import annotations

import asyncio
import contextvars

import pytest

from gateway import tasks as tasks_module
from gateway.tasks import Tasks
from tests.wait import eventually


async def test_a_loop_that_fails_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_module, "AGAIN_S", 0.01)
    begun: list[int] = []

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) < 3:
            raise ZeroDivisionError
        await asyncio.Event().wait()

    tasks = Tasks("test")
    tasks.keep(work)
    await eventually(lambda: len(begun) == 3)
    await tasks.stop()
    assert len(tasks) == 0


async def test_a_task_that_loses_a_cancellation_is_stopped_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks_module, "AGAIN_S", 0.05)

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.Event().wait()

    tasks = Tasks("test")
    task = tasks.start(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.stop()
    assert task.cancelled()


async def test_a_task_shares_nothing_with_the_context_that_started_it() -> None:
    which = contextvars.ContextVar("which", default="nobody's")
    which.set("the caller's transaction")

    async def look() -> str:
        return which.get()

    assert await Tasks("test").start(look()) == "nobody's"
