"""Messages that come in: each is one row, in an open session, and two events."""

from __future__ import annotations

from gateway.events import MessageCreated, SessionCreated, SessionUpdated
from tests.conversations.webhooks import Line, arrives


async def test_a_text_becomes_a_message_in_a_new_session(line: Line) -> None:
    await line.deliver(arrives("3A01", "Is it in stock?"))

    message, session = await line.message(), await line.session()
    assert (message["message_text"], message["direction"], message["delivery_status"]) == (
        "Is it in stock?",
        "inbound",
        "delivered",
    )
    assert (message["seq"], message["external_id"], message["channel_user_id"]) == (1, "3A01", "628120000002")
    assert (session["status"], session["unread_count"], session["message_seq"]) == ("queued", 1, 1)
    assert session["last_message_preview"] == "Is it in stock?"
    assert session["waiting_since"] is not None


async def test_a_new_session_and_its_message_are_two_events(line: Line) -> None:
    await line.deliver(arrives("3A01", "first"), arrives("3A02", "second"))

    opened, first, second, raised = await line.events()
    assert isinstance(opened, SessionCreated)
    assert isinstance(first, MessageCreated)
    assert isinstance(second, MessageCreated)
    assert isinstance(raised, SessionUpdated)
    assert opened.session.customer.name == "Ana"
    assert opened.session.last_message_id == first.message.id
    assert (second.message.seq, raised.session.unread_count) == (2, 2)


async def test_a_second_delivery_of_the_same_webhook_changes_nothing(line: Line) -> None:
    body = arrives("3A01")
    await line.deliver(body, body)

    assert len(await line.messages()) == 1
    assert len(await line.events()) == 2
