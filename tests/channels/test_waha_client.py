"""Sending over WAHA, against a small real HTTP server that answers as WAHA does."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.channels import waha_client
from gateway.channels.errors import Accepted, SendFailed
from gateway.channels.waha import parse
from gateway.channels.waha_client import SessionInfo, WahaClient, session_config
from tests.channels.bodies import NOW_MS, body, encoded, raw_body

SARI = "628120000002@c.us"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Waha:
    """A server that keeps what it is asked and answers what the test says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.keys: list[str | None] = []
        self.handler: Handler | None = None
        self.url = ""

    def answer(self, status: int, value: Any) -> None:
        """Answer everything alike."""

        async def tell(_: web.Request) -> web.Response:
            return web.Response(status=status, body=value if isinstance(value, bytes) else encoded(value))

        self.handler = tell

    async def serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.asked.append((request.method, request.raw_path, json.loads(raw) if raw else None))
        self.keys.append(request.headers.get("X-Api-Key"))
        assert self.handler is not None
        return await self.handler(request)


@pytest.fixture
async def waha() -> AsyncIterator[Waha]:
    server = Waha()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(http: aiohttp.ClientSession, waha: Waha) -> WahaClient:
    return WahaClient(http, base_url=waha.url + "/", api_key="kunci", session="toko")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Sending a text


@pytest.mark.parametrize(
    "said",
    [
        {"id": f"true_{SARI}_3EB0AA", "_data": {"Info": {"ID": "3EB0AA"}}},
        {"key": {"id": "3EB0AA", "remoteJid": "628120000002@s.whatsapp.net", "fromMe": True}, "status": 1},
        {"id": {"fromMe": True, "remote": SARI, "id": "3EB0AA", "_serialized": f"true_{SARI}_3EB0AA"}, "ack": 0},
        {"id": "true_120363700000000001@g.us_3EB0AA_155500000003@lid"},
    ],
    ids=["GOWS", "NOWEB", "WEBJS", "group"],
)
async def test_the_bare_key_is_found_in_the_answer_of_each_engine(client: WahaClient, waha: Waha, said: Any) -> None:
    waha.answer(201, said)
    assert await client.send_text(SARI, "halo") == Accepted(external_key="3EB0AA")


async def test_a_text_is_sent_with_its_key_and_what_it_answers(client: WahaClient, waha: Waha) -> None:
    waha.answer(201, {"id": f"true_{SARI}_3EB0BB"})
    await client.send_text(SARI, "halo 👋", message_id="3EB0BB", reply_to=f"false_{SARI}_3A01")
    wish = {"session": "toko", "chatId": SARI, "text": "halo 👋", "id": "3EB0BB", "reply_to": f"false_{SARI}_3A01"}
    assert waha.asked == [("POST", "/api/sendText", wish)]
    assert waha.keys == ["kunci"]


async def test_a_text_without_key_and_quote_does_not_name_them(client: WahaClient, waha: Waha) -> None:
    waha.answer(201, {})
    assert await client.send_text(SARI, "halo") == Accepted(external_key=None)
    assert waha.asked[0][2] == {"session": "toko", "chatId": SARI, "text": "halo"}


@pytest.mark.parametrize(
    "said", [b"", b"not json", b"[]", b"\xff", b"[" * 100_000, b'{"id": 7, "key": []}', b'{"id": ""}']
)
async def test_an_accepted_message_stays_accepted_when_the_answer_cannot_be_read(
    client: WahaClient, waha: Waha, said: bytes
) -> None:
    waha.answer(201, said)
    assert await client.send_text(SARI, "halo", message_id="3EB0CC") == Accepted(external_key="3EB0CC")


