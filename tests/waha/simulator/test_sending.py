"""WAHA's calls that do something, with WAHA's answers to what is wrong about them."""

from __future__ import annotations

import asyncio
from base64 import b64encode

import aiohttp
import pytest

from gateway.channels.errors import Accepted, SendFailed
from gateway.channels.waha_client import WahaClient
from gateway.waha.simulator import AT_ONCE, Pace, Simulator, start_simulator
from gateway.waha.simulator.messages import bare_key
from tests.waha.simulator.receiver import KEY, Receiver
from tests.wait import eventually


async def test_a_text_arrives_on_the_phone_once_per_id(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    person = simulator.people[0]
    async with http.get("/api/shop/new-message-id") as response:
        key = (await response.json())["id"]
    body = {"session": "shop", "chatId": person.phone, "text": "hello", "id": key}
    for _ in range(3):
        async with http.post("/api/sendText", json=body) as response:
            assert response.status == 201
            assert bare_key((await response.json())["id"]) == key
    await simulator.settled()
    assert [(message.key, message.text) for message in simulator.messages(person)] == [(key, "hello")]
    assert [bare_key(post.payload["id"]) for post in receiver.of("message.any")] == [key]
    assert [post.payload["ackName"] for post in receiver.of("message.ack")] == ["SERVER", "DEVICE"]


@pytest.mark.parametrize("engine", ["WEBJS"])
async def test_webjs_ignores_ready_made_ids_and_makes_none(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    async with http.get("/api/shop/new-message-id") as response:
        assert response.status == 501
    for _ in range(2):
        body = {"session": "shop", "chatId": simulator.people[0].phone_id, "text": "hello", "id": "3EB0AA"}
        async with http.post("/api/sendText", json=body) as response:
            assert (await response.json())["id"]["id"] != "3EB0AA"
    assert len(simulator.messages(simulator.people[0])) == 2


@pytest.mark.parametrize("engine", ["GOWS", "NOWEB", "WEBJS"])
async def test_the_gateways_client_reads_every_engines_answer(simulator: Simulator, engine: str) -> None:
    async with aiohttp.ClientSession() as http:
        client = WahaClient(http, base_url=simulator.url, api_key=KEY, session="shop")
        key = await client.new_message_id()
        assert (key is None) == (engine == "WEBJS")
        result = await client.send_text(simulator.people[0].phone_id, "hello", message_id=key or None)
        assert isinstance(result, Accepted)
        assert result.external_key == simulator.messages(simulator.people[0])[0].key
        history = await client.history(simulator.people[0].phone_id, now_ms=2**41)
        assert not isinstance(history, SendFailed)
        assert [message.key for message in history] == [result.external_key]
        assert await client.start_typing(simulator.people[0].phone_id) is None
        assert await client.send_seen(simulator.people[0].phone_id) is None


async def test_ticks_turn_read_when_the_customer_opens_the_chat(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    person = simulator.people[0]
    async with http.post("/api/sendText", json={"session": "shop", "chatId": person.phone_id, "text": "hello"}):
        pass
    await simulator.settled()
    assert simulator.messages(person)[0].ack == 2
    simulator.read(person)
    await simulator.settled()
    assert simulator.messages(person)[0].ack == 3
    assert receiver.of("message.ack")[-1].payload["ackName"] == "READ"


async def test_the_customer_can_read_by_itself(receiver: Receiver) -> None:
    pace = Pace(**{name: getattr(AT_ONCE, name) for name in Pace.__struct_fields__} | {"read_s": 0})
    reading = await start_simulator(api_key=KEY, pace=pace)
    try:
        await reading.connect("shop", webhook_url=receiver.url)
        async with aiohttp.ClientSession(reading.url, headers={"X-Api-Key": KEY}) as http:
            body = {"session": "shop", "chatId": reading.people[0].phone_id, "text": "hello"}
            await http.post("/api/sendText", json=body)
        await eventually(lambda: reading.messages(reading.people[0])[0].ack == 3)
    finally:
        await reading.stop()


async def test_a_number_that_nobody_has_never_gets_past_server(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    async with http.post("/api/sendText", json={"session": "shop", "chatId": "15550100@c.us", "text": "?"}) as response:
        assert response.status == 201
    await simulator.settled()
    assert [post.payload["ackName"] for post in receiver.of("message.ack")] == ["SERVER"]


async def test_a_file_is_accepted_shown_and_fetched(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    file = {"mimetype": "application/pdf", "filename": "offer.pdf", "data": b64encode(b"%PDF").decode()}
    body = {"session": "shop", "chatId": simulator.people[0].phone_id, "file": file, "caption": "our offer"}
    async with http.post("/api/sendFile", json=body) as response:
        assert response.status == 201
    await simulator.settled()
    media = receiver.of("message.any")[0].payload["media"]
    assert media["filename"] == "offer.pdf"
    async with http.get(media["url"].removeprefix(simulator.url)) as response:
        assert (response.status, await response.read()) == (200, b"%PDF")
    async with http.get("/api/files/shop/3A00.pdf") as response:
        assert response.status == 404
        assert (await response.json())["message"] == "File not found: 3A00.pdf"
    async with aiohttp.ClientSession() as stranger, stranger.get(media["url"]) as response:
        assert response.status == 401


async def test_seen_marks_what_the_customer_wrote(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    message = simulator.write(simulator.people[0], "hello")
    assert not message.is_seen
    body = {"session": "shop", "chatId": simulator.people[0].phone_id}
    for expected in ([message.id], []):
        async with http.post("/api/sendSeen", json=body) as response:
            assert (await response.json())["ids"] == expected
    assert message.is_seen


async def test_reactions_edits_and_deletions_come_back_as_events(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    person = simulator.people[0]
    theirs = simulator.write(person, "hello")
    await http.post("/api/sendText", json={"session": "shop", "chatId": person.phone_id, "text": "helo"})
    ours = simulator.messages(person)[1]
    await http.put("/api/reaction", json={"session": "shop", "messageId": theirs.id, "reaction": "👍"})
    await http.put(f"/api/shop/chats/{person.phone_id}/messages/{ours.id}", json={"text": "hello"})
    assert (theirs.our_reaction, ours.text, ours.is_edited) == ("👍", "hello", True)
    await http.delete(f"/api/shop/chats/{person.phone_id}/messages/{ours.id}")
    await simulator.settled()
    assert ours.is_revoked
    assert [post.payload["reaction"]["messageId"] for post in receiver.of("message.reaction")] == [theirs.id]
    assert [post.payload["editedMessageId"] for post in receiver.of("message.edited")] == [ours.key]
    assert [post.payload["revokedMessageId"] for post in receiver.of("message.revoked")] == [ours.key]


async def test_another_persons_message_cannot_be_edited(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    theirs = simulator.write(simulator.people[0], "hello")
    path = f"/api/shop/chats/{simulator.people[0].phone_id}/messages/{theirs.id}"
    async with http.put(path, json={"text": "changed"}) as response:
        assert response.status == 500
    assert theirs.text == "hello"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"chatId": "447700900101@c.us", "text": "x"}, 400),
        ({"session": "nobody", "chatId": "447700900101@c.us", "text": "x"}, 422),
        ({"session": "shop", "text": "x"}, 500),
        ({"session": "shop", "chatId": "447700900101@c.us"}, 500),
        ({"session": "shop", "chatId": "447700900101@c.us", "text": 5}, 400),
    ],
)
async def test_a_wrong_send_is_refused_as_waha_refuses_it(
    simulator: Simulator, http: aiohttp.ClientSession, body: dict[str, object], status: int
) -> None:
    async with http.post("/api/sendText", json=body) as response:
        said = await response.json()
        assert (response.status, said["statusCode"]) == (status, status)
        assert said["exception"]["message"] if status == 500 else said["message"]
    assert simulator.messages(simulator.people[0]) == []


async def test_no_json_is_a_400(http: aiohttp.ClientSession) -> None:
    async with http.post("/api/sendText", data=b"{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, (await response.json())["error"]) == (400, "Bad Request")


@pytest.mark.parametrize("key", ["", "wrong", "wröng"])
async def test_without_the_key_nothing_is_done(simulator: Simulator, key: str) -> None:
    body = {"session": "shop", "chatId": simulator.people[0].phone_id, "text": "x"}
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.post(f"{simulator.url}/api/sendText", json=body, params={"x-api-key": key}) as response,
    ):
        assert (response.status, await response.json()) == (401, {"message": "Unauthorized", "statusCode": 401})
    assert simulator.messages(simulator.people[0]) == []


async def test_the_key_may_stand_in_the_query(simulator: Simulator) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{simulator.url}/api/sessions", params={"x-api-key": KEY}) as response,
    ):
        assert response.status == 200


async def test_a_send_waits_a_while_for_a_session_that_starts(receiver: Receiver) -> None:
    slow = {"start_s": 0.2, "wait_working_s": 30}
    pace = Pace(**{name: getattr(AT_ONCE, name) for name in Pace.__struct_fields__} | slow)
    starting = await start_simulator(api_key=KEY, pace=pace)
    try:
        await starting.connect("shop", webhook_url=receiver.url)
        async with aiohttp.ClientSession(starting.url, headers={"X-Api-Key": KEY}) as http:
            await http.post("/api/sessions/shop/restart")
            body = {"session": "shop", "chatId": starting.people[0].phone_id, "text": "hello"}
            sending = asyncio.create_task(http.post("/api/sendText", json=body))
            assert starting.account().status == "STARTING"
            assert (await sending).status == 201
    finally:
        await starting.stop()
