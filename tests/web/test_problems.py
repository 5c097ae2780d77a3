"""What a caller is told when a request cannot be served: status, code, and which field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest

from gateway.errors import Unavailable
from gateway.web.problems import encode
from tests.serving import Served

JSON = {"content-type": "application/json"}


@pytest.fixture
async def client(server: Served) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url) as session:
        yield session


async def refused(client: aiohttp.ClientSession, method: str, path: str, **options: Any) -> dict[str, Any]:
    """The problem that a request is answered with."""
    async with client.request(method, path, **options) as answer:
        assert answer.headers["content-type"].startswith("application/problem+json")
        problem: dict[str, Any] = msgspec.json.decode(await answer.read())
        assert problem["status"] == answer.status
        assert problem["request_id"] == answer.headers["x-request-id"]
        return problem


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"email": "a@b.example", "password": "x"} trailing']
)
async def test_a_body_that_is_no_json_is_a_400(client: aiohttp.ClientSession, body: bytes) -> None:
    problem = await refused(client, "POST", "/api/v1/auth/login", data=body, headers=JSON)
    assert (problem["status"], problem["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": 1, "password": "x"}, "email"),
        ({"email": "a@b.example"}, "password"),
        ({"email": "a@b.example", "password": "x", "admin": True}, "admin"),
    ],
)
async def test_a_wrong_value_is_a_422_that_names_the_field(
    client: aiohttp.ClientSession, body: dict[str, Any], field: str
) -> None:
    problem = await refused(client, "POST", "/api/v1/auth/login", json=body)
    assert (problem["status"], problem["code"]) == (422, "invalid")
    assert field in " ".join([*problem["errors"], *problem["errors"].values()])


async def test_a_body_over_the_limit_is_a_413(client: aiohttp.ClientSession) -> None:
    body = b'{"email": "' + b"a" * (1024 * 1024) + b'"}'
    problem = await refused(client, "POST", "/api/v1/auth/login", data=body, headers=JSON)
    assert (problem["status"], problem["code"]) == (413, "too_large")


async def test_without_a_sign_in_everything_is_a_401_and_a_malformed_id_is_not_there(
    client: aiohttp.ClientSession,
) -> None:
    problem = await refused(client, "GET", "/api/v1/chat-sessions")
    assert (problem["status"], problem["code"]) == (401, "not_signed_in")
    problem = await refused(client, "GET", "/api/v1/chat-sessions/not-an-id")
    assert problem["status"] in (401, 404, 422)


def test_who_should_come_back_later_is_told_when() -> None:
    _, headers = encode(Unavailable(retry_after_s=2.4), "id")
    assert headers["retry-after"] == "2"
    _, headers = encode(Unavailable(retry_after_s=0.1), "id")
    assert headers["retry-after"] == "1"
