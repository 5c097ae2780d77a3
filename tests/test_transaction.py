"""The tenant's door: isolation, numbering, and connections that always come back."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

import asyncpg
import msgspec
import pytest

from gateway.errors import Unavailable
from gateway.events import AgentUpdated
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from orm.conversations.tables import Agent
from tests.databases import Database
from tests.ears import Ear, announce
from tests.wait import eventually
from tests.world import Tenant, World


async def log_of(runtime: Runtime, tenant: Tenant) -> list[asyncpg.Record]:
    async with tenant_tx(runtime, tenant.organization_id) as tx:
        return await tx.connection.fetch("SELECT seq, id, type, body FROM events ORDER BY seq")


async def test_a_transaction_sees_its_own_organization_only(runtime: Runtime, world: World) -> None:
    seen: dict[UUID, set[UUID]] = {}
    for tenant in (world, world.other):
        async with tenant_tx(runtime, tenant.organization_id) as tx:
            rows = await tx.connection.fetch("SELECT id FROM agents")
        seen[tenant.organization_id] = {row["id"] for row in rows}
    assert seen == {
        world.organization_id: {world.agent_id},
        world.other.organization_id: {world.other.agent_id},
    }
    async with runtime.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM agents") == 0


async def test_piccolo_takes_part_in_the_transaction(runtime: Runtime, world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tenant_tx(runtime, world.organization_id) as tx:
            assert await Agent.select(Agent.id).output(as_list=True) == [world.agent_id]
            await Agent.update({Agent.display_name: "Somebody"}, force=True)
            assert await tx.connection.fetchval("SELECT display_name FROM agents") == "Somebody"
            raise ZeroDivisionError
    assert await Agent.count() == 0, "outside of it no tenant is set"
    async with tenant_tx(runtime, world.organization_id) as tx:
        assert await tx.connection.fetchval("SELECT display_name FROM agents") != "Somebody"


async def test_what_was_announced_is_in_the_log_and_is_published_as_it_stands_there(
    runtime: Runtime, world: World
) -> None:
    ear = Ear()
    before = await runtime.feed.join(world.organization_id, ear)
    async with tenant_tx(runtime, world.organization_id) as tx:
        await announce(tx, world)
        await announce(tx, world)
    rows = await log_of(runtime, world)
    await eventually(lambda: len(ear.frames) == 2)
    assert [row["seq"] for row in rows][-2:] == [before.s + 1, before.s + 2]
    assert [frame.body.decode() for frame in ear.frames] == [row["body"] for row in rows[-2:]]
    frame = msgspec.json.decode(ear.frames[0].body)
    assert list(frame) == ["t", "s", "id", "at", "d"]
    assert msgspec.convert(frame["d"], AgentUpdated, strict=False).agent.id == world.agent_id


async def test_what_was_rolled_back_is_neither_in_the_log_nor_published(runtime: Runtime, world: World) -> None:
    ear = Ear()
    before = await runtime.feed.join(world.organization_id, ear)
    with pytest.raises(ZeroDivisionError):
        async with tenant_tx(runtime, world.organization_id) as tx:
            await announce(tx, world)
            raise ZeroDivisionError
    async with tenant_tx(runtime, world.organization_id) as tx:
        await announce(tx, world)
    await eventually(lambda: ear.frames)
    assert [frame.s for frame in ear.frames] == [before.s + 1]


async def test_a_savepoint_undoes_only_what_happened_inside(runtime: Runtime, world: World) -> None:
    before = len(await log_of(runtime, world))
    async with tenant_tx(runtime, world.organization_id) as tx:
        await announce(tx, world)
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with tx.savepoint():
                await announce(tx, world)
                await tx.connection.execute("SELECT 1/0")
        async with tx.savepoint():
            await announce(tx, world)
    assert len(await log_of(runtime, world)) == before + 2


async def test_many_writers_number_the_log_without_a_hole_in_the_order_of_commits(
    runtime: Runtime, world: World
) -> None:
    ear = Ear()
    before = await runtime.feed.join(world.organization_id, ear)

    async def write(n: int) -> None:
        chance = random.Random(n)
        try:
            async with tenant_tx(runtime, world.organization_id) as tx:
                for _ in range(chance.randint(1, 3)):
                    await announce(tx, world)
                if chance.random() < 0.3:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass

    await asyncio.gather(*(write(n) for n in range(120)))
    rows = await log_of(runtime, world)
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert len(rows) > before.s + 100
    await eventually(lambda: len(ear.frames) == len(rows) - before.s)
    assert [frame.s for frame in ear.frames] == [row["seq"] for row in rows][before.s :]


async def test_a_swallowed_error_does_not_pass_for_a_commit(runtime: Runtime, world: World) -> None:
    with pytest.raises(Unavailable):
        async with tenant_tx(runtime, world.organization_id) as tx:
            with pytest.raises(asyncpg.DivisionByZeroError):
                await tx.connection.execute("SELECT 1/0")


async def test_a_failed_commit_gives_its_connection_back(runtime: Runtime, world: World) -> None:
    async with tenant_tx(runtime, world.organization_id) as tx:
        await tx.connection.execute("CREATE TEMP TABLE picky (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    for _ in range(runtime.settings.pool_size * 2):
        with pytest.raises(asyncpg.PostgresError):
            async with tenant_tx(runtime, world.organization_id) as tx:
                await tx.connection.execute(
                    "CREATE TEMP TABLE IF NOT EXISTS picky (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
                )
                await tx.connection.execute("INSERT INTO picky VALUES (1), (1)")
    await every_connection_is_good(runtime, world)


async def test_cancelling_at_any_moment_leaks_no_connection(runtime: Runtime, world: World) -> None:
    async def write() -> None:
        async with tenant_tx(runtime, world.organization_id) as tx:
            await announce(tx, world)
            await tx.connection.execute("SELECT pg_sleep(0.002)")

    for n in range(150):
        task = asyncio.create_task(write())
        await asyncio.wait([task], timeout=random.Random(n).random() * 0.015)
        task.cancel()
        await asyncio.wait([task], timeout=random.Random(-n).random() * 0.002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await every_connection_is_good(runtime, world)
    rows = await log_of(runtime, world)
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))


async def test_a_backend_that_dies_inside_costs_one_transaction_only(
    runtime: Runtime, world: World, database: Database
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    with pytest.raises(Unavailable):
        async with tenant_tx(runtime, world.organization_id) as tx:
            pid = await tx.connection.fetchval("SELECT pg_backend_pid()")
            await owner.execute("SELECT pg_terminate_backend($1)", pid)
            await tx.connection.execute("SELECT pg_sleep(5)")
    await owner.close()
    await every_connection_is_good(runtime, world)


async def test_an_empty_pool_is_said_within_bounds(
    runtime: Runtime, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.transaction.ACQUIRE_S", 0.05)
    held = [await runtime.pool.acquire() for _ in range(runtime.settings.pool_size)]
    try:
        with pytest.raises(Unavailable) as refused:
            async with tenant_tx(runtime, world.organization_id):
                raise AssertionError("nobody gets here")
        assert refused.value.retry_after_s
    finally:
        for connection in held:
            await runtime.pool.release(connection)


async def every_connection_is_good(runtime: Runtime, world: World) -> None:
    """As many transactions at once as the pool has connections, each in a state of its own."""
    met = asyncio.Barrier(runtime.settings.pool_size)

    async def look() -> None:
        async with tenant_tx(runtime, world.organization_id) as tx:
            await met.wait()
            assert await tx.connection.fetchval("SELECT count(*) FROM agents") == 1

    async with asyncio.timeout(10):
        await asyncio.gather(*(look() for _ in range(runtime.settings.pool_size)))
