"""Sessions are created, configured, started, stopped and paired as on WAHA, and tell of it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from gateway.waha.simulator import AT_ONCE, Pace, Simulator, start_simulator
from tests.waha.simulator.receiver import KEY, Receiver
from tests.wait import eventually


def config(url: str, **more: Any) -> dict[str, Any]:
    """A configuration whose webhooks go to one address."""
    hook = {"url": url, "events": ["message.any", "session.status"], "hmac": {"key": "k"}, **more}
    return {"webhooks": [hook], "metadata": {"tenant": "acme"}}


async def test_a_new_session_is_paired_and_works(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    async with http.post("/api/sessions", json={"name": "new", "config": config(receiver.url)}) as response:
        assert response.status == 201
    await simulator.settled()
    told = [post.payload["status"] for post in receiver.of("session.status")]
    assert sorted(told) == ["SCAN_QR_CODE", "STARTING", "WORKING"]
    assert receiver.posts[0].body["metadata"] == {"tenant": "acme"}
    async with http.get("/api/sessions/new") as response:
        info = await response.json()
        assert (info["status"], info["config"]) == ("WORKING", config(receiver.url))
        assert info["me"]["id"].endswith("@c.us")


async def test_custom_headers_come_with_each_webhook(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    extra = config(receiver.url, customHeaders=[{"name": "X-Shop", "value": "blue"}])
    await http.post("/api/sessions", json={"name": "new", "config": extra})
    await simulator.settled()
    assert {post.headers["X-Shop"] for post in receiver.posts} == {"blue"}


async def test_a_session_can_wait_for_its_qr_code(receiver: Receiver) -> None:
    pace = Pace(**{name: getattr(AT_ONCE, name) for name in Pace.__struct_fields__} | {"pair_s": None})
    unpaired = await start_simulator(api_key=KEY, pace=pace)
    try:
        async with aiohttp.ClientSession(unpaired.url, headers={"X-Api-Key": KEY}) as http:
            await http.post("/api/sessions", json={"name": "new"})
            await eventually(lambda: unpaired.account("new").status == "SCAN_QR_CODE")
            async with http.get("/api/new/auth/qr") as response:
                assert (await response.read()).startswith(b"\x89PNG")
            async with http.get("/api/new/auth/qr", headers={"Accept": "application/json"}) as response:
                assert (await response.json())["mimetype"] == "image/png"
            async with http.get("/api/new/auth/qr?format=raw") as response:
                assert (await response.json())["value"]
            async with http.post("/api/new/auth/request-code", json={"phoneNumber": "447700900000"}) as response:
                assert len((await response.json())["code"]) == 9
            async with http.get("/api/sessions/new/me") as response:
                assert await response.json() is None
            await http.post("/simulator/api/accounts/new/scan", json={})
            assert unpaired.account("new").status == "WORKING"
            async with http.get("/api/new/auth/qr") as response:
                assert (response.status, (await response.json())["expected"]) == (422, ["SCAN_QR_CODE"])
    finally:
        await unpaired.stop()


async def test_a_stopped_session_refuses_sends_and_keeps_what_customers_write(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    await http.post("/api/sessions/shop/stop")
    await simulator.settled()
    receiver.posts.clear()
    message = simulator.write(simulator.people[0], "are you there?")
    body = {"session": "shop", "chatId": simulator.people[0].phone_id, "text": "yes"}
    async with http.post("/api/sendText", json=body) as response:
        said = await response.json()
        assert (response.status, said["status"]) == (422, "STOPPED")
    assert (receiver.posts, message.ack) == ([], 1)

    await http.post("/api/sessions/shop/start")
    await simulator.settled()
    assert [post.payload["body"] for post in receiver.of("message.any")] == ["are you there?"]
    assert message.ack == 2


async def test_starting_a_started_session_changes_nothing(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    async with http.post("/api/sessions/shop/start") as response:
        assert (response.status, (await response.json())["status"]) == (201, "WORKING")
    await simulator.settled()
    assert receiver.posts == []


async def test_an_update_replaces_the_whole_configuration_and_restarts(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    async with http.put("/api/sessions/shop", json={"config": config(receiver.url + "/new")}) as response:
        assert response.status == 200
    await simulator.settled()
    assert simulator.account().config == config(receiver.url + "/new")
    assert {each.url for each in simulator.ledger[-2:]} == {receiver.url + "/new"}
    assert simulator.account().status == "WORKING"


async def test_restart_goes_down_and_up_again(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    await http.post("/api/sessions/shop/restart")
    await simulator.settled()
    told = [post.payload["status"] for post in receiver.of("session.status")]
    assert sorted(told) == ["STARTING", "STOPPED", "WORKING"]


async def test_logout_asks_for_the_qr_code_again(
    simulator: Simulator, receiver: Receiver, http: aiohttp.ClientSession
) -> None:
    await http.post("/api/sessions/shop/logout")
    await simulator.settled()
    assert "SCAN_QR_CODE" in [post.payload["status"] for post in receiver.of("session.status")]


async def test_only_running_sessions_are_listed_unless_all_are_asked_for(
    simulator: Simulator, http: aiohttp.ClientSession
) -> None:
    await http.post("/api/sessions", json={"name": "idle", "start": False})
    for path, names in (("/api/sessions", ["shop"]), ("/api/sessions?all=true", ["shop", "idle"])):
        async with http.get(path) as response:
            assert [each["name"] for each in await response.json()] == names
    await http.delete("/api/sessions/idle")
    assert "idle" not in simulator.whatsapp.accounts
    async with http.delete("/api/sessions/idle") as response:
        assert response.status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/sessions/nobody", None, 404),
        ("POST", "/api/sessions/nobody/start", None, 404),
        ("PUT", "/api/sessions/nobody", {}, 404),
        ("GET", "/api/sessions/nobody/me", None, 422),
        ("POST", "/api/sessions", {"name": "shop"}, 422),
        ("POST", "/api/sessions", {"name": "new", "config": {"webhooks": [{"url": 5, "events": []}]}}, 400),
        ("POST", "/api/sessions/nobody/dance", None, 404),
    ],
)
async def test_what_is_wrong_is_refused_as_waha_refuses_it(
    http: aiohttp.ClientSession, method: str, path: str, body: dict[str, Any] | None, status: int
) -> None:
    async with http.request(method, path, json=body) as response:
        said = await response.json()
        assert (response.status, said["statusCode"]) == (status, status)
        assert said["message"]


async def test_a_port_in_use_is_an_error_and_leaves_nothing_open(simulator: Simulator) -> None:
    port = int(simulator.url.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await start_simulator(port=port)
