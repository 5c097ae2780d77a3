"""The door for webhooks: who is let in, what is too much, and that the next message always goes through."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any

import msgspec
import psutil
import pytest
import structlog

from gateway.runtime import Runtime
from tests.conversations.webhooks import Line, ack, arrives, edit, envelope, reaction, revoke, signed, vote


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged from now on."""
    with structlog.testing.capture_logs() as captured:
        yield captured


def refusals(lines: list[dict[str, Any]]) -> list[int]:
    return [each["status"] for each in lines if each["event"] == "webhook refused"]


async def goes_on(line: Line) -> None:
    """The next message goes through."""
    before = len(await line.messages())
    await line.deliver(arrives("3ANEXT"))
    assert len(await line.messages()) == before + 1


async def test_an_unsigned_body_is_refused_and_not_kept(line: Line, lines: list[dict[str, Any]]) -> None:
    status, problem = await line.post(arrives("3A01"), headers={"content-type": "application/json"})

    assert (status, problem["code"], refusals(lines)) == (401, "bad_signature", [401])
    assert await line.rows("SELECT 1 FROM waha_webhook_events") == []
    await goes_on(line)


@pytest.mark.parametrize("wrong", ["", "00", "zz" * 64, "ff" * 64, "é", "'"], ids=repr)
async def test_a_wrong_signature_is_refused(line: Line, lines: list[dict[str, Any]], wrong: str) -> None:
    raw = msgspec.json.encode(arrives("3A01"))
    headers = signed(raw, line.tenant.hmac_key) | {"x-webhook-hmac": wrong}

    status, _ = await line.post(raw, headers=headers)

    assert (status, refusals(lines)) == (401, [401])
    assert await line.messages() == []


async def test_a_body_that_was_changed_on_the_way_is_refused(line: Line) -> None:
    raw = msgspec.json.encode(arrives("3A01", "pay 10"))

    status, _ = await line.post(raw.replace(b"pay 10", b"pay 99"), headers=signed(raw, line.tenant.hmac_key))

    assert status == 401


async def test_another_algorithm_is_refused(line: Line) -> None:
    raw = msgspec.json.encode(arrives("3A01"))

    status, _ = await line.post(raw, headers=signed(raw, line.tenant.hmac_key) | {"x-webhook-hmac-algorithm": "none"})

    assert status == 401


async def test_the_key_of_another_channel_opens_nothing(line: Line) -> None:
    raw = msgspec.json.encode(arrives("3A01"))

    status, _ = await line.post(raw, headers=signed(raw, line.tenant.other.hmac_key))  # type: ignore[attr-defined]

    assert status == 401


@pytest.mark.parametrize(
    "path", ["/webhooks/waha/nobody", "/webhooks/waha/", "/webhooks/", "/webhooks/x/y", "/webhooks/waha/%00"]
)
async def test_an_unknown_token_is_not_found_without_a_word(line: Line, lines: list[dict[str, Any]], path: str) -> None:
    raw = msgspec.json.encode(arrives("3A01"))

    async with line.http.post(line.served.url + path, data=raw, headers=signed(raw, "key")) as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, problem["code"], refusals(lines)) == (404, "not_found", [404])
    assert "token" not in json.dumps(problem)


