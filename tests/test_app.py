"""The application as a whole: routes, failures, headers, health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import aiohttp
import msgspec
import pytest
import structlog

from gateway.runtime import Runtime
from gateway.start.serve import drain, web_server
from tests.serving import Served


@pytest.fixture
async def client(server: Served) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url) as session:
        yield session


async def test_the_front_door_is_the_console(client: aiohttp.ClientSession) -> None:
    async with client.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["location"]) == (302, "/console/")


async def test_a_process_that_has_all_it_needs_is_ready(client: aiohttp.ClientSession) -> None:
    for path in ("/health/live", "/health/ready"):
        async with client.get(path) as answer:
            assert (answer.status, (await answer.json())["status"]) == (200, "ok")


async def test_without_the_database_it_lives_but_is_not_ready(client: aiohttp.ClientSession, runtime: Runtime) -> None:
    await runtime.pool.close()
    async with client.get("/health/live") as answer:
        assert answer.status == 200
    async with client.get("/health/ready") as answer:
        assert (answer.status, (await answer.json())["missing"]) == (503, ["database"])
        assert answer.headers["retry-after"] == "1"


async def test_while_it_drains_it_is_not_ready(client: aiohttp.ClientSession, runtime: Runtime) -> None:
    await drain(runtime, web_server(runtime))
    async with client.get("/health/ready") as answer:
        assert (answer.status, (await answer.json())["missing"]) == (503, ["draining"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/no/such/place", 404, "not_found"),
        ("DELETE", "/health/live", 405, "method_not_allowed"),
        ("GET", "/static/none.js", 404, "not_found"),
    ],
)
async def test_a_failure_is_a_problem_with_a_code_and_the_request_id(
    client: aiohttp.ClientSession, method: str, path: str, status: int, code: str
) -> None:
    async with client.request(method, path, headers={"X-Request-Id": "mine-1"}) as answer:
        problem = await answer.json(content_type="application/problem+json")
        assert (answer.status, problem["status"], problem["code"]) == (status, status, code)
        assert {"type", "title", "detail", "request_id"} <= problem.keys()
        assert problem["request_id"] == answer.headers["x-request-id"] == "mine-1"


@pytest.mark.parametrize("given", ["with space", "x" * 65, "tab\tbed", "ünsafe"])
async def test_a_request_id_that_could_spoil_a_log_is_replaced(client: aiohttp.ClientSession, given: str) -> None:
    async with client.get("/health/live", headers={"X-Request-Id": given}) as answer:
        assert UUID(answer.headers["x-request-id"]).version == 7


async def test_every_answer_carries_the_security_headers(client: aiohttp.ClientSession) -> None:
    for path in ("/health/live", "/static/css/base.css", "/no/such/place"):
        async with client.get(path) as answer:
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "server" not in answer.headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_the_api_reads_nothing_that_a_form_of_another_site_could_send(
    client: aiohttp.ClientSession, kind: str
) -> None:
    async with client.post("/api/v1/auth/login", data=b"{}", headers={"content-type": kind}) as answer:
        assert answer.status == 415
        assert msgspec.json.decode(await answer.read())["code"] == "unsupported_media_type"


async def test_the_schema_is_openapi_3_1_and_loads_nothing_from_elsewhere(client: aiohttp.ClientSession) -> None:
    async with client.get("/schema/openapi.json") as answer:
        schema = msgspec.json.decode(await answer.read())
        assert schema["openapi"].startswith("3.1")
        assert "/health/ready" in schema["paths"]


async def test_a_token_in_a_path_is_not_written_to_the_log(client: aiohttp.ClientSession) -> None:
    token, id_ = "so7CQpcC1H0cno3FS5SOe3pL_ocVZwGzEKFVJxbdiKA", "01a20489-cc90-7736-9dd1-21b4f9da04f5"
    with structlog.testing.capture_logs() as said:
        async with client.get(f"/somewhere/{token}/{id_}") as answer:
            assert answer.status == 404
    assert [line["path"] for line in said if "path" in line] == [f"/somewhere/so7CQp…/{id_}"]


async def test_the_phone_page_is_there_in_the_demo_alone(client: aiohttp.ClientSession, runtime: Runtime) -> None:
    async with client.get("/simulator/", allow_redirects=False) as answer:
        assert answer.status == 404
    runtime.simulator_url = "http://127.0.0.1:8001"
    async with client.get("/simulator/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["location"]) == (302, "http://127.0.0.1:8001/simulator/")
