"""Messages of every kind: what is shown, what is kept by reference, and what is a placeholder until it is readable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.events import MessageCreated, MessageUpdated, SessionUpdated
from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, arrives, envelope, message, signed

FILE = {"url": "http://waha.invalid/api/files/default/3A01.jpg", "mimetype": "image/jpeg", "filename": "stock.jpg"}


async def shown(line: Line) -> MessageCreated:
    [event] = [event for event in await line.events() if isinstance(event, MessageCreated)]
    return event


async def test_media_is_kept_by_reference(line: Line) -> None:
    await line.deliver(arrives("3A01", "look", hasMedia=True, media=FILE, type="image"))

    message_ = (await shown(line)).message
    assert message_.text == "look"
    assert message_.media is not None
    assert (message_.media.url, message_.media.mimetype, message_.media.filename) == tuple(FILE.values())


async def test_media_that_is_not_there_yet_is_still_a_file(line: Line) -> None:
    await line.deliver(arrives("3A01", None, hasMedia=True, media=None))

    message_ = (await shown(line)).message
    assert message_.media is not None
    assert message_.media.url is None
    assert (await line.session())["last_message_preview"].startswith("[")


async def test_a_location_is_shown_with_its_place(line: Line) -> None:
    place = {"latitude": "-6.2", "longitude": "106.8", "name": "Monas"}
    await line.deliver(arrives("3A01", None, location=place))

    message_ = (await shown(line)).message
    assert message_.type == "location"
    assert message_.content is not None
    assert (float(message_.content["latitude"]), message_.content["name"]) == (-6.2, "Monas")


async def test_an_answer_names_the_message_that_it_answers(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01", "which colour?"), arrives("3A02", "red", replyTo={"id": "3A01", "body": "w"}))
    await line.deliver(arrives("3A03", "and", replyTo={"id": "3A99", "body": "something old"}))

    created = [event.message for event in await line.events() if isinstance(event, MessageCreated)]
    assert created[1].reply_to is not None
    assert (created[1].reply_to.id, created[1].reply_to.text) == (created[0].id, "which colour?")
    assert created[2].reply_to is not None
    assert (created[2].reply_to.id, created[2].reply_to.external_id) == (None, "3A99")
    assert created[2].reply_to.text == "something old"
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_what_is_not_understood_is_a_bubble_and_its_body_is_kept(line: Line) -> None:
    await line.deliver(arrives("3A01", None))

    assert (await shown(line)).message.type == "unsupported"
    [raw] = await line.rows("SELECT body, chat_message_id FROM waha_webhook_events")
    assert (json.loads(raw["body"])["event"], raw["chat_message_id"]) == ("message.any", (await line.message())["id"])


async def test_a_placeholder_gets_the_content_that_comes_under_its_key(line: Line, runtime: Runtime) -> None:
    at = 1_767_225_600
    await line.deliver(envelope("message.waiting", message("3A01", None, at=at)), arrives("3A01", "at last", at=at))

    only, session = await line.message(), await line.session()
    assert (only["message_text"], only["message_type"], only["rev"]) == ("at last", "text", 2)
    assert (session["last_message_preview"], session["unread_count"]) == ("at last", 1)
    *_, updated, raised = await line.events()
    assert isinstance(updated, MessageUpdated)
    assert isinstance(raised, SessionUpdated)
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_a_placeholder_that_comes_after_the_content_changes_nothing(line: Line) -> None:
    at = 1_767_225_600
    await line.deliver(arrives("3A01", "here", at=at), envelope("message.waiting", message("3A01", None, at=at)))

    assert (await line.message())["message_text"] == "here"
    assert len(await line.events()) == 2


async def test_content_and_placeholder_at_once_are_the_content(line: Line) -> None:
    at = 1_767_225_600
    waiting = envelope("message.waiting", message("3A01", None, at=at))
    await line.deliver_at_once(waiting, waiting, arrives("3A01", "here", at=at), waiting)

    assert (await line.message())["message_text"] == "here"


@pytest.mark.parametrize("chat", ["status@broadcast", "120363000000000009@newsletter", "1234@broadcast"])
async def test_stories_and_channels_open_no_conversation(line: Line, chat: str) -> None:
    await line.deliver(arrives("3A01", chat=chat, participant="628120000002@c.us"))

    assert await line.messages() == []
    [raw] = await line.rows("SELECT processing_status FROM waha_webhook_events")
    assert raw["processing_status"] == "skipped"


@pytest.mark.parametrize("event", ["label.upsert", "call.received", "engine.event", "an.event.of.next.year"])
async def test_other_events_are_kept_and_change_nothing(line: Line, event: str) -> None:
    await line.deliver(envelope(event, {"id": "x", "from": "628120000002@c.us", "timestamp": 1_767_225_600}))

    [raw] = await line.rows("SELECT processing_status, processing_error, event_type FROM waha_webhook_events")
    assert (raw["processing_status"], raw["event_type"]) == ("skipped", event)
    assert raw["processing_error"]
    assert await line.events() == []


async def test_the_raw_body_is_kept_byte_for_byte(line: Line) -> None:
    raw = json.dumps(arrives("3A01", "h\u0000\ud83d e"), ensure_ascii=True, indent=3).encode()
    assert await line.post(raw, headers=signed(raw, line.tenant.hmac_key)) == (200, {"accepted": 1})

    [kept] = await line.rows("SELECT body, signature_valid, request_id, engine FROM waha_webhook_events")
    assert (kept["body"], kept["signature_valid"], kept["engine"]) == (raw, True, "NOWEB")
    assert kept["request_id"].startswith("request-")


def cases() -> list[Any]:
    """Texts that a database or a browser may stumble over."""
    return [
        "'; DROP TABLE messages; --",
        "<script>alert(1)</script>",
        "a" * 70_000,
        "👩‍👩‍👧‍👦",
        "\u202egnp.exe",
        "{}",
        '"',
        "\\",
    ]


@pytest.mark.parametrize(
    "text", cases(), ids=["sql", "script", "long", "family", "rtl", "braces", "quote", "backslash"]
)
async def test_any_text_arrives_as_it_was_written(line: Line, text: str) -> None:
    await line.deliver(arrives("3A01", text))

    assert (await shown(line)).message.text == text[:65_536]
