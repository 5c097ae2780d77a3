"""The long poll and the snapshot: the same frames and the same states, over HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import msgspec
import pytest

from console import snapshot as snapshot_module
from console.snapshot import Snapshot
from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from tests.console.live import SignedIn, signed_in
from tests.databases import Database
from tests.ears import write
from tests.serving import Served
from tests.wait import eventually
from tests.world import World


async def poll(person: SignedIn, since: dict[str, Any] | str | None, *, wait: float = 0) -> list[dict[str, Any]]:
    text = f"{since['s']}:{since['id'] or ''}" if isinstance(since, dict) else since
    params = {"wait": str(wait)} | ({} if text is None else {"since": text})
    async with person.http.get("/api/v1/events", params=params) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
        return list(await answer.json())


async def test_the_snapshot_says_what_it_promises(server: Served, world: World) -> None:
    async with signed_in(server, world) as person, person.http.get("/api/v1/console/snapshot") as answer:
        snapshot = msgspec.json.decode(await answer.read(), type=Snapshot)
        assert snapshot.me.agent_id == world.agent_id
        assert [agent.id for agent in snapshot.agents] == [world.agent_id]
        assert [channel.id for channel in snapshot.channels] == [world.channel_config_id]
        assert snapshot.counts.open == len(snapshot.sessions) == 0


async def test_a_stranger_gets_neither(server: Served) -> None:
    async with aiohttp.ClientSession(server.url) as stranger:
        for path in ("/api/v1/console/snapshot", "/api/v1/events"):
            async with stranger.get(path) as answer:
                assert answer.status == 401


async def test_a_poll_gives_the_frames_of_the_socket(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        async with person.console(since=snapshot) as console:
            await write(runtime, world, 3)
            await console.wait_for("agent.updated", count=3)
            assert await poll(person, snapshot) == console.events()


async def test_a_poll_waits_for_news(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        waiting = asyncio.create_task(poll(person, snapshot, wait=20))
        await eventually(lambda: runtime.feed.head(world.organization_id))
        begun = time.monotonic()
        await write(runtime, world)
        [frame] = await waiting
        assert frame["s"] == snapshot["s"] + 1
        assert time.monotonic() - begun < 5


async def test_a_poll_without_news_ends_in_time_and_empty(server: Served, world: World) -> None:
    async with signed_in(server, world) as person:
        assert await poll(person, await person.snapshot(), wait=0.05) == []


async def test_a_poll_without_a_position_says_where_the_log_ends(
    server: Served, runtime: Runtime, world: World
) -> None:
    await write(runtime, world, 2)
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        assert await poll(person, None) == [{"t": "sync", "s": snapshot["s"], "id": snapshot["id"]}]


async def test_polling_from_the_beginning_gives_the_whole_log(server: Served, runtime: Runtime, world: World) -> None:
    await write(runtime, world, 4)
    async with signed_in(server, world) as person:
        frames = await poll(person, "0")
        head = await person.snapshot()
        assert [frame["s"] for frame in frames] == list(range(1, head["s"] + 1))


async def test_a_position_that_never_was_is_answered_with_a_reset(
    server: Served, runtime: Runtime, world: World
) -> None:
    await write(runtime, world, 2)
    async with signed_in(server, world) as person:
        head = await person.snapshot()
        assert await poll(person, {"s": head["s"], "id": str(new_id())}) == [{"t": "reset", "why": "diverged"}]


async def test_what_is_for_somebody_else_is_a_step(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        await write(runtime, world, audience=f"user:{new_id()}")
        [step] = await poll(person, snapshot, wait=5)
        assert (step["t"], step["s"]) == ("sync", snapshot["s"] + 1)


async def test_another_organization_is_never_seen(server: Served, runtime: Runtime, world: World) -> None:
    await write(runtime, world.other, 3)
    await write(runtime, world, 1)
    async with signed_in(server, world) as person:
        text = msgspec.json.encode([await poll(person, "0"), await person.snapshot()]).decode()
        assert str(world.agent_id) in text
        for foreign in (world.other.agent_id, world.other.organization_id, world.other.channel_config_id):
            assert str(foreign) not in text


@pytest.mark.parametrize(
    "since",
    ["x", "1", ":", "1:", "-1:0", "1:not-an-id", "0:0198c8a0-0000-7000-8000-000000000000", "9" * 40, "\u0661:x"],
)
async def test_a_position_that_cannot_be_read_is_refused(server: Served, world: World, since: str) -> None:
    async with (
        signed_in(server, world) as person,
        person.http.get("/api/v1/events", params={"since": since}) as answer,
    ):
        assert answer.status == 400


async def test_a_poll_may_not_wait_for_ever(server: Served, world: World) -> None:
    async with signed_in(server, world) as person:
        for wait in ("31", "-1", "nan", "soon"):
            async with person.http.get("/api/v1/events", params={"since": "0", "wait": wait}) as answer:
                assert answer.status in (400, 422), wait


async def test_more_polls_than_a_user_may_have_are_refused(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        runtime.hub.reception._settings = msgspec.structs.replace(runtime.settings, sockets_per_user=1)
        waiting = asyncio.create_task(poll(person, snapshot, wait=20))
        await eventually(lambda: runtime.hub.reception._polls)
        async with person.http.get("/api/v1/events", params={"since": "0"}) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"]
        await write(runtime, world)
        assert len(await waiting) == 1
        await eventually(lambda: not runtime.hub.reception._polls)


async def test_those_who_come_back_at_once_share_one_snapshot(
    server: Served, runtime: Runtime, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    really = snapshot_module._take

    async def counted(*asker: Any) -> dict[str, Any]:
        asked.append(asker)
        return await really(*asker)

    monkeypatch.setattr(snapshot_module, "_take", counted)
    async with signed_in(server, world) as person, signed_in(server, world.other) as other:
        taken = await asyncio.gather(*(person.snapshot() for _ in range(10)), other.snapshot())
    assert len(asked) < 11
    assert {snapshot["me"]["agent_id"] for snapshot in taken[:10]} == {str(world.agent_id)}
    assert taken[10]["me"]["agent_id"] == str(world.other.agent_id)
    assert taken[10]["agents"] != taken[0]["agents"]


async def test_of_very_many_sessions_the_newest_are_listed_and_all_are_counted(
    server: Served, runtime: Runtime, world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_module, "MOST_SESSIONS", 3)
    async with tenant_tx(runtime, world.organization_id) as tx:
        await tx.connection.execute(
            "WITH c AS (INSERT INTO customers (organization_id, channel_config_id, channel, channel_user_id)"
            " SELECT $1, $2, 'whatsapp', n::text FROM generate_series(1, 8) n RETURNING id, channel_user_id)"
            " INSERT INTO chat_sessions (organization_id, channel_config_id, customer_id, status, last_message_at)"
            " SELECT $1, $2, id, 'queued', now() + channel_user_id::int * interval '1 minute' FROM c",
            world.organization_id,
            world.channel_config_id,
        )
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
    assert {session["customer"]["channel_user_id"] for session in snapshot["sessions"]} == {"6", "7", "8"}
    assert snapshot["counts"]["open"] == 8
