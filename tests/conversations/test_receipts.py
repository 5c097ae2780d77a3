"""Edits, revokes, reactions, votes and ticks find their message by key, chat and sender, and never go backwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.events import MessageUpdated, SessionUpdated
from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, ack, arrives, edit, reaction, revoke, vote

GROUP = "120363000000000001@g.us"
BUDI, CITRA = "628120000003@c.us", "628120000004@c.us"


def reactions(row: Any) -> list[tuple[str, str]]:
    return [(each["by"], each["emoji"]) for each in json.loads(row["reactions"])]


async def test_an_edit_shows_the_new_text_and_keeps_the_old_one(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01", "order 1234"), edit("3A01", "order 1235"))

    message, session = await line.message(), await line.session()
    assert (message["message_text"], session["last_message_preview"]) == ("order 1235", "order 1235")
    assert message["edited_at"] is not None
    assert json.loads(message["edit_history"])[0]["text"] == "order 1234"
    *_, updated, shown = await line.events()
    assert isinstance(updated, MessageUpdated)
    assert isinstance(shown, SessionUpdated)
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_a_repeated_edit_is_no_event(line: Line) -> None:
    body = edit("3A01", "order 1235")
    await line.deliver(arrives("3A01", "order 1234"), body, body)

    assert len(await line.events()) == 4


async def test_an_older_edit_that_comes_late_changes_nothing(line: Line) -> None:
    await line.deliver(arrives("3A01", "a"), edit("3A01", "c", at=1_767_225_700), edit("3A01", "b", at=1_767_225_650))

    assert (await line.message())["message_text"] == "c"


async def test_a_revoked_message_is_hidden_and_kept(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01", "not for you"), revoke("3A01"))

    message, session = await line.message(), await line.session()
    assert (message["message_text"], session["last_message_preview"]) == ("not for you", None)
    [updated] = [event for event in await line.events() if isinstance(event, MessageUpdated)]
    assert updated.message.text is None
    assert updated.message.revoked_at is not None
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_a_reaction_is_set_replaced_and_taken_back(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"), reaction("3A01", "👍", at=1_767_225_601))
    assert reactions(await line.message()) == [("628120000002", "👍")]

    await line.deliver(reaction("3A01", "❤", at=1_767_225_602), reaction("3A01", "🙏", from_me=True))
    assert reactions(await line.message()) == [("628120000002", "❤"), ("me", "🙏")]

    await line.deliver(reaction("3A01", "", at=1_767_225_603), reaction("3A01", "❤", at=1_767_225_602))
    assert reactions(await line.message()) == [("me", "🙏")]
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_two_reactions_within_one_second_are_told_apart_by_the_events_time(line: Line) -> None:
    set_, unset = (reaction("3A01", emoji, at=1_767_225_601, event_ms=ms) for emoji, ms in (("👍", 1), ("", 2)))
    await line.deliver(arrives("3A01"), unset, set_)

    assert reactions(await line.message()) == []


async def test_a_vote_is_kept_with_the_poll(line: Line) -> None:
    await line.deliver(arrives("3EB0", None, from_me=True), vote("3EB0", ["red"]), vote("3EB0", ["blue"]))

    assert json.loads((await line.message())["content"])["votes"] == {"628120000002": ["blue"]}


@pytest.mark.parametrize(
    "told",
    [
        edit("3A01", "forged", chat=BUDI),
        revoke("3A01", chat=BUDI),
        reaction("3A01", "👍", chat=BUDI),
        edit("3A01", "forged", from_me=True),
        reaction("3A01", "👍", on_ours=True),
    ],
    ids=["edit of another chat", "revoke of another chat", "reaction of another chat", "edit by us", "on one of ours"],
)
async def test_a_key_alone_reaches_no_message_of_somebody_else(line: Line, told: dict[str, Any]) -> None:
    await line.deliver(arrives("3A01", "genuine"))
    before = await line.message()

    await line.deliver(told)

    assert await line.message() == before


async def test_in_a_group_only_the_writer_edits_and_revokes(line: Line) -> None:
    said = arrives("3A01", "genuine", chat=GROUP, participant=BUDI, name="Budi")
    await line.deliver(said, edit("3A01", "forged", chat=GROUP, participant=CITRA))
    await line.deliver(revoke("3A01", chat=GROUP, participant=CITRA))
    message = await line.message()
    assert (message["message_text"], message["revoked_at"]) == ("genuine", None)

    await line.deliver(edit("3A01", "mended", chat=GROUP, participant=BUDI))
    assert (await line.message())["message_text"] == "mended"

    await line.deliver(revoke("3A01", chat=GROUP, from_me=True))
    assert (await line.message())["revoked_at"] is not None


async def test_a_tick_for_a_customers_message_changes_nothing(line: Line) -> None:
    body = ack("3A01", 3)
    body["payload"] |= {"id": "false_628120000002@c.us_3A01", "fromMe": False}
    await line.deliver(arrives("3A01"), body)

    assert (await line.message())["delivery_status"] == "delivered"
    assert await line.rows("SELECT 1 FROM parked_receipts") == []


async def test_a_failed_tick_says_why_and_a_delivered_one_overrules_it(line: Line) -> None:
    await line.deliver(arrives("3EB0", from_me=True), ack("3EB0", -1))
    [failed] = [event for event in await line.events() if isinstance(event, MessageUpdated)]
    assert failed.message.status == "failed"
    assert failed.message.error is not None
    assert failed.message.error.code == "provider_failed"

    await line.deliver(ack("3EB0", 1))
    assert (await line.message())["delivery_status"] == "failed"
    await line.deliver(ack("3EB0", 2))
    assert (await line.message())["delivery_status"] == "delivered"


async def test_many_ticks_at_once_are_one_event_a_message_each_at_its_furthest(line: Line) -> None:
    keys = [f"3EB{n:03d}" for n in range(40)]
    await line.deliver_at_once(*(arrives(key, from_me=True) for key in keys))

    await line.deliver_at_once(*(ack(key, level) for key in keys for level in (3, 2)))

    assert {row["delivery_status"] for row in await line.messages()} == {"read"}
