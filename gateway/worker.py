"""A worker: the jobs that are woken, and what runs by the clock."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from gateway import schedule

if TYPE_CHECKING:
    from gateway.runtime import Runtime


async def work(runtime: Runtime) -> None:
    """Work until `runtime.jobs.stop()`; what is under way is finished first."""
    by_the_clock = asyncio.create_task(schedule.run(runtime), name="schedule")
    try:
        await runtime.jobs.run(runtime)
    finally:
        by_the_clock.cancel()
        with suppress(asyncio.CancelledError):
            await by_the_clock
