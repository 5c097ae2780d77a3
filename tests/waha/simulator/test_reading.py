"""History, chats, contacts and hidden ids, as far as the gateway asks for them."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from gateway.waha.simulator import Simulator, start_simulator
from gateway.waha.simulator.whatsapp import Draft


async def ask(http: aiohttp.ClientSession, path: str) -> Any:
    """The body of a 200."""
    async with http.get(path) as response:
        assert response.status == 200, await response.text()
        return await response.json()


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """What they say."""
    return [message["body"] for message in messages]


@pytest.fixture
async def written(simulator: Simulator) -> Simulator:
    """Two chats: five messages, a second apart, and one more."""
    first, second = simulator.people[0], simulator.people[3]
    for number in range(5):
        simulator.write(first, str(number), at_ms=1_700_000_000_000 + number * 1000)
    simulator.write(second, "hidden", at_ms=1_700_000_010_000)
    return simulator


async def test_history_is_newest_first_and_in_pages(written: Simulator, http: aiohttp.ClientSession) -> None:
    path = f"/api/shop/chats/{written.people[0].phone_id}/messages"
    assert texts(await ask(http, path + "?limit=2")) == ["4", "3"]
    assert texts(await ask(http, path + "?limit=2&offset=2")) == ["2", "1"]
    assert texts(await ask(http, path + "?limit=9&sortOrder=asc")) == ["0", "1", "2", "3", "4"]


async def test_history_is_filtered(written: Simulator, http: aiohttp.ClientSession) -> None:
    path = f"/api/shop/chats/{written.people[0].phone_id}/messages?limit=9"
    assert texts(await ask(http, path + "&filter.timestamp.gte=1700000003")) == ["4", "3"]
    assert texts(await ask(http, path + "&filter.timestamp.lte=1700000000")) == ["0"]
    written.whatsapp.type_on_phone(written.account(), written.people[0], Draft(text="ours"))
    assert texts(await ask(http, path + "&filter.fromMe=true")) == ["ours"]
    await written.settled()
    assert texts(await ask(http, path + "&filter.fromMe=true&filter.ack=DEVICE")) == ["ours"]
    assert texts(await ask(http, path + "&filter.fromMe=true&filter.ack=READ")) == []


async def test_all_chats_are_read_at_once_under_either_id(written: Simulator, http: aiohttp.ClientSession) -> None:
    assert len(await ask(http, "/api/shop/chats/all/messages?limit=100")) == 6
    hidden = written.people[3]
    for name in (hidden.lid, hidden.phone_id):
        assert texts(await ask(http, f"/api/shop/chats/{name}/messages?limit=9")) == ["hidden"]


@pytest.mark.parametrize("engine", ["WEBJS"])
async def test_webjs_cannot_read_all_chats(http: aiohttp.ClientSession) -> None:
    async with http.get("/api/shop/chats/all/messages?limit=9") as response:
        assert response.status == 500


@pytest.mark.parametrize("engine", ["NOWEB"])
async def test_noweb_without_its_store_has_no_history(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    simulator.account().configure({"webhooks": []})
    async with http.get("/api/shop/chats/all/messages?limit=9") as response:
        assert response.status == 400
        assert "store" in (await response.json())["message"]


async def test_one_message_is_found_by_its_id(written: Simulator, http: aiohttp.ClientSession) -> None:
    message = written.messages(written.people[0])[2]
    path = f"/api/shop/chats/{message.chat_id}/messages/"
    assert (await ask(http, path + message.id))["body"] == "2"
    async with http.get(path + "false_x@c.us_3A") as response:
        assert response.status == 404


async def test_chats_are_listed_with_their_last_message(written: Simulator, http: aiohttp.ClientSession) -> None:
    overview = await ask(http, "/api/shop/chats/overview")
    assert [(chat["name"], chat["lastMessage"]["body"]) for chat in overview] == [
        (written.people[3].name, "hidden"),
        (written.people[0].name, "4"),
    ]
    body = {"pagination": {"limit": 9}, "filter": {"ids": [written.people[0].phone_id]}}
    async with http.post("/api/shop/chats/overview", json=body) as response:
        assert response.status == 201
        assert [chat["id"] for chat in await response.json()] == [written.people[0].phone_id]
    assert [chat["id"] for chat in await ask(http, "/api/shop/chats?limit=1")] == [written.people[3].lid]


async def test_hidden_ids_and_phones_find_each_other(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    person = simulator.people[3]
    pair = {"lid": person.lid, "pn": person.phone_id}
    assert await ask(http, f"/api/shop/lids/{person.lid}") == pair
    assert await ask(http, f"/api/shop/lids/{person.lid.partition('@')[0]}") == pair
    assert await ask(http, f"/api/shop/lids/pn/{person.phone}") == pair
    assert await ask(http, "/api/shop/lids/5@lid") == {"lid": "5@lid", "pn": None}
    assert await ask(http, "/api/shop/lids/pn/5") == {"lid": None, "pn": "5@c.us"}
    assert pair in await ask(http, "/api/shop/lids?limit=100")
    assert await ask(http, "/api/shop/lids/count") == {"count": len(simulator.people)}
    async with http.get("/api/shop/lids/5@c.us") as response:
        assert response.status == 422


async def test_a_number_exists_when_a_customer_has_it(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    person = simulator.people[0]
    known = await ask(http, f"/api/contacts/check-exists?session=shop&phone={person.phone}")
    assert known == {"numberExists": True, "chatId": person.phone_id}
    assert await ask(http, "/api/contacts/check-exists?session=shop&phone=15550100") == {"numberExists": False}
    card = await ask(http, f"/api/contacts?session=shop&contactId={person.phone_id}")
    assert card["name"] == person.name
    assert len(await ask(http, "/api/contacts/all?session=shop")) == len(simulator.people)


async def test_the_server_says_what_it_is(simulator: Simulator, http: aiohttp.ClientSession) -> None:
    assert (await ask(http, "/api/server/version"))["engine"] == "GOWS"
    assert (await ask(http, "/api/server/status"))["uptime"] >= 0
    async with aiohttp.ClientSession() as stranger, stranger.get(simulator.url + "/ping") as response:
        assert await response.json() == {"message": "pong"}


async def test_a_number_in_the_query_that_is_none_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.get("/api/shop/chats/all/messages?limit=many") as response:
        assert response.status == 400


async def test_a_full_history_forgets_the_oldest_messages() -> None:
    from gateway.waha.simulator.messages import History

    simulator = await start_simulator()
    try:
        await simulator.connect("shop", webhook_url="http://127.0.0.1:9/", events=())
        simulator.account().history = History(limit=3)
        written = [simulator.write(simulator.people[0], str(number)) for number in range(5)]
        assert [message.text for message in simulator.messages(simulator.people[0])] == ["2", "3", "4"]
        assert simulator.account().history.find(written[0].key) is None
    finally:
        await simulator.stop()
