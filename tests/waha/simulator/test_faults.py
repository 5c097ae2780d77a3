"""Each fault does what it says, as often as it was asked to, and then stops."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.waha.simulator import Simulator
from gateway.waha.simulator.faults import CATALOGUE, Faults
from gateway.waha.simulator.messages import bare_key
from tests.waha.simulator.receiver import Receiver
from tests.wait import eventually


def keys(receiver: Receiver, event: str = "message.any") -> list[str]:
    """The bare keys of the messages that were told, in order."""
    return [bare_key(post.payload["id"]) for post in receiver.of(event)]


async def send(http: aiohttp.ClientSession, chat_id: str, text: str = "hello", **more: Any) -> tuple[int, Any]:
    """Send a text; the status and the body of the answer."""
    body = {"session": "shop", "chatId": chat_id, "text": text, **more}
    async with http.post("/api/sendText", json=body) as response:
        return response.status, await response.json()


def test_a_fault_strikes_as_often_as_it_was_asked_to() -> None:
    faults = Faults(random.Random(1))
    faults.set("drop", times=2)
    assert [faults.take("drop") is not None for _ in range(3)] == [True, True, False]
    faults.set("drop")
    assert all(faults.take("drop") for _ in range(50))
    faults.clear("drop")
    assert faults.take("drop") is None


def test_a_fault_by_chance_strikes_now_and_then() -> None:
    faults = Faults(random.Random(1))
    faults.set("drop", chance=0.5)
    assert 30 < sum(faults.take("drop") is not None for _ in range(100)) < 70


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(KeyError):
        Faults(random.Random(1)).set("earthquake")


def test_every_fault_is_tried_in_this_file() -> None:
    tried = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in CATALOGUE if f'set("{name}"' not in tried] == []


async def test_drop_loses_a_webhook(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("drop", times=1)
    lost = simulator.write(simulator.people[0], "lost")
    kept = simulator.write(simulator.people[0], "kept")
    await simulator.settled()
    assert keys(receiver) == [kept.key]
    assert [each.outcome for each in simulator.ledger if each.key == lost.key] == ["dropped"]


async def test_double_posts_the_same_webhook_under_other_request_ids(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("double", times=1, measure=5)
    message = simulator.write(simulator.people[0], "five times")
    await simulator.settled()
    assert keys(receiver) == [message.key] * 5
    assert len({post.raw for post in receiver.posts}) == 1
    assert len({post.headers["X-Webhook-Request-Id"] for post in receiver.posts}) == 5


async def test_replay_tells_a_message_again_under_another_event_id(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("replay", times=1)
    message = simulator.write(simulator.people[0], "again")
    await simulator.settled()
    assert keys(receiver) == [message.key] * 2
    assert len({post.body["id"] for post in receiver.posts}) == 2


async def test_delay_lets_a_later_message_overtake(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("delay", times=1, measure=20)
    late = simulator.write(simulator.people[0], "late")
    early = simulator.write(simulator.people[0], "early")
    await simulator.settled()
    assert keys(receiver) == [early.key, late.key]


async def test_reorder_holds_webhooks_back_and_shuffles_them(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("reorder", measure=6)
    written = [simulator.write(simulator.people[0], str(number)).key for number in range(6)]
    simulator.faults.clear()
    await simulator.settled()
    assert sorted(keys(receiver)) == sorted(written)
    assert simulator.whatsapp.hooks.waiting == 0


async def test_what_reorder_still_holds_leaves_when_it_is_released(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("reorder", measure=6)
    message = simulator.write(simulator.people[0], "held")
    assert simulator.whatsapp.hooks.waiting == 1
    assert receiver.posts == []
    await simulator.settled()
    assert keys(receiver) == [message.key]


async def test_twin_tells_a_message_under_phone_and_hidden_id(simulator: Simulator, receiver: Receiver) -> None:
    simulator.faults.set("twin", times=2)
    known, hidden = simulator.people[0], simulator.people[3]
    simulator.write(known, "hello")
    simulator.write(hidden, "hello")
    await simulator.settled()
    assert sorted(post.payload["from"] for post in receiver.posts) == sorted(
        [known.phone_id, known.lid, hidden.phone_id, hidden.lid]
    )
    assert len(set(keys(receiver))) == 2


async def test_both_sends_message_beside_message_any_under_one_event_id(
    simulator: Simulator, receiver: Receiver
) -> None:
    simulator.faults.set("both")
    simulator.write(simulator.people[0], "hello")
    await simulator.settled()
    assert sorted(post.event for post in receiver.posts) == ["message", "message.any"]
    assert len({post.body["id"] for post in receiver.posts}) == 1


async def test_an_echo_ordinarily_leaves_before_the_send_is_answered(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    receiver.gate.clear()
    await send(http, simulator.people[0].phone_id)
    assert next(each.event for each in simulator.ledger if each.key) == "message.any"
    receiver.gate.set()


async def test_echo_first_answers_only_after_the_echo_was_taken(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("echo_first", times=1)
    receiver.gate.clear()
    sending = asyncio.create_task(send(http, simulator.people[0].phone_id))
    await eventually(lambda: [each for each in simulator.ledger if each.key and each.attempts])
    assert not sending.done()
    receiver.gate.set()
    assert (await sending)[0] == 201
    assert keys(receiver)


async def test_echo_after_comes_after_the_answer(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("echo_after", times=1)
    await send(http, simulator.people[0].phone_id)
    assert not [each for each in simulator.ledger if each.event == "message.any"]
    await simulator.settled()
    assert len(keys(receiver)) == 1


async def test_echo_never_does_not_come(simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession) -> None:
    simulator.faults.set("echo_never", times=1)
    await send(http, simulator.people[0].phone_id)
    await simulator.settled()
    assert keys(receiver) == []
    assert len(receiver.of("message.ack")) == 2


async def test_a_stuck_ack_stays_at_server_even_when_the_chat_is_read(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("stuck_ack", times=1)
    await send(http, simulator.people[0].phone_id)
    await simulator.settled()
    simulator.read(simulator.people[0])
    await simulator.settled()
    assert [post.payload["ackName"] for post in receiver.of("message.ack")] == ["SERVER"]


async def test_shuffled_acks_come_doubled_and_end_at_the_same_level(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("shuffled_acks")
    await send(http, simulator.people[0].phone_id)
    simulator.read(simulator.people[0])
    await simulator.settled()
    levels = [post.payload["ack"] for post in receiver.of("message.ack")]
    assert levels.count(3) == 2
    assert levels.count(2) >= 2
    assert simulator.messages(simulator.people[0])[0].ack == 3


async def test_not_working_refuses_the_send_and_nothing_is_sent(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("not_working", times=1)
    status, body = await send(http, simulator.people[0].phone_id)
    assert status == 422
    assert (body["session"], body["status"], body["expected"]) == ("shop", "FAILED", ["WORKING"])
    assert simulator.messages(simulator.people[0]) == []
    assert (await send(http, simulator.people[0].phone_id))[0] == 201


@pytest.mark.parametrize("code", [463, 475, 400])
async def test_server_error_is_a_500_that_names_the_error(
    simulator: Simulator, http: aiohttp.ClientSession, code: int
) -> None:
    simulator.faults.set("server_error", times=1, measure=code)
    status, body = await send(http, simulator.people[0].phone_id)
    assert status == body["statusCode"] == 500
    assert body["exception"]["details"] == f"server returned error {code}"
    assert body["request"]["body"]["text"] == "hello"
    assert simulator.messages(simulator.people[0]) == []


async def test_reset_cuts_before_anything_is_accepted(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    simulator.faults.set("reset", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await send(http, simulator.people[0].phone_id)
    assert simulator.messages(simulator.people[0]) == []


async def test_reset_after_accept_cuts_and_the_message_is_there(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("reset_after_accept", times=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await send(http, simulator.people[0].phone_id, id="3EB0AA")
    assert [message.key for message in simulator.messages(simulator.people[0])] == ["3EB0AA"]


async def test_timeout_after_accept_never_answers_and_the_message_is_there(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("timeout_after_accept", times=1)
    sending = asyncio.create_task(send(http, simulator.people[0].phone_id, id="3EB0AB"))
    await eventually(lambda: receiver.of("message.ack"))
    assert not sending.done()
    sending.cancel()
    assert [message.key for message in simulator.messages(simulator.people[0])] == ["3EB0AB"]


async def test_error_after_accept_answers_500_and_the_message_is_there(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("error_after_accept", times=1)
    assert (await send(http, simulator.people[0].phone_id))[0] == 500
    assert len(simulator.messages(simulator.people[0])) == 1


async def test_a_retry_under_the_same_id_is_no_second_message(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("error_after_accept", times=1)
    statuses = [(await send(http, simulator.people[0].phone_id, id="3EB0AC"))[0] for _ in range(2)]
    await simulator.settled()
    assert statuses == [500, 201]
    assert len(simulator.messages(simulator.people[0])) == 1
    assert keys(receiver) == ["3EB0AC"]
    assert simulator.sends() == {"3EB0AC": 2}


async def test_a_retry_without_an_id_is_a_second_message(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    simulator.faults.set("error_after_accept", times=1)
    for _ in range(2):
        await send(http, simulator.people[0].phone_id)
    assert len(simulator.messages(simulator.people[0])) == 2


async def test_slow_answers_late(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    simulator.faults.set("slow", times=1, measure=10)
    before = asyncio.get_running_loop().time()
    assert (await send(http, simulator.people[0].phone_id))[0] == 201
    assert asyncio.get_running_loop().time() - before > 0.09


async def test_an_old_waha_does_not_know_new_message_ids(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    async with http.get("/api/shop/new-message-id") as response:
        assert response.status == 200
    simulator.faults.set("no_new_message_id")
    async with http.get("/api/shop/new-message-id") as response:
        assert response.status == 404
        assert (await response.json())["message"] == "Cannot GET /api/shop/new-message-id"