async def test_a_slash_at_the_end_is_no_redirect(line: Line) -> None:
    raw = msgspec.json.encode(arrives("3A01"))
    url = f"{line.served.url}/webhooks/waha/{line.tenant.webhook_token}/"

    headers = signed(raw, line.tenant.hmac_key)
    async with line.http.post(url, data=raw, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 200


async def test_only_post_is_answered(line: Line) -> None:
    async with line.http.get(f"{line.served.url}/webhooks/waha/{line.tenant.webhook_token}") as answer:
        assert answer.status == 405


async def test_a_body_of_fifty_megabytes_is_refused_unread(line: Line, lines: list[dict[str, Any]]) -> None:
    before = psutil.Process(os.getpid()).memory_info().rss
    raw = b" " * 50_000_000

    status, problem = await line.post(raw, headers={"x-webhook-hmac": "00"})

    assert (status, problem["code"], refusals(lines)) == (413, "too_large", [413])
    assert psutil.Process(os.getpid()).memory_info().rss - before < 80_000_000
    await goes_on(line)


async def test_a_body_without_a_length_is_cut_off_at_the_limit(line: Line, runtime: Runtime) -> None:
    sent = 0

    async def chunks() -> Any:
        nonlocal sent
        for _ in range(800):
            sent += 65_536
            yield b" " * 65_536

    url = f"{line.served.url}/webhooks/waha/{line.tenant.webhook_token}"
    try:
        async with line.http.post(url, data=chunks()) as answer:
            assert answer.status == 413
    except (ConnectionError, OSError):
        pass  # the server hung up while we were still talking
    assert sent < 50_000_000
    await goes_on(line)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"{",
        b'{"event": "message"',
        b"[]",
        b"null",
        b'"text"',
        b'{"event": "\xff\xfe"}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"payload":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=["empty", "text", "brace", "cut off", "list", "null", "string", "bad utf-8", "deep lists", "deep objects"],
)
async def test_what_is_no_json_object_is_refused_and_kept(line: Line, lines: list[dict[str, Any]], raw: bytes) -> None:
    status, problem = await line.post(raw)

    [kept] = await line.rows("SELECT body, processing_status, processing_error FROM waha_webhook_events")
    assert (status, problem["code"]) == (400, "bad_json")
    assert (kept["body"], kept["processing_status"]) == (raw, "failed")
    assert kept["processing_error"]
    assert refusals(lines) == [400]
    await goes_on(line)


WRONG: list[Any] = [None, True, -1, 1.5e308, "x\u0000", [], [[1]], {}, {"a": {"b": 1}}]


def bodies() -> list[dict[str, Any]]:
    """A webhook of every kind that is read."""
    return [
        arrives("3A01", hasMedia=True, media={"url": "u"}, replyTo={"id": "3A00", "body": "q"}),
        ack("3A01", 2),
        edit("3A01", "new"),
        revoke("3A01"),
        reaction("3A01", "👍"),
        vote("3A01", ["red"]),
        envelope("session.status", {"name": "default", "status": "WORKING", "statuses": [{"status": "STARTING"}]}),
        envelope("presence.update", {"id": "628120000002@c.us", "presences": [{"participant": "x"}]}),
    ]


def with_wrong(value: Any, wrong: Any) -> Iterator[Any]:
    """The value with one of its fields, at any depth, replaced."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {**value, name: wrong}
            for changed in with_wrong(inner, wrong):
                yield {**value, name: changed}


@pytest.mark.parametrize("body", bodies(), ids=lambda body: str(body["event"]))
async def test_a_wrong_type_in_any_field_is_read_around(line: Line, body: dict[str, Any]) -> None:
    await line.deliver_at_once(*(changed for wrong in WRONG for changed in with_wrong(body, wrong)))

    failed = await line.rows("SELECT processing_error FROM waha_webhook_events WHERE processing_status = 'failed'")
    assert failed == []
    await goes_on(line)


async def test_an_unknown_engine_is_read_like_the_others(line: Line) -> None:
    await line.deliver(arrives("3A01") | {"engine": "VENOM9000-and-a-very-long-name"})

    assert (await line.message())["message_text"] == "hello"


async def test_a_full_queue_says_come_back(line: Line, runtime: Runtime, lines: list[dict[str, Any]]) -> None:
    runtime.receiver._messages._most_waiting = 0

    status, problem = await line.post(arrives("3A01"))

    assert (status, problem["code"], refusals(lines)) == (503, "queue_full", [503])


async def test_a_client_that_hangs_up_in_the_middle_is_forgotten(line: Line) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", line.served.port)
    path = f"/webhooks/waha/{line.tenant.webhook_token}"
    writer.write(f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{{".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    await goes_on(line)
