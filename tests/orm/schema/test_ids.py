"""UUIDv7 in SQL agrees with UUIDv7 in Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.ids import message_id, new_id, time_ms
from orm.connection import Connection


async def test_an_id_of_the_database_is_a_uuid_of_version_7(owner: Connection) -> None:
    made = [row[0] for row in await owner.fetch("SELECT uuid_v7() FROM generate_series(1, 200)")]
    assert len(set(made)) == 200
    assert {(id_.version, id_.variant) for id_ in (UUID(str(id_)) for id_ in made)} == {(7, "specified in RFC 4122")}
    assert all(abs(time_ms(id_) - datetime.now(UTC).timestamp() * 1000) < 60_000 for id_ in made)


async def test_its_time_is_the_one_that_python_reads(owner: Connection) -> None:
    channel = new_id()
    for moment in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 12, 0, 0, 123_000, UTC)):
        id_ = message_id(channel, "inbound", "KEY", sent_at_ms=round(moment.timestamp() * 1000))
        assert await owner.fetchval("SELECT uuid_v7_time($1)", id_) == moment


async def test_the_floor_is_below_every_id_of_its_millisecond_and_above_those_before(owner: Connection) -> None:
    moment = datetime(2026, 5, 6, 7, 8, 9, 10_000, UTC)
    floor = await owner.fetchval("SELECT uuid_v7_floor($1)", moment)
    ms = round(moment.timestamp() * 1000)
    channel = new_id()
    for n in range(50):
        assert message_id(channel, "inbound", str(n), sent_at_ms=ms - 1) < floor
        assert floor < message_id(channel, "inbound", str(n), sent_at_ms=ms)
    assert await owner.fetchval("SELECT uuid_v7_time($1)", floor) == moment


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=1)])
async def test_the_next_id_is_greater_than_the_last(owner: Connection, ahead: timedelta) -> None:
    last = message_id(new_id(), "inbound", "KEY", sent_at_ms=round((datetime.now(UTC) + ahead).timestamp() * 1000))
    for _ in range(20):
        following = await owner.fetchval("SELECT uuid_v7_after($1)", last)
        assert following > last
        last = following


async def test_counting_on_from_an_id_keeps_the_order(owner: Connection) -> None:
    rows = await owner.fetch("SELECT uuid_plus(b, n) FROM uuid_v7_after(NULL) b, generate_series(0, 300) n ORDER BY n")
    ids = [row[0] for row in rows]
    assert ids == sorted(set(ids))
