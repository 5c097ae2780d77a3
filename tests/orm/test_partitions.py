"""Partitions by time: one is read where the id is known, they are made ahead, and dropped when their time is over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from gateway.ids import message_id, new_id
from orm import partitions
from orm.connection import Connection
from tests.databases import Database
from tests.world import World


def id_at(moment: datetime) -> UUID:
    return message_id(new_id(), "inbound", "KEY", sent_at_ms=round(moment.timestamp() * 1000))


async def event_at(owner: Connection, organization_id: UUID, moment: datetime) -> UUID:
    id_ = id_at(moment)
    await owner.execute(
        "INSERT INTO events (id, organization_id, seq, type, body) VALUES ($1, $2, 1, 'a.b', '{}')",
        id_,
        organization_id,
    )
    return id_


async def place_of(owner: Connection, table: str, id_: UUID) -> str | None:
    place: str | None = await owner.fetchval(f"SELECT tableoid::regclass::text FROM {table} WHERE id = $1", id_)
    return place


async def grow_old(owner: Connection, table: str, *, days: int) -> datetime:
    """As if the table had been there for long: one partition ends that many days ago, the next one a day later."""
    first, second = (await owner.fetch("SELECT name, from_id FROM partitions($1) WHERE NOT is_default", table))[:2]
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    await owner.execute(f"ALTER TABLE {table} DETACH PARTITION {first['name']}; DROP TABLE {first['name']}")
    floors = [await owner.fetchval("SELECT uuid_v7_floor($1)", day + timedelta(days=n)) for n in (0, 1)]
    bounds = ["MINVALUE", *(f"'{bound}'" for bound in (*floors, second["from_id"]))]
    for name, lower, upper in zip(("old", "next", "recent"), bounds, bounds[1:], strict=False):
        await owner.execute(f"CREATE TABLE {table}_{name} PARTITION OF {table} FOR VALUES FROM ({lower}) TO ({upper})")
    return day


async def test_the_next_partitions_are_made_ahead_by_the_app(app: Connection, owner: Connection) -> None:
    assert await partitions.make_missing(app) == []
    before = await partitions.listed(app)
    last = (await owner.fetch("SELECT name FROM partitions('events') WHERE NOT is_default"))[-1]["name"]
    await owner.execute(f"DROP TABLE {last}")
    assert await partitions.make_missing(app) == [last]
    assert await partitions.listed(app) == before


async def test_two_workers_at_once_make_each_partition_once(database: Database, owner: Connection) -> None:
    for table in ("events", "messages"):
        last = (await owner.fetch("SELECT name FROM partitions($1) WHERE NOT is_default", table))[-1]["name"]
        await owner.execute(f"DROP TABLE {last}")
    both = [await asyncpg.connect(database.app_url) for _ in range(2)]
    await asyncio.gather(*(partitions.make_missing(each) for each in both))
    assert await both[0].fetch("SELECT FROM partitions_missing()") == []
    for each in both:
        await each.close()


async def test_a_partition_that_is_locked_away_is_made_at_the_next_turn(app: Connection, owner: Connection) -> None:
    last = (await owner.fetch("SELECT name FROM partitions('events') WHERE NOT is_default"))[-1]["name"]
    await owner.execute(f"DROP TABLE {last}")
    async with owner.transaction():
        await owner.execute("SELECT FROM events_default")
        assert await partitions.make_missing(app) == []
    assert await partitions.make_missing(app) == [last]


async def test_a_new_partition_is_like_its_table(app: Connection, owner: Connection, world: World) -> None:
    shape = """
        SELECT (SELECT count(*) FROM pg_index WHERE indrelid = c.oid), (SELECT count(*) FROM pg_constraint
                WHERE conrelid = c.oid AND contype = 'f'), (SELECT count(*) FROM pg_trigger WHERE tgrelid = c.oid
                AND NOT tgisinternal), reloptions
        FROM pg_class c WHERE c.oid = $1::text::regclass
    """
    first, *_, last = await owner.fetch("SELECT name FROM partitions('chat_sessions') WHERE NOT is_default")
    expected = await owner.fetchrow(shape, first["name"])
    await owner.execute(f"ALTER TABLE chat_sessions DETACH PARTITION {last['name']}")
    await owner.execute(f"DROP TABLE {last['name']}")
    await partitions.make_missing(app)
    made = await owner.fetchrow(shape, last["name"])
    assert made is not None
    assert tuple(made) == tuple(expected or ())
    assert min(made[0], made[1], made[2]) > 0
    assert made["reloptions"] == ["fillfactor=70"]


async def test_what_is_too_old_is_dropped_and_the_rest_stays(app: Connection, owner: Connection, world: World) -> None:
    day = await grow_old(owner, "events", days=40)
    old, recent = [await event_at(owner, world.organization_id, day + timedelta(days=n)) for n in (-1, 2)]
    assert [await place_of(owner, "events", id_) for id_ in (old, recent)] == ["events_old", "events_recent"]
    assert await partitions.drop_expired(app) == ["events_old", "events_next"]
    assert [await place_of(owner, "events", id_) for id_ in (old, recent)] == [None, "events_recent"]
    assert await partitions.drop_expired(app) == []


async def test_what_comes_much_too_late_still_has_a_place(app: Connection, owner: Connection, world: World) -> None:
    day = await grow_old(owner, "events", days=40)
    assert await partitions.drop_expired(app, keep={"events": timedelta(days=40)}) == ["events_old"]
    late = await event_at(owner, world.organization_id, day - timedelta(days=400))
    assert await place_of(owner, "events", late) == "events_past"
    assert await partitions.overflowing(app) == []
    # It goes with the next partition that is dropped.
    assert await partitions.drop_expired(app, keep={"events": timedelta(days=39)}) == ["events_next"]
    assert await place_of(owner, "events", late) is None


async def test_a_setting_can_keep_a_table_longer(app: Connection, owner: Connection) -> None:
    await grow_old(owner, "events", days=40)
    assert await partitions.drop_expired(app, keep={"events": timedelta(days=60)}) == []
    assert await partitions.drop_expired(app, keep={"events": timedelta(days=40)}) == ["events_old"]


async def test_sessions_stay_until_their_messages_have_gone(app: Connection, owner: Connection, world: World) -> None:
    for table in ("messages", "chat_sessions"):
        day = await grow_old(owner, table, days=2000)
    session = id_at(day - timedelta(days=3))
    customer = await owner.fetchval(
        "INSERT INTO customers (organization_id, channel_config_id, channel, channel_user_id)"
        " VALUES ($1, $2, 'whatsapp', '4915550100') RETURNING id",
        world.organization_id,
        world.channel_config_id,
    )
    await owner.execute(
        "INSERT INTO chat_sessions (id, organization_id, customer_id, channel_config_id) VALUES ($1, $2, $3, $4)",
        session,
        world.organization_id,
        customer,
        world.channel_config_id,
    )
    recent = new_id()
    await owner.execute(
        "INSERT INTO messages (id, organization_id, session_id, channel_config_id, seq, direction, sender_type)"
        " VALUES ($1, $2, $3, $4, 1, 'inbound', 'customer')",
        recent,
        world.organization_id,
        session,
        world.channel_config_id,
    )
    assert await partitions.drop_expired(app) == ["messages_old", "messages_next"]
    assert await place_of(owner, "chat_sessions", session) == "chat_sessions_old"
    await owner.execute("DELETE FROM messages")
    assert await partitions.drop_expired(app) == ["chat_sessions_old", "chat_sessions_next"]


async def test_no_setting_shortens_what_is_kept_by_the_month(app: Connection, owner: Connection) -> None:
    await grow_old(owner, "messages", days=100)
    assert await partitions.drop_expired(app, keep={"messages": timedelta(days=1)}) == []
    with pytest.raises(asyncpg.RaiseError, match="is to be kept"):
        await app.execute("SELECT partition_drop('messages', 'messages_old')")


async def test_rows_beside_all_partitions_are_noticed(app: Connection, owner: Connection, world: World) -> None:
    assert await partitions.overflowing(app) == []
    wild = await event_at(owner, world.organization_id, datetime(2099, 1, 1, tzinfo=UTC))
    assert await place_of(owner, "events", wild) == "events_default"
    assert await partitions.overflowing(app) == ["events"]


async def test_the_app_can_drop_nothing_that_is_in_use(app: Connection, owner: Connection) -> None:
    for name in [row["name"] for row in await owner.fetch("SELECT name FROM partitions('messages')")]:
        with pytest.raises(asyncpg.RaiseError):
            await app.execute("SELECT partition_drop('messages', $1)", name)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("DROP TABLE messages_default")
