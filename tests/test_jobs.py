"""Jobs over a real Redis: wake-ups run, are claimed from the dead, and outlive a lost group."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis
from taskiq.kicker import AsyncKicker

from gateway.jobs import REGISTRY, Jobs, ReliableStreamBroker, job
from gateway.settings import Settings, load
from tests.databases import Servers
from tests.wait import eventually

HEARD: list[tuple[Any, ...]] = []


@job
async def remember(runtime: Any, *texts: str) -> None:
    HEARD.append((runtime, *texts))
    if texts[0] == "fail":
        raise RuntimeError("as asked")


@pytest.fixture
def settings(servers: Servers) -> Settings:
    HEARD.clear()
    return load({}, redis_url=servers.redis_url, redis_prefix=f"j{uuid.uuid4().hex[:8]}:", drain_s=2.0)


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    async with Redis.from_url(settings.redis_url) as client:
        yield client


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Jobs]:
    jobs = Jobs(settings)
    task = asyncio.create_task(jobs.run("a runtime"))  # type: ignore[arg-type]
    try:
        yield jobs
    finally:
        jobs.stop()
        await asyncio.wait_for(task, 10)
        await jobs.close()


async def test_a_wake_up_runs_its_job_with_the_runtime_and_leaves_nothing_behind(
    settings: Settings, redis: Redis
) -> None:
    async with running(settings) as jobs:
        jobs.wake(remember, "one", "two")
        await eventually(lambda: HEARD == [("a runtime", "one", "two")])
        await eventually(lambda: _length(redis, settings, 0), what="the stream is empty again")


async def test_a_wake_up_that_was_sent_before_any_worker_started_is_run_when_one_does(settings: Settings) -> None:
    sender = Jobs(settings)
    sender.wake(remember, "early")
    await sender.close()
    async with running(settings):
        await eventually(lambda: HEARD == [("a runtime", "early")])


async def test_a_job_that_fails_is_not_run_again_and_the_next_one_is(settings: Settings) -> None:
    async with running(settings) as jobs:
        jobs.wake(remember, "fail")
        await eventually(lambda: len(HEARD) == 1)
        jobs.wake(remember, "next")
        await eventually(lambda: len(HEARD) == 2)
    assert [heard[1] for heard in HEARD] == ["fail", "next"]


async def test_what_a_dead_worker_had_taken_is_claimed_by_the_clock_without_a_new_message(
    settings: Settings, redis: Redis
) -> None:
    queue = f"{settings.redis_prefix}jobs"
    dead, alive = (
        ReliableStreamBroker(settings.redis_url, queue, consumer_id="0", idle_timeout=200, xread_block=50)
        for _ in range(2)
    )
    await AsyncKicker(task_name="anything", broker=dead, labels={}).kiq("work")
    taken = await anext(aiter(dead.listen()))
    assert (await redis.xpending(queue, "taskiq"))["pending"] == 1, "taken, and never acknowledged"

    claimed = await asyncio.wait_for(anext(aiter(alive.listen())), 5)
    assert claimed.data == taken.data
    await claimed.ack()  # type: ignore[misc]
    assert await redis.xlen(queue) == 0
    for broker in (dead, alive):
        await broker.shutdown()


async def test_a_flushed_redis_stops_no_worker(settings: Settings, redis: Redis) -> None:
    async with running(settings) as jobs:
        jobs.wake(remember, "before")
        await eventually(lambda: len(HEARD) == 1)
        await eventually(lambda: _length(redis, settings, 0))
        await redis.delete(f"{settings.redis_prefix}jobs")
        jobs.wake(remember, "after")
        await eventually(lambda: len(HEARD) == 2)


async def test_a_redis_that_is_away_neither_fails_nor_holds_up_who_wakes(settings: Settings) -> None:
    away = load({}, redis_url="redis://127.0.0.1:1/0", redis_prefix=settings.redis_prefix)
    jobs = Jobs(away)
    jobs.wake(remember, "lost")
    await asyncio.wait_for(jobs.close(), 5)
    assert HEARD == []


async def test_a_worker_that_stops_finishes_what_it_has_begun_and_leaves_the_group(
    settings: Settings, redis: Redis
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(runtime: Any) -> None:
        begun.set()
        await may_end.wait()
        HEARD.append(("done",))

    job(slow)
    try:
        async with running(settings) as jobs:
            jobs.wake(slow)
            await asyncio.wait_for(begun.wait(), 5)
            jobs.stop()
            assert HEARD == []
            may_end.set()
        assert HEARD == [("done",)]
        assert await redis.xinfo_consumers(f"{settings.redis_prefix}jobs", "switchboard") == []
    finally:
        REGISTRY.pop(f"{slow.__module__}.{slow.__qualname__}")


async def _length(redis: Redis, settings: Settings, expected: int) -> bool:
    return bool(await redis.xlen(f"{settings.redis_prefix}jobs") == expected)
