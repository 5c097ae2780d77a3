"""The log of an organization: 1, 2, 3 … without a hole, in the order of the commits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from gateway.ids import time_ms
from orm.connection import Connection
from tests.databases import Database
from tests.world import World

APPEND = "SELECT seq, id, prev_id, body FROM append_events($1, $2, $3, $4, $5)"


async def append(connection: Connection, organization_id: UUID, *types: str) -> list[asyncpg.Record]:
    async with connection.transaction():
        await enter(connection, organization_id)
        return await appended(connection, organization_id, *types)


async def appended(connection: Connection, organization_id: UUID, *types: str) -> list[asyncpg.Record]:
    many = len(types)
    return await connection.fetch(
        APPEND, organization_id, list(types), [None] * many, ["agents"] * many, ['{"x": "“”"}'] * many
    )


async def enter(connection: Connection, organization_id: UUID) -> None:
    await connection.execute("SELECT set_config('app.organization_id', $1, true)", str(organization_id))


async def logged(owner: Connection, organization_id: UUID) -> list[asyncpg.Record]:
    return await owner.fetch(
        "SELECT seq, id, type, audience, body, created_at FROM events WHERE organization_id = $1 ORDER BY seq",
        organization_id,
    )


async def test_an_organization_begins_with_an_empty_log(app: Connection, world: World) -> None:
    head = await app.fetchrow("SELECT * FROM sweep_heads($1)", [world.organization_id])
    assert head is not None
    assert tuple(head) == (world.organization_id, 0, None)


async def test_a_frame_says_what_when_and_where_in_the_log(app: Connection, owner: Connection, world: World) -> None:
    first, second = await append(app, world.organization_id, "message.created", "session.updated")
    assert [(row["seq"], row["prev_id"]) for row in (first, second)] == [(1, None), (2, first["id"])]
    frame = msgspec.json.decode(first["body"])
    assert list(frame) == ["t", "s", "id", "at", "d"]
    assert (frame["t"], frame["s"], frame["id"], frame["d"]) == ("message.created", 1, str(first["id"]), {"x": "“”"})
    at = msgspec.convert(frame["at"], datetime, strict=False)
    assert abs(datetime.now(UTC) - at) < timedelta(seconds=30)
    assert [row["body"] for row in await logged(owner, world.organization_id)] == [first["body"], second["body"]]


async def test_writers_at_once_leave_no_hole_and_no_swap(database: Database, owner: Connection, world: World) -> None:
    async def write(kind: str) -> None:
        connection = await asyncpg.connect(database.app_url)
        for n in range(15):
            transaction = connection.transaction()
            await transaction.start()
            await enter(connection, world.organization_id)
            await appended(connection, world.organization_id, *[kind] * (1 + n % 3))
            # Every fifth changes its mind: its numbers must be given to somebody else.
            await (transaction.rollback() if n % 5 == 4 else transaction.commit())
        await connection.close()

    await asyncio.gather(*(write(f"writer.n{n}") for n in range(6)))
    events = await logged(owner, world.organization_id)
    assert [row["seq"] for row in events] == list(range(1, len(events) + 1))
    assert len(events) == 6 * 24
    assert [row["id"] for row in events] == sorted(row["id"] for row in events)
    assert [row["created_at"] for row in events] == sorted(row["created_at"] for row in events)
    head = await owner.fetchrow("SELECT * FROM sweep_heads($1)", [world.organization_id])
    assert head is not None
    assert (head["seq"], head["last_event_id"]) == (events[-1]["seq"], events[-1]["id"])


async def test_a_clock_that_goes_back_does_not_bring_ids_back(app: Connection, owner: Connection, world: World) -> None:
    await append(app, world.organization_id, "a.b")
    ahead = await owner.fetchval(
        "UPDATE event_streams SET last_event_id = uuid_v7_floor(now() + interval '1 hour')"
        " WHERE organization_id = $1 RETURNING last_event_id",
        world.organization_id,
    )
    later = await append(app, world.organization_id, "a.b", "c.d", "e.f")
    ids = [ahead, *(row["id"] for row in later)]
    assert ids == sorted(set(ids))
    assert time_ms(ids[-1]) == time_ms(ahead)


async def test_only_its_own_organization_appends_to_a_log(app: Connection, world: World) -> None:
    async with app.transaction():
        await enter(app, world.organization_id)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await appended(app, world.other.organization_id, "a.b")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await appended(app, world.organization_id, "a.b")


async def test_the_log_is_changed_by_nothing_but_its_function(app: Connection, world: World) -> None:
    await append(app, world.organization_id, "a.b")
    for statement in (
        "UPDATE event_streams SET seq = 7",
        "DELETE FROM event_streams",
        "UPDATE events SET body = ''",
        "DELETE FROM events",
        "INSERT INTO events (id, organization_id, seq, type, body)"
        " SELECT uuid_v7(), organization_id, 9, 'a.b', '' FROM event_streams",
    ):
        async with app.transaction():
            await enter(app, world.organization_id)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
