"""What our own account writes on the phone appears as ours; what it echoes of our sends does not appear twice."""

from __future__ import annotations

from gateway.events import MessageCreated, SessionUpdated
from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, ack, arrives


async def test_a_message_typed_on_the_phone_is_an_agents_and_unread_by_nobody(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01", "anyone there?"), arrives("3EB01", "yes", from_me=True))

    asked, answered = await line.messages()
    assert (answered["direction"], answered["sender_type"], answered["sender_name"]) == ("outbound", "agent", "Shop")
    assert (asked["session_id"], answered["seq"], answered["delivery_status"]) == (answered["session_id"], 2, "sent")
    session = await line.session()
    assert (session["unread_count"], session["customer_messages"], session["agent_messages"]) == (1, 1, 1)
    assert (session["waiting_since"], session["last_message_sender"]) == (None, "agent")
    assert session["first_response_at"] is not None
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_the_first_message_of_a_chat_may_be_ours(line: Line) -> None:
    await line.deliver(arrives("3EB01", "we are open again", from_me=True))

    session = await line.session()
    assert (session["session_type"], session["status"], session["unread_count"]) == ("agent_initiated", "queued", 0)
    assert session["waiting_since"] is None


async def test_a_retried_message_of_ours_is_found_by_its_key_though_its_id_is_another(line: Line) -> None:
    await line.deliver(
        arrives("3EB01", from_me=True, at=1_767_225_600), arrives("3EB01", from_me=True, at=1_767_225_601)
    )

    assert len(await line.messages()) == 1


async def test_the_echo_of_a_message_of_ours_says_how_far_it_has_come(line: Line) -> None:
    await line.deliver(arrives("3EB01", from_me=True, ack=0))
    assert (await line.message())["delivery_status"] == "accepted"

    await line.deliver(arrives("3EB01", from_me=True, ack=2))

    assert (await line.message())["delivery_status"] == "delivered"


async def test_waiting_begins_again_with_the_customers_next_message(line: Line) -> None:
    await line.deliver(arrives("3A01"), arrives("3EB01", from_me=True), arrives("3A02"))

    events = await line.events()
    assert [event.session.waiting_since is None for event in events if isinstance(event, SessionUpdated)] == [
        True,
        False,
    ]
    assert [event.message.direction for event in events if isinstance(event, MessageCreated)] == [
        "inbound",
        "outbound",
        "inbound",
    ]


async def test_ticks_move_forward_only_and_the_times_are_kept(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3EB01", from_me=True), ack("3EB01", 3), ack("3EB01", 2), ack("3EB01", 1))

    message = await line.message()
    assert message["delivery_status"] == "read"
    assert message["read_at"] is not None
    assert message["delivered_at"] is not None
    assert [event.message.status for event in (await line.events()) if hasattr(event, "message")] == ["sent", "read"]  # type: ignore[union-attr]
    await assert_folds(runtime, line.tenant.organization_id, await line.events())
