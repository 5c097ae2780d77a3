"""Delivering to a simulated WhatsApp: in order, once, under every bad thing that can happen in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.conversations import deliver as delivering
from gateway.conversations import outbox
from gateway.conversations.breaker import Breaker
from gateway.conversations.outbox import LeaseLost
from gateway.conversations.verdict import Verdict
from gateway.events import MessageUpdated
from gateway.runtime import Runtime
from gateway.waha.simulator.whatsapp import Draft
from tests.conversations.desk import Desk, open_desk
from tests.conversations.webhooks import Line
from tests.wait import eventually
from tests.world import World


@pytest.fixture(autouse=True)
def fresh_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "_breaker", Breaker())


@pytest.fixture
async def desk(runtime: Runtime, world: World, line: Line) -> AsyncIterator[Desk]:
    """With an engine that gives message ids."""
    async with open_desk(runtime, world, line) as opened:
        yield opened


@pytest.fixture
async def old_desk(runtime: Runtime, world: World, line: Line) -> AsyncIterator[Desk]:
    """With an engine that has no message ids."""
    async with open_desk(runtime, world, line, engine="WEBJS") as opened:
        yield opened


async def test_an_answer_reaches_the_phone_and_its_ticks_go_forward(desk: Desk) -> None:
    message = await desk.say("Yes, it is")
    await desk.deliver()
    assert desk.on_the_phone() == ["Yes, it is"]
    await desk.becomes(message, "delivered")
    desk.simulator.read(desk.person)
    row = await desk.becomes(message, "read")
    assert row["external_id"] == desk.simulator.messages(desk.person)[-1].key
    assert await desk.queue() == []
    statuses = [
        event.message.status
        for event in await desk.line.events()
        if isinstance(event, MessageUpdated) and event.message.id == message.id
    ]
    assert statuses[0] == "sending"
    assert statuses[-1] == "read"
    assert "queued" not in statuses, "it never went back"


async def test_the_key_is_written_down_before_the_message_is_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await desk.say()
    seen = []

    async def look(*_: object, **more: object) -> None:
        seen.append(((await desk.row(message))["external_id"], more["message_id"]))
        raise asyncio.CancelledError

    monkeypatch.setattr(delivering.WahaClient, "send_text", look)
    with pytest.raises(asyncio.CancelledError):
        await desk.deliver()
    [(stored, sent)] = seen
    assert stored is not None
    assert stored == sent


async def test_several_answers_leave_in_the_order_in_which_they_were_given(desk: Desk) -> None:
    for n in range(5):
        await desk.say(f"{n}")
    await asyncio.gather(*(desk.deliver() for _ in range(4)))
    assert desk.on_the_phone() == ["0", "1", "2", "3", "4"]
    assert all(each.sends == 1 for each in desk.simulator.messages(desk.person) if each.from_me)


async def test_an_answer_that_cannot_go_yet_holds_back_the_next_one(desk: Desk) -> None:
    desk.simulator.faults.set("not_working", times=1)
    first, second = await desk.say("first"), await desk.say("second")
    await desk.deliver()
    assert desk.on_the_phone() == []
    row = await desk.row(first)
    assert (row["delivery_status"], row["error_code"]) == ("queued", "session_not_working")
    assert (await desk.row(second))["error_code"] is None
    await desk.bring_forward()
    await desk.deliver()
    assert desk.on_the_phone() == ["first", "second"]
    assert (await desk.row(first))["error_code"] is None


async def test_a_waiting_message_tells_the_agent_why(desk: Desk) -> None:
    desk.simulator.faults.set("not_working", times=1)
    message = await desk.say()
    await desk.deliver()
    told = [event.message for event in await desk.line.events() if isinstance(event, MessageUpdated)][-1]
    assert told.id == message.id
    assert told.error is not None
    assert told.error.code == "session_not_working"
    assert told.error.message


async def test_what_whatsapp_refuses_fails_with_a_sentence_and_lets_the_next_one_pass(desk: Desk) -> None:
    desk.simulator.faults.set("server_error", times=1, measure=463)
    first, second = await desk.say("first"), await desk.say("second")
    await desk.deliver()
    row = await desk.row(first)
    assert (row["delivery_status"], row["error_code"]) == ("failed", "reachout_lock")
    assert row["failed_reason"]
    assert row["failed_at"] is not None
    await desk.becomes(second, "delivered")
    assert desk.on_the_phone() == ["second"]


@pytest.mark.parametrize("fault", ["reset", "reset_after_accept", "error_after_accept"])
async def test_with_a_key_an_unclear_answer_is_a_retry_and_the_phone_has_it_once(desk: Desk, fault: str) -> None:
    desk.simulator.faults.set(fault, times=1)
    message = await desk.say("once")
    await desk.deliver()
    await desk.bring_forward()
    await desk.deliver()
    await desk.becomes(message, "delivered")
    await desk.simulator.settled()
    assert desk.on_the_phone() == ["once"]
    assert await desk.bubbles() == ["once"]
    assert await desk.queue() == []


@pytest.mark.parametrize("fault", ["reset_after_accept", "error_after_accept"])
async def test_without_a_key_evidence_is_found_and_nothing_is_sent_again(old_desk: Desk, fault: str) -> None:
    old_desk.simulator.faults.set(fault, times=1)
    message = await old_desk.say("once")
    await old_desk.deliver()
    assert (await old_desk.row(message))["delivery_status"] == "unknown"
    await old_desk.bring_forward()
    await old_desk.deliver()
    row = await old_desk.row(message)
    [sent] = [each for each in old_desk.simulator.messages(old_desk.person) if each.from_me]
    assert row["external_id"] == sent.key
    await old_desk.simulator.settled()
    await old_desk.becomes(message, "delivered")
    assert sent.sends <= 1
    assert await old_desk.bubbles() == ["once"]


async def test_without_a_key_and_without_evidence_the_message_stays_unknown_and_says_so(old_desk: Desk) -> None:
    old_desk.simulator.faults.set("reset", times=1)
    first, second = await old_desk.say("first"), await old_desk.say("second")
    await old_desk.deliver()
    row = await old_desk.row(first)
    assert row["delivery_status"] == "unknown"
    await old_desk.bring_forward()
    await old_desk.deliver()
    assert old_desk.on_the_phone() == [], "while it is looked into, the next one waits"

    await old_desk.line.rows("UPDATE messages SET failed_at = now() - interval '31 seconds' WHERE id = $1", first.id)
    await old_desk.bring_forward()
    await old_desk.deliver()
    final = await old_desk.row(first)
    assert (final["delivery_status"], final["error_code"]) == ("unknown", "outcome_unknown")
    assert final["failed_reason"] != row["failed_reason"]
    assert old_desk.on_the_phone() == ["second"]
    await old_desk.becomes(second, "delivered")


async def test_an_echo_that_comes_first_makes_no_second_bubble(old_desk: Desk) -> None:
    old_desk.simulator.faults.set("echo_first")
    message = await old_desk.say("once")
    await old_desk.deliver()
    await old_desk.simulator.settled()
    await old_desk.becomes(message, "delivered")
    assert await old_desk.bubbles() == ["once"]
    assert await old_desk.line.rows("SELECT id FROM parked_receipts") == []


async def test_acks_that_come_before_the_answer_are_not_lost(old_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await old_desk.say("once")
    send = delivering.WahaClient.send_text

    async def answer_late(self, *arguments, **more):  # type: ignore[no-untyped-def]
        result = await send(self, *arguments, **more)
        old_desk.simulator.read(old_desk.person)
        await old_desk.simulator.settled()
        return result

    monkeypatch.setattr(delivering.WahaClient, "send_text", answer_late)
    await old_desk.deliver()
    assert (await old_desk.row(message))["delivery_status"] == "read"


async def test_a_worker_that_died_before_the_call_is_followed_by_one_that_sends(desk: Desk) -> None:
    message = await desk.say("once")
    claimed = await outbox.claim(desk.runtime, desk.world.organization_id, desk.session_id)
    assert claimed is not None
    await desk.deliver()
    assert desk.on_the_phone() == [], "the lease keeps others away"
    await desk.bring_forward()
    await desk.deliver()
    await desk.becomes(message, "delivered")
    assert desk.on_the_phone() == ["once"]


async def test_a_worker_that_died_in_the_call_is_followed_under_the_same_key(desk: Desk) -> None:
    message = await desk.say("once")
    claimed = await outbox.claim(desk.runtime, desk.world.organization_id, desk.session_id)
    assert claimed is not None
    assert await outbox.begin(desk.runtime, desk.world.organization_id, claimed, external_key="3EB0FEED")
    await desk.bring_forward()
    await desk.deliver()
    row = await desk.becomes(message, "delivered")
    assert (row["external_id"], row["send_attempts"]) == ("3EB0FEED", 2)


async def test_a_worker_that_died_in_a_call_without_a_key_leaves_a_message_in_doubt(old_desk: Desk) -> None:
    message = await old_desk.say("once")
    claimed = await outbox.claim(old_desk.runtime, old_desk.world.organization_id, old_desk.session_id)
    assert claimed is not None
    assert await outbox.begin(old_desk.runtime, old_desk.world.organization_id, claimed, external_key=None)
    await old_desk.bring_forward()
    await old_desk.deliver()
    assert (await old_desk.row(message))["delivery_status"] == "unknown"
    assert old_desk.on_the_phone() == []


async def test_a_result_that_comes_after_the_lease_was_lost_is_refused(desk: Desk) -> None:
    message = await desk.say("once")
    late = await outbox.claim(desk.runtime, desk.world.organization_id, desk.session_id)
    assert late is not None
    await desk.bring_forward()
    await desk.deliver()
    row = await desk.becomes(message, "delivered")
    failed = Verdict(kind="failed", code="late", message="too late")
    with pytest.raises(LeaseLost):
        await outbox.settle(desk.runtime, desk.world.organization_id, late, failed)
    with pytest.raises(LeaseLost):
        await outbox.begin(desk.runtime, desk.world.organization_id, late, external_key=None)
    assert (await desk.row(message))["rev"] == row["rev"]


async def test_a_lease_lasts_as_long_as_the_call(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.runtime.settings = msgspec.structs.replace(desk.runtime.settings, lease_s=0.15)
    renewed = asyncio.Event()
    renew = outbox.renew

    async def noted(*arguments) -> bool:  # type: ignore[no-untyped-def]
        is_ours = await renew(*arguments)
        renewed.set()
        return is_ours

    monkeypatch.setattr(outbox, "renew", noted)
    desk.simulator.faults.set("slow", times=1, measure=60)
    message = await desk.say("slow")
    await desk.deliver()
    assert renewed.is_set()
    await desk.becomes(message, "delivered")


async def test_a_message_that_an_ack_has_settled_is_not_sent_again(desk: Desk) -> None:
    message = await desk.say("once")
    await desk.line.rows(
        "UPDATE messages SET delivery_status = 'delivered', external_id = 'K' WHERE id = $1", message.id
    )
    await desk.deliver()
    assert desk.on_the_phone() == []
    assert await desk.queue() == []


async def test_a_channel_that_is_away_delays_and_fails_nothing(desk: Desk) -> None:
    await desk.point_at("http://127.0.0.1:1")
    message = await desk.say("patience")
    for _ in range(8):
        await desk.deliver()
        await desk.bring_forward()
    row = await desk.row(message)
    assert (row["delivery_status"], row["error_code"]) == ("queued", "waha_unreachable")
    assert row["send_attempts"] == 0
    await desk.point_at(desk.simulator.url)
    delivering._breaker.succeeded(desk.world.channel_config_id)
    await desk.bring_forward()
    await desk.deliver()
    await desk.becomes(message, "delivered")


async def test_a_resting_channel_is_not_called_and_says_why_once(desk: Desk) -> None:
    await desk.point_at("http://127.0.0.1:1")
    await desk.say("patience")
    for _ in range(6):
        await desk.deliver()
        await desk.bring_forward()
    told = len(await desk.line.events())
    await desk.point_at(desk.simulator.url)
    for _ in range(3):
        await desk.deliver()
        await desk.bring_forward()
    assert desk.on_the_phone() == []
    assert len(await desk.line.events()) == told


async def test_a_channel_without_a_session_fails_with_a_sentence(desk: Desk) -> None:
    await desk.line.rows("DELETE FROM waha_sessions WHERE id = $1", desk.world.waha_session_id)
    message = await desk.say()
    await desk.deliver()
    row = await desk.row(message)
    assert (row["delivery_status"], row["error_code"]) == ("failed", "no_sender")


async def test_an_answer_that_quotes_is_sent_as_a_quote(desk: Desk) -> None:
    question = next(row for row in await desk.line.messages() if row["direction"] == "inbound")
    await desk.say("This one", reply_to=question["id"])
    await desk.deliver()
    sent = desk.simulator.messages(desk.person)[-1]
    assert sent.reply_to is not None
    assert question["external_id"] in sent.reply_to


async def test_the_other_organizations_conversation_is_not_claimed(desk: Desk) -> None:
    await desk.say()
    assert await outbox.claim(desk.runtime, desk.world.other.organization_id, desk.session_id) is None
    assert len(await desk.queue()) == 1


async def test_messages_typed_on_the_phone_appear_once(desk: Desk) -> None:
    whatsapp = desk.simulator.whatsapp
    whatsapp.type_on_phone(desk.simulator.account(), desk.person, Draft(text="from my phone"))
    await eventually(desk.bubbles)
    await desk.simulator.settled()
    assert await desk.bubbles() == ["from my phone"]
