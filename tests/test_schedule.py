"""What runs by the clock: the sweep that needs no Redis, and one leader that keeps house."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway import schedule
from gateway.identity.gate import before_tenant
from gateway.runtime import Runtime
from gateway.schedule import Sweep
from gateway.worker import work
from orm.relay import housekeeping
from orm.relay.deliveries import sweep_due
from tests.conversations.conftest import line as line
from tests.conversations.desk import Desk, open_desk
from tests.conversations.webhooks import Line
from tests.wait import eventually
from tests.world import World


@pytest.fixture
async def desk(runtime: Runtime, world: World, line: Line) -> AsyncIterator[Desk]:
    async with open_desk(runtime, world, line) as opened:
        yield opened


async def test_the_sweep_delivers_what_no_wake_up_came_for(desk: Desk) -> None:
    message = await desk.say("swept")
    sweep = Sweep(desk.runtime)
    await sweep.once()
    await sweep.finish()
    assert desk.on_the_phone() == ["swept"]
    await desk.becomes(message, "delivered")


async def test_a_worker_delivers_on_a_wake_up_and_by_the_clock_and_stops_when_asked(desk: Desk) -> None:
    working = asyncio.create_task(work(desk.runtime))
    try:
        await desk.becomes(await desk.say("woken"), "delivered")
        desk.runtime.jobs.wake = lambda *_: None  # type: ignore[method-assign]
        await desk.becomes(await desk.say("swept"), "delivered")
        assert desk.on_the_phone() == ["woken", "swept"]
    finally:
        desk.runtime.jobs.stop()
        await asyncio.wait_for(working, 15)


async def test_only_the_oldest_of_a_conversation_is_found_and_only_when_it_is_due(desk: Desk) -> None:
    await desk.say("first")
    await desk.say("second")
    async with before_tenant(desk.runtime) as connection:
        assert [due.session_id for due in await sweep_due(connection, limit=10)] == [desk.session_id]
    await desk.line.rows(
        "UPDATE deliveries SET next_at = now() + interval '1 hour'"
        " WHERE id = (SELECT id FROM deliveries ORDER BY id LIMIT 1)"
    )
    async with before_tenant(desk.runtime) as connection:
        assert await sweep_due(connection, limit=10) == [], "the second is due, but not its turn"


async def test_one_leads_and_another_follows_when_its_connection_is_cut(
    runtime: Runtime, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_LEADER_CHECK_S", 0.05)
    keeping: list[str] = []

    async def keep_house(_: Runtime) -> None:
        task = asyncio.current_task()
        assert task is not None
        keeping.append(task.get_name())
        try:
            await asyncio.Event().wait()
        finally:
            keeping.remove(task.get_name())

    monkeypatch.setattr(schedule, "_keep_house", keep_house)
    both = [asyncio.create_task(schedule.lead(runtime)) for _ in range(2)]
    try:
        await eventually(lambda: len(keeping) == 1)
        [first] = keeping
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        assert (await line.rows(waiting))[0][0] == 1
        await line.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await eventually(lambda: len(keeping) == 1 and keeping != [first], what="the other one leads")
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    assert keeping == []


async def test_what_has_expired_is_tidied_away_and_the_rest_stays(runtime: Runtime, world: World, line: Line) -> None:
    await line.rows(
        "INSERT INTO idempotency_keys (organization_id, key, request_hash, created_at)"
        " SELECT $1, 'key ' || n, repeat('0', 64), now() - n * interval '13 hours' FROM generate_series(0, 3) n",
        world.organization_id,
    )
    async with before_tenant(runtime) as connection:
        assert await housekeeping.sweep_expired(connection, limit=100) == 2
    assert len(await line.rows("SELECT key FROM idempotency_keys")) == 2


async def test_one_failure_by_the_clock_is_not_the_last_turn() -> None:
    turns: list[int] = []

    async def fails() -> None:
        turns.append(1)
        raise RuntimeError("as asked")

    task = asyncio.create_task(schedule.every(0, fails))
    await eventually(lambda: len(turns) > 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
