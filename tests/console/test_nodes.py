"""Two gateways and a Redis that fails: no console misses anything, and none is reset."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
from redis.asyncio import Redis

from gateway.embedded.valkey import Valkey
from gateway.errors import Unavailable
from gateway.ids import new_id
from gateway.runtime import Runtime, open_runtime
from gateway.settings import Settings
from tests.console.live import Console, signed_in
from tests.databases import Database
from tests.ears import write
from tests.serving import Served, serving
from tests.wait import eventually
from tests.world import World


class Pair:
    """Two nodes over one database and one Redis."""

    def __init__(self, valkey: Valkey, redis_url: str, nodes: tuple[Runtime, Runtime], served: tuple[Served, Served]):
        self.valkey, self.redis_url, self.nodes, self.served = valkey, redis_url, nodes, served

    def is_whole(self) -> bool:
        """Whether both nodes hear Redis."""
        return all(node.bus.is_connected for node in self.nodes)


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A Redis that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-valkey-"))
    folder.chmod(0o711)
    server = Valkey(folder, is_durable=False)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def pair(settings: Settings, valkey: Valkey) -> AsyncIterator[Pair]:
    """Two gateways."""
    settings = msgspec.structs.replace(settings, redis_url=valkey.start())
    async with (
        open_runtime(settings, role="all") as one,
        open_runtime(settings, role="all") as two,
        serving(one) as first,
        serving(two) as second,
    ):
        both = Pair(valkey, settings.redis_url, (one, two), (first, second))
        await eventually(both.is_whole)
        yield both


def is_contiguous(console: Console, count: int) -> bool:
    first = console.of("ready")[0]["s"] + 1
    return [event["s"] for event in console.events()] == list(range(first, first + count))


async def test_consoles_on_different_nodes_see_the_same(pair: Pair, world: World) -> None:
    async with (
        signed_in(pair.served[0], world) as one,
        signed_in(pair.served[1], world) as two,
        one.console() as here,
        two.console() as there,
    ):
        for n in range(20):
            await write(pair.nodes[n % 2], world)
        for console in (here, there):
            await console.wait_for("agent.updated", count=20)
            assert is_contiguous(console, 20)
        session_id = str(new_id())
        await here.say(t="focus", session=session_id)
        assert (await there.wait_for("viewers"))["d"]["session_id"] == session_id
        await here.say(t="typing", session=session_id, on=True)
        await there.wait_for("typing")


async def test_writers_on_both_nodes_at_once_leave_no_hole_on_any_screen(pair: Pair, world: World) -> None:
    async with (
        signed_in(pair.served[0], world) as one,
        signed_in(pair.served[1], world) as two,
        one.console() as here,
        two.console() as there,
    ):
        await asyncio.gather(*(write(pair.nodes[n % 2], world, 30) for n in range(6)))
        for console in (here, there):
            await console.wait_for("agent.updated", count=180)
            assert is_contiguous(console, 180)


async def test_flushing_redis_is_not_noticed(pair: Pair, world: World) -> None:
    async with signed_in(pair.served[1], world) as person, person.console() as there:
        async with Redis.from_url(pair.redis_url) as redis:
            await redis.flushall()
        await write(pair.nodes[0], world, 3)
        await there.wait_for("agent.updated", count=3)
        assert is_contiguous(there, 3)
        assert there.of("reset") == []


async def test_a_restart_of_redis_costs_a_moment_and_no_reset(pair: Pair, world: World) -> None:
    async with signed_in(pair.served[1], world) as person, person.console() as there:
        await write(pair.nodes[0], world)
        await there.wait_for("agent.updated")
        pair.valkey.stop()
        await write(pair.nodes[0], world, 2)
        await there.wait_for("agent.updated", count=3, within_s=2.5)
        pair.valkey.start()
        await write(pair.nodes[0], world, 2)
        await there.wait_for("agent.updated", count=5, within_s=2.5)
        await eventually(pair.is_whole)
        await write(pair.nodes[0], world, 2)
        await there.wait_for("agent.updated", count=7, within_s=2.5)
        assert is_contiguous(there, 7)
        assert there.of("reset") == []


async def test_with_redis_away_one_can_come_sign_out_and_go(pair: Pair, world: World) -> None:
    async with signed_in(pair.served[0], world) as one, signed_in(pair.served[1], world) as two:
        pair.valkey.stop()
        async with one.console() as here, two.console() as there:
            await write(pair.nodes[0], world)
            await here.wait_for("agent.updated")
            await there.wait_for("agent.updated", within_s=2.5)
            async with one.http.post("/api/v1/auth/logout", headers={"X-CSRF-Token": one.csrf}) as answer:
                assert answer.status == 204
            assert (await here.wait_closed(within_s=2))[0] == 4502
            assert there.closed is None


async def test_consoles_outlive_a_database_that_throws_everybody_out(
    pair: Pair, world: World, database: Database
) -> None:
    async with signed_in(pair.served[1], world) as person, person.console() as there:
        owner = await asyncpg.connect(database.owner_url)
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await owner.close()
        await eventually(lambda: can_write(pair.nodes[0], world), what="the pool recovers")
        await there.wait_for("agent.updated", within_s=3)
        await write(pair.nodes[0], world, 2)
        await there.wait_for("agent.updated", count=3)
        assert is_contiguous(there, 3)
        assert there.of("reset") == []


async def can_write(runtime: Runtime, world: World) -> bool:
    try:
        await write(runtime, world)
    except (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False
    return True
