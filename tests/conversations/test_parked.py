"""What comes before its message waits for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, ack, arrives, edit, reaction, revoke


async def parked(line: Line) -> list[str]:
    return [row["kind"] for row in await line.rows("SELECT kind FROM parked_receipts ORDER BY id")]


async def test_a_tick_that_comes_first_is_applied_when_the_message_comes(line: Line, runtime: Runtime) -> None:
    await line.deliver(ack("3EB0", 2), ack("3EB0", 3))
    assert await parked(line) == ["receipt", "receipt"]

    await line.deliver(arrives("3EB0", from_me=True))

    assert (await line.message())["delivery_status"] == "read"
    assert await parked(line) == []
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


@pytest.mark.parametrize(
    ("early", "column", "expected"),
    [
        (edit("3A01", "mended"), "message_text", "mended"),
        (reaction("3A01", "👍"), "reactions", "👍"),
    ],
    ids=["edit", "reaction"],
)
async def test_an_early_note_is_applied_when_the_message_comes(
    line: Line, runtime: Runtime, early: dict[str, Any], column: str, expected: str
) -> None:
    await line.deliver(early, arrives("3A01"))

    message = await line.message()
    value = message[column] if column == "message_text" else json.loads(message[column])[0]["emoji"]
    assert value == expected
    assert await parked(line) == []
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_an_early_revoke_hides_the_message_from_the_start(line: Line) -> None:
    await line.deliver(revoke("3A01"), arrives("3A01", "too late"))

    assert (await line.message())["revoked_at"] is not None


async def test_early_edits_are_applied_in_the_order_of_their_times(line: Line) -> None:
    await line.deliver(edit("3A01", "c", at=1_767_225_800), edit("3A01", "b", at=1_767_225_700), arrives("3A01", "a"))

    assert (await line.message())["message_text"] == "c"


async def test_an_early_note_of_somebody_else_stays_parked(line: Line) -> None:
    await line.deliver(edit("3A01", "forged", chat="628120000003@c.us"), arrives("3A01", "genuine"))

    assert (await line.message())["message_text"] == "genuine"
    assert await parked(line) == ["edit"]


async def test_ticks_and_their_messages_at_the_same_moment_always_meet(line: Line) -> None:
    keys = [f"3EB{n:03d}" for n in range(100)]
    bodies = [each for key in keys for each in (ack(key, 3), arrives(key, from_me=True))]
    await line.deliver_at_once(*bodies)

    assert {row["delivery_status"] for row in await line.messages()} == {"read"}
    assert await parked(line) == []