async def test_an_endless_answer_is_not_read_to_its_end(client: WahaClient, waha: Waha) -> None:
    sent = 0

    async def pour(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(status=201)
        await response.prepare(request)
        while sent < 200 * 1024 * 1024:
            await response.write(b"x" * 65_536)
            sent += 65_536
        return response

    waha.handler = pour
    assert await client.send_text(SARI, "halo", message_id="3EB0DD") == Accepted(external_key="3EB0DD")
    assert sent < 50 * 1024 * 1024


async def test_a_refusal_is_the_value_that_its_body_means(client: WahaClient, waha: Waha) -> None:
    waha.answer(500, {"statusCode": 500, "exception": {"message": "server returned error 463"}})
    failed = await client.send_text(SARI, "halo")
    assert isinstance(failed, SendFailed)
    assert (failed.fate, failed.code) == ("permanent", "reachout_lock")


async def test_a_redirect_is_not_followed(client: WahaClient, waha: Waha) -> None:
    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    waha.handler = redirect
    failed = await client.send_text(SARI, "halo")
    assert isinstance(failed, SendFailed)
    assert failed.code == "waha_wrong_address"
    assert [path for _, path, _ in waha.asked] == ["/api/sendText"]


# What is sure when the network fails


async def test_a_refused_connection_means_surely_not_sent(http: aiohttp.ClientSession) -> None:
    client = WahaClient(http, base_url=f"http://127.0.0.1:{free_port()}", api_key="k", session="toko")
    failed = await client.send_text(SARI, "halo")
    assert isinstance(failed, SendFailed)
    assert (failed.fate, failed.code, failed.stops_channel) == ("retry", "waha_unreachable", True)


async def test_an_unknown_host_means_surely_not_sent(http: aiohttp.ClientSession) -> None:
    client = WahaClient(http, base_url="http://waha.invalid", api_key="k", session="toko")
    failed = await client.send_text(SARI, "halo")
    assert isinstance(failed, SendFailed)
    assert failed.code == "waha_unreachable"


@pytest.mark.parametrize("base_url", ["not an address", "ftp://waha.test", "http://[", ""])
async def test_what_is_no_address_is_told_to_the_administrator(http: aiohttp.ClientSession, base_url: str) -> None:
    failed = await WahaClient(http, base_url=base_url, api_key="k", session="toko").send_text(SARI, "halo")
    assert isinstance(failed, SendFailed)
    assert (failed.fate, failed.code) == ("permanent", "waha_wrong_address")


async def test_silence_after_the_request_means_unknown(
    client: WahaClient, waha: Waha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waha_client, "_SEND_S", 0.2)
    done = asyncio.Event()

    async def keep_silent(_: web.Request) -> web.Response:
        await done.wait()
        return web.Response(status=201)

    waha.handler = keep_silent
    failed = await client.send_text(SARI, "halo")
    done.set()
    assert isinstance(failed, SendFailed)
    assert failed.is_unknown
    assert len(waha.asked) == 1, "the request had arrived, and was not made again"


async def test_a_connection_cut_after_the_request_means_unknown(client: WahaClient, waha: Waha) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    waha.handler = hang_up
    failed = await client.send_text(SARI, "halo")
    assert isinstance(failed, SendFailed)
    assert failed.is_unknown
    assert len(waha.asked) == 1


async def test_a_cancelled_send_is_cancelled(client: WahaClient, waha: Waha) -> None:
    arrived = asyncio.Event()

    async def keep_silent(_: web.Request) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        return web.Response()

    waha.handler = keep_silent
    sending = asyncio.create_task(client.send_text(SARI, "halo"))
    await arrived.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending


# The key before the send


async def test_a_message_key_is_fetched(client: WahaClient, waha: Waha) -> None:
    waha.answer(200, {"id": "3EB0EE"})
    assert await client.new_message_id() == "3EB0EE"
    assert waha.asked == [("GET", "/api/toko/new-message-id", None)]


@pytest.mark.parametrize("status", [404, 501])
async def test_an_engine_without_message_keys_says_so(client: WahaClient, waha: Waha, status: int) -> None:
    waha.answer(status, {"message": "no"})
    assert await client.new_message_id() is None


async def test_a_failure_before_the_send_is_never_unknown(client: WahaClient, waha: Waha) -> None:
    waha.answer(500, {"exception": {"message": "broken"}})
    failed = await client.new_message_id()
    assert isinstance(failed, SendFailed)
    assert failed.fate == "retry"


# What else is told and asked


async def test_seen_and_typing_are_told(client: WahaClient, waha: Waha) -> None:
    waha.answer(201, {})
    assert await client.send_seen(SARI, message_ids=[f"false_{SARI}_3A01"]) is None
    assert await client.send_seen(SARI) is None
    assert await client.start_typing(SARI) is None
    assert await client.stop_typing(SARI) is None
    chat = {"session": "toko", "chatId": SARI}
    assert waha.asked == [
        ("POST", "/api/sendSeen", {**chat, "messageIds": [f"false_{SARI}_3A01"]}),
        ("POST", "/api/sendSeen", chat),
        ("POST", "/api/startTyping", chat),
        ("POST", "/api/stopTyping", chat),
    ]


async def test_a_courtesy_that_fails_is_a_value(client: WahaClient, waha: Waha) -> None:
    waha.answer(401, {"message": "Unauthorized"})
    failed = await client.start_typing(SARI)
    assert failed is not None
    assert failed.code == "waha_refused_key"


async def test_the_history_tells_what_the_webhook_tells(client: WahaClient, waha: Waha) -> None:
    name = "gows/text-from-api--message.any"
    waha.answer(200, [body(name)["payload"]])
    found = await client.history(SARI, now_ms=NOW_MS, limit=20, since_ms=1_767_225_600_999, from_me=True)
    assert found == [parse(raw_body(name), now_ms=NOW_MS).fact]
    query = "limit=20&downloadMedia=false&filter.timestamp.gte=1767225600&filter.fromMe=true"
    assert waha.asked == [("GET", f"/api/toko/chats/{SARI}/messages?{query}", None)]


async def test_names_in_a_path_are_quoted(http: aiohttp.ClientSession, waha: Waha) -> None:
    waha.answer(200, [])
    client = WahaClient(http, base_url=waha.url, api_key="k", session="../x?y")
    await client.history("a/../b?c#d@c.us", now_ms=NOW_MS)
    assert waha.asked[0][1].startswith("/api/..%2Fx%3Fy/chats/a%2F..%2Fb%3Fc%23d@c.us/messages?")


@pytest.mark.parametrize("said", [b"{}", b"not json", b"[" * 100_000])
async def test_a_history_that_cannot_be_read_is_a_failure_to_retry(client: WahaClient, waha: Waha, said: bytes) -> None:
    waha.answer(200, said)
    failed = await client.history(SARI, now_ms=NOW_MS)
    assert isinstance(failed, SendFailed)
    assert failed.fate == "retry"


# Sessions


async def test_a_session_is_seen_with_its_state_and_account(client: WahaClient, waha: Waha) -> None:
    config = {"webhooks": [], "metadata": {"a": "b"}}
    waha.answer(200, {"name": "toko", "status": "WORKING", "me": {"id": "628110000001@c.us"}, "config": config})
    session = await client.get_session()
    assert isinstance(session, SessionInfo)
    assert (session.status, session.config) == ("WORKING", config)
    assert session.me is not None
    assert session.me.id == "628110000001@c.us"
    waha.answer(404, {"message": "Session not found"})
    assert await client.get_session() is None


async def test_a_session_is_made_and_changed(client: WahaClient, waha: Waha) -> None:
    waha.answer(201, {"name": "toko", "status": "STARTING"})
    config = session_config(webhook_url="https://gw.test/webhooks/waha/t", hmac_key="rahasia")
    for result in (await client.create_session(config), await client.update_session(config)):
        assert isinstance(result, SessionInfo)
        assert result.status == "STARTING"
    assert waha.asked == [
        ("POST", "/api/sessions", {"name": "toko", "start": True, "config": config}),
        ("PUT", "/api/sessions/toko", {"config": config}),
    ]


def test_our_webhook_is_signed_patient_and_without_doubles() -> None:
    (hook,) = session_config(webhook_url="https://gw.test/w", hmac_key="rahasia")["webhooks"]
    assert hook["hmac"] == {"key": "rahasia"}
    assert hook["retries"] == {"policy": "exponential", "delaySeconds": 2, "attempts": 12}
    assert "message.any" in hook["events"]
    assert "message" not in hook["events"], "message.any has them all"


def test_an_existing_configuration_keeps_everything_but_our_webhook() -> None:
    kept = {
        "proxy": {"server": "p:1"},
        "ignore": None,
        "webhooks": [
            {"url": "https://n8n.test/w", "events": ["*"]},
            {"url": "https://gw.test/w", "events": ["message"]},
            7,
        ],
    }
    config = session_config(webhook_url="https://gw.test/w", hmac_key="baru", kept=kept)
    assert (config["proxy"], config["ignore"]) == (kept["proxy"], None)
    assert [each["url"] for each in config["webhooks"] if isinstance(each, dict)] == [
        "https://n8n.test/w",
        "https://gw.test/w",
    ]
    assert config["webhooks"][-1]["hmac"] == {"key": "baru"}
    again = session_config(webhook_url="https://gw.test/w", hmac_key="baru", kept=config)
    assert again == config, "so that an update is only needed when something changed: it restarts the session"
