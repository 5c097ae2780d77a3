"""Messages that come in: each is one row, in an open session, and two events."""

from __future__ import annotations

import msgspec

from gateway.events import Customer, Message, MessageCreated, Session, SessionCreated, SessionUpdated, Trace
from gateway.runtime import Runtime
from tests.conversations.webhooks import Line, arrives
from tests.ears import Ear
from tests.wait import eventually


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


async def test_what_is_committed_is_heard_at_once_byte_for_byte_as_it_is_stored(line: Line, runtime: Runtime) -> None:
    ear = Ear()
    await runtime.feed.join(line.tenant.organization_id, ear)
    await line.deliver_at_once(*(arrives(f"3A{n:02d}", chat=f"62812{n % 7:08d}@c.us") for n in range(40)))

    stored = await line.rows(
        "SELECT seq, id, body FROM events WHERE organization_id = $1 ORDER BY seq", line.tenant.organization_id
    )
    await eventually(lambda: len(ear.frames) == len(stored))
    assert [(frame.s, frame.id, frame.body.decode()) for frame in ear.frames] == [tuple(row) for row in stored]
    assert [frame.prev for frame in ear.frames] == [None, *(row["id"] for row in stored[:-1])]


async def test_every_field_of_a_state_is_in_its_event(line: Line) -> None:
    await line.deliver(arrives("3A01"), arrives("3A02"))

    for row in await line.rows("SELECT type, body FROM events"):
        told = msgspec.json.decode(row["body"])["d"]
        for name, kind in (("message", Message), ("session", Session)):
            if name in told:
                assert set(told[name]) == set(kind.__struct_fields__)
        if "session" in told:
            assert set(told["session"]["customer"]) == set(Customer.__struct_fields__)
        else:
            assert set(told["message"]["trace"]) == set(Trace.__struct_fields__)


async def test_one_commit_for_all_that_waits(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A00"))
    await line.deliver_at_once(*(arrives(f"3A{n:02d}") for n in range(1, 50)))

    commits = await line.rows("SELECT count(DISTINCT created_at) AS many FROM messages")
    assert commits[0]["many"] < 25


async def test_a_burst_beyond_the_batch_is_committed_in_order(line: Line, runtime: Runtime) -> None:
    runtime.receiver._messages._batch = 7
    await line.deliver_at_once(*(arrives(f"3A{n:02d}", at=1_767_225_600) for n in range(50)))

    assert [row["seq"] for row in await line.messages()] == [*range(1, 51)]
    assert (await line.session())["unread_count"] == 50
