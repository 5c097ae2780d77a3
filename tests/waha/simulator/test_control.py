"""The phone page's own calls: acting as a customer, switching faults, and hearing what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from gateway.waha.simulator import Simulator
from tests.waha.simulator.receiver import Receiver

API = "/simulator/api"


@pytest.fixture
async def page(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that has no key, as the page has none."""
    async with aiohttp.ClientSession(simulator.url) as session:
        yield session


def chat(simulator: Simulator, nth: int = 0) -> str:
    """The address of a customer's chat."""
    return f"{API}/chats/shop/{simulator.people[nth].phone}"


async def frames(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    """The frames of the live stream."""
    async for line in response.content:
        if line.startswith(b"data: "):
            yield msgspec.json.decode(line.removeprefix(b"data: "))


async def test_what_a_customer_writes_is_told_to_the_gateway(
    simulator: Simulator, receiver: Receiver, page: aiohttp.ClientSession
) -> None:
    async with page.post(chat(simulator) + "/messages", json={"text": " hello "}) as response:
        assert response.status == 201
        assert (await response.json())["text"] == "hello"
    await simulator.settled()
    assert [post.payload["body"] for post in receiver.posts] == ["hello"]


@pytest.mark.parametrize("kind", ["photo", "document", "place", "contact", "poll"])
async def test_every_sample_can_be_sent(
    simulator: Simulator, receiver: Receiver, page: aiohttp.ClientSession, kind: str
) -> None:
    async with page.post(chat(simulator) + "/messages", json={"kind": kind}) as response:
        assert response.status == 201
        media = (await response.json())["media"]
    await simulator.settled()
    assert len(receiver.posts) == 1
    if media:
        async with page.get(f"/simulator/{media['url']}") as response:
            assert (await response.read()).startswith(b"\x89PNG" if kind == "photo" else b"%PDF")
            assert "sandbox" in response.headers["Content-Security-Policy"]
            assert response.headers["Content-Disposition"] == ("inline" if kind == "photo" else "attachment")


async def test_the_business_can_answer_on_its_own_phone(
    simulator: Simulator, receiver: Receiver, page: aiohttp.ClientSession
) -> None:
    await page.post(chat(simulator) + "/messages", json={"text": "from the phone", "from_me": True})
    await simulator.settled()
    (post,) = receiver.of("message.any")
    assert (post.payload["fromMe"], post.payload["source"]) == (True, "app")


async def test_a_customer_types_reacts_edits_and_deletes(
    simulator: Simulator, receiver: Receiver, page: aiohttp.ClientSession
) -> None:
    message = simulator.write(simulator.people[0], "helo")
    at = f"{chat(simulator)}/messages/{message.key}"
    await page.post(chat(simulator) + "/typing", json={"state": "typing"})
    await page.put(at, json={"text": "hello"})
    await page.put(at + "/reaction", json={"emoji": "👍"})
    await page.delete(at, json={})
    await simulator.settled()
    told = {post.event for post in receiver.posts}
    assert told == {"message.any", "presence.update", "message.edited", "message.reaction", "message.revoked"}
    async with page.put(at, json={"text": "too late"}) as response:
        assert response.status == 409


async def test_nobody_can_change_what_the_business_wrote(simulator: Simulator, page: aiohttp.ClientSession) -> None:
    await page.post(chat(simulator) + "/messages", json={"text": "ours", "from_me": True})
    (ours,) = simulator.messages(simulator.people[0])
    async with page.delete(f"{chat(simulator)}/messages/{ours.key}", json={}) as response:
        assert response.status == 409
    assert ours.text == "ours"


async def test_a_message_is_only_found_in_its_own_chat(simulator: Simulator, page: aiohttp.ClientSession) -> None:
    message = simulator.write(simulator.people[0], "mine")
    async with page.delete(f"{chat(simulator, 1)}/messages/{message.key}", json={}) as response:
        assert response.status == 404
    assert not message.is_revoked


async def test_a_new_customer_can_write_at_once(
    simulator: Simulator, receiver: Receiver, page: aiohttp.ClientSession
) -> None:
    async with page.post(f"{API}/people", json={"name": "Dewi", "hidden": True}) as response:
        person = await response.json()
    await page.post(f"{API}/chats/shop/{person['id']}/messages", json={"text": "hello"})
    await simulator.settled()
    assert receiver.posts[0].payload["from"].endswith("@lid")
    async with page.post(f"{API}/people", json={}) as response:
        assert (await response.json())["name"].count(" ") == 1


async def test_faults_are_switched_on_and_off(simulator: Simulator, page: aiohttp.ClientSession) -> None:
    async with page.put(f"{API}/faults/delay", json={"times": 2, "measure": 0.5}) as response:
        (delay,) = [fault for fault in await response.json() if fault["on"]]
    assert (delay["name"], delay["on"]) == ("delay", {"times": 2, "measure": 0.5, "chance": 1.0})
    await page.put(f"{API}/faults/drop", json={})
    assert simulator.faults.is_on("drop")
    await page.delete(f"{API}/faults/drop", json={})
    assert list(simulator.faults.on) == ["delay"]
    await page.delete(f"{API}/faults", json={})
    assert simulator.faults.on == {}
    async with page.put(f"{API}/faults/earthquake", json={}) as response:
        assert response.status == 404


async def test_the_ledger_tells_what_was_acknowledged_and_sent(
    simulator: Simulator, page: aiohttp.ClientSession, http: aiohttp.ClientSession
) -> None:
    simulator.faults.set("drop", times=1)
    simulator.write(simulator.people[0], "lost")
    kept = simulator.write(simulator.people[0], "kept")
    body = {"session": "shop", "chatId": simulator.people[0].phone_id, "text": "x", "id": "3EB0AD"}
    for _ in range(2):
        await http.post("/api/sendText", json=body)
    await simulator.settled()
    async with page.get(f"{API}/ledger") as response:
        ledger = await response.json()
    assert ledger["acknowledged"] == sorted(["3EB0AD", kept.key])
    assert ledger["sends"] == {"shop": {"3EB0AD": 2}}
    assert (ledger["counts"]["dropped"], ledger["counts"]["waiting"]) == (1, 0)


async def test_the_stream_begins_with_everything_and_goes_on_with_changes(
    simulator: Simulator, page: aiohttp.ClientSession, http: aiohttp.ClientSession
) -> None:
    simulator.write(simulator.people[0], "before")
    async with page.get(f"{API}/live") as response:
        stream = frames(response)
        state = await anext(stream)
        (account,) = state["accounts"]
        person = simulator.people[0].phone
        assert (account["name"], account["status"]) == ("shop", "WORKING")
        assert [message["text"] for message in account["chats"][person]] == ["before"]
        assert person in [each["id"] for each in state["people"]]

        await http.post("/api/startTyping", json={"session": "shop", "chatId": simulator.people[0].phone_id})
        await http.post("/api/sendText", json={"session": "shop", "chatId": simulator.people[0].phone_id, "text": "hi"})
        await page.post(chat(simulator) + "/read", json={})
        seen: dict[str, Any] = {}
        async for frame in stream:
            if frame["t"] == "typing":
                seen["typing"] = (frame["person"], frame["on"])
            if frame["t"] == "message" and frame["message"]["from_me"]:
                seen["ack"] = frame["message"]["ack"]
            if seen.get("ack") == 3:
                break
    assert seen["typing"] == (person, True)


async def test_a_page_that_falls_behind_is_sent_away(simulator: Simulator) -> None:
    live = simulator.whatsapp.live
    page = live.open()
    for number in range(page.maxsize + 1):
        live.publish("person", number=number)
    assert (page.qsize(), page.get_nowait() is None) == (page.maxsize, False)
    rest = [page.get_nowait() for _ in range(page.qsize())]
    assert rest[-1] is None
    assert not live.is_watched


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ({"Content-Type": "application/json"}, True),
        ({"Content-Type": "application/json", "Origin": "same"}, True),
        ({"Content-Type": "application/json", "Origin": "https://elsewhere.example"}, False),
        ({"Content-Type": "text/plain"}, False),
    ],
)
async def test_another_sites_page_cannot_act_here(
    simulator: Simulator, page: aiohttp.ClientSession, headers: dict[str, str], is_allowed: bool
) -> None:
    sent = {name: simulator.url if value == "same" else value for name, value in headers.items()}
    async with page.post(chat(simulator) + "/messages", data=b'{"text":"hi"}', headers=sent) as response:
        assert response.status == (201 if is_allowed else 403)
    assert len(simulator.messages(simulator.people[0])) == is_allowed


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/chats/nobody/447700900101/messages", {"text": "x"}, 404),
        ("/chats/shop/1/messages", {"text": "x"}, 404),
        ("/chats/shop/447700900101/messages", {"text": "  "}, 422),
        ("/chats/shop/447700900101/messages", {"kind": "song"}, 422),
        ("/chats/shop/447700900101/messages", {"text": 5}, 400),
        ("/chats/shop/447700900101/typing", {"state": "singing"}, 422),
        ("/accounts/shop/scan", {}, 409),
        ("/accounts/shop/dance", {}, 409),
    ],
)
async def test_what_makes_no_sense_is_refused(
    page: aiohttp.ClientSession, path: str, body: dict[str, Any], status: int
) -> None:
    async with page.post(API + path, json=body) as response:
        said = await response.json()
        assert response.status == status
        assert said.get("error") or said.get("message")
