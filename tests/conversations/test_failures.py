"""One bad webhook never fails its neighbours: it is tried alone, kept with its error, and can be replayed."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from gateway.conversations.receive import Suspects
from gateway.conversations.second_look import Replayed, replay
from gateway.ids import new_id
from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, arrives, reaction
from tests.wait import eventually

POISON = "ALTER TABLE messages ADD CONSTRAINT poison CHECK (message_text <> 'poison')"
CURE = "ALTER TABLE messages DROP CONSTRAINT poison"


async def failed(line: Line) -> list[asyncpg.Record]:
    return await line.rows(
        "SELECT body, processing_error, retry_count FROM waha_webhook_events WHERE processing_status = 'failed'"
    )


async def test_a_poisonous_message_is_kept_and_its_neighbours_are_stored(line: Line, runtime: Runtime) -> None:
    await line.rows(POISON)
    texts = ["poison" if n in (3, 77) else f"message {n}" for n in range(100)]

    await line.deliver_at_once(*(arrives(f"3A{n:03d}", text) for n, text in enumerate(texts)))

    stored = await line.messages()
    assert len(stored) == 98
    assert [row["seq"] for row in stored] == [*range(1, 99)]
    kept = await failed(line)
    assert len(kept) == 2
    assert all("poison" in row["processing_error"] and b"poison" in row["body"] for row in kept)
    assert runtime.receiver.counts["failed"] == 2
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_a_failed_webhook_goes_through_when_it_is_replayed(line: Line, runtime: Runtime) -> None:
    await line.rows(POISON)
    await line.deliver(arrives("3A01"), arrives("3A02", "poison"))

    assert await replay(runtime) == Replayed(done=0, failed=1)
    [kept] = await failed(line)
    assert kept["retry_count"] == 1

    await line.rows(CURE)
    assert await replay(runtime) == Replayed(done=1, failed=0)
    assert await replay(runtime) == Replayed(done=0, failed=0)
    assert [row["message_text"] for row in await line.messages()] == ["hello", "poison"]
    assert len(await line.rows("SELECT 1 FROM waha_webhook_events")) == 2


async def test_replaying_what_came_again_meanwhile_stores_nothing_twice(line: Line, runtime: Runtime) -> None:
    await line.rows(POISON)
    body = arrives("3A02", "poison")
    await line.deliver(body)
    await line.rows(CURE)
    await line.deliver(body)

    assert await replay(runtime) == Replayed(done=1, failed=0)
    assert len(await line.messages()) == 1


async def test_only_the_asked_organization_is_replayed(line: Line, runtime: Runtime) -> None:
    await line.rows(POISON)
    await line.deliver(arrives("3A02", "poison"))
    await line.rows(CURE)

    other = line.tenant.other.organization_id  # type: ignore[attr-defined]
    assert await replay(runtime, organization_id=other) == Replayed(done=0, failed=0)
    assert await replay(runtime, organization_id=line.tenant.organization_id) == Replayed(done=1, failed=0)


async def test_an_unreadable_body_fails_again_and_stays(line: Line, runtime: Runtime) -> None:
    assert (await line.post(b"{"))[0] == 400

    assert await replay(runtime) == Replayed(done=0, failed=1)
    assert len(await failed(line)) == 1


async def test_a_poisonous_note_is_kept_like_a_message(line: Line) -> None:
    await line.rows("ALTER TABLE parked_receipts ADD CHECK (external_key <> '3ABAD')")

    await line.deliver_at_once(reaction("3ABAD", "👍"), *(reaction(f"3A{n}", "👍") for n in range(20)))

    assert len(await failed(line)) == 1
    assert len(await line.rows("SELECT 1 FROM parked_receipts")) == 20


async def test_what_cannot_even_be_kept_is_refused_and_its_neighbours_are_stored(line: Line) -> None:
    await line.rows(POISON)
    await line.rows("ALTER TABLE waha_webhook_events ADD CHECK (processing_status <> 'failed')")
    texts = ["poison" if n == 3 else f"message {n}" for n in range(8)]

    answers = await asyncio.gather(*(line.post(arrives(f"3A{n:03d}", text)) for n, text in enumerate(texts)))

    assert sorted(answer[0] for answer in answers) == [200] * 7 + [503]
    assert len(await line.messages()) == 7


async def test_a_lock_that_is_held_for_a_moment_is_waited_for(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    connection = await asyncpg.connect(line.database.owner_url)
    holding = connection.transaction()
    await holding.start()
    await connection.execute("SELECT 1 FROM customers FOR UPDATE")
    answer = asyncio.create_task(line.post(arrives("3A02")))

    async def is_waited_for() -> bool:
        return bool(await line.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))

    await eventually(is_waited_for)
    await holding.rollback()
    assert await answer == (200, {"accepted": 1})
    await connection.close()


async def test_a_lock_that_is_held_too_long_says_come_back_and_fails_nothing_for_good(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    connection = await asyncpg.connect(line.database.owner_url)
    async with connection.transaction():
        await connection.execute("SELECT 1 FROM customers FOR UPDATE")
        assert (await line.post(arrives("3A02")))[0] == 503

    assert await failed(line) == []
    await line.deliver(arrives("3A02"))
    assert len(await line.messages()) == 2
    await connection.close()


def test_a_channel_that_keeps_failing_is_a_suspect_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    suspects, channel, other = Suspects(), new_id(), new_id()
    clock = iter(range(1000))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))

    suspects.note(channel)
    suspects.note(channel)
    suspects.note(other)
    assert channel not in suspects
    suspects.note(channel)
    assert channel in suspects
    assert other not in suspects
    clock = iter([100.0] * 5)
    assert channel not in suspects


async def test_a_suspect_is_heard_in_a_lane_of_its_own(line: Line, runtime: Runtime) -> None:
    await line.rows(POISON)
    await line.deliver(*(arrives(f"3A{n}", "poison") for n in range(3)))

    await line.deliver(arrives("3A99", "wholesome"))

    assert runtime.receiver._suspect_messages._task is not None
    assert [row["message_text"] for row in await line.messages()] == ["wholesome"]
