"""Who gets a socket, and who does not."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import asyncpg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from console.closes import Close
from gateway.runtime import Runtime
from tests.console.live import Console, opened, signed_in
from tests.databases import Database
from tests.ears import write
from tests.serving import Served
from tests.world import World


async def owner(database: Database, statement: str, *values: Any) -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(statement, *values)
    await connection.close()


async def test_an_event_reaches_a_live_console(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        async with person.console(since=snapshot) as console:
            assert console.frames[0]["t"] == "hello"
            ready = await console.wait_for("ready")
            assert ready["recovered"]
            assert ready["s"] == snapshot["s"]
            await write(runtime, world)
            event = await console.wait_for("agent.updated")
            assert event["s"] == snapshot["s"] + 1
            assert event["d"]["agent"]["id"] == str(world.agent_id)
            assert all(isinstance(message, str) for message in console.messages)


async def test_without_a_position_a_console_begins_at_the_end(server: Served, runtime: Runtime, world: World) -> None:
    await write(runtime, world, 2)
    async with signed_in(server, world) as person, person.console() as console:
        ready = await console.wait_for("ready")
        assert not ready["recovered"]
        await write(runtime, world)
        assert (await console.wait_for("agent.updated"))["s"] == ready["s"] + 1
        assert len(console.events()) == 1


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1.evil.example"])
async def test_a_page_of_somebody_else_is_refused_before_the_upgrade(
    server: Served, world: World, origin: str | None
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with opened(server, origin=origin):
            raise AssertionError("nobody gets here")
    assert refused.value.response.status_code == 403
    assert json.loads(refused.value.response.body)["code"] == "origin"


async def test_no_other_path_is_a_socket(server: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"{server.ws_url}/ws/consoles", origin=server.url)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 404


async def test_a_cookie_alone_opens_nothing(server: Served, world: World) -> None:
    async with signed_in(server, world) as person:
        cookies = "; ".join(f"{c.key}={c.value}" for c in person.http.cookie_jar)
        assert cookies
        async with opened(server, additional_headers={"Cookie": cookies}) as console:
            await console.say(t="focus", session=None)
            assert (await console.wait_closed())[0] == Close.NOT_AUTHENTICATED
            assert [frame["t"] for frame in console.frames] == ["hello"]


async def test_a_ticket_opens_one_socket(server: Served, world: World) -> None:
    async with signed_in(server, world) as person:
        ticket = await person.ticket()
        async with opened(server) as first, opened(server) as second:
            await first.say(t="auth", ticket=ticket)
            await first.wait_for("ready")
            await second.say(t="auth", ticket=ticket)
            assert (await second.wait_closed())[0] == Close.TICKET


async def test_a_forged_ticket_opens_nothing(server: Served, world: World) -> None:
    async with opened(server) as console:
        await console.say(t="auth", ticket="A" * 120)
        assert (await console.wait_closed())[0] == Close.NOT_AUTHENTICATED


async def test_a_ticket_in_the_address_is_not_looked_at(server: Served, world: World) -> None:
    async with signed_in(server, world) as person:
        socket = await connect(
            f"{server.ws_url}/ws/console?ticket={await person.ticket()}",
            origin=server.url,  # type: ignore[arg-type]
        )
        console = Console(socket)
        await console.say(t="hb")
        assert (await console.wait_closed())[0] == Close.NOT_AUTHENTICATED
        await console.stop()


async def test_a_ticket_needs_a_sign_in_and_its_csrf_token(server: Served, world: World) -> None:
    async with signed_in(server, world) as person, aiohttp.ClientSession(server.url) as stranger:
        async with stranger.post("/api/v1/realtime/ticket") as answer:
            assert answer.status == 401
        async with person.http.post("/api/v1/realtime/ticket") as answer:
            assert answer.status == 403
        headers = {"X-CSRF-Token": person.csrf, "Origin": "https://evil.example"}
        async with person.http.post("/api/v1/realtime/ticket", headers=headers) as answer:
            assert answer.status == 403


async def test_a_ticket_of_a_sign_in_that_has_ended_opens_nothing(server: Served, world: World) -> None:
    async with signed_in(server, world) as person:
        ticket = await person.ticket()
        async with person.http.post("/api/v1/auth/logout", headers={"X-CSRF-Token": person.csrf}) as answer:
            assert answer.status == 204
        async with opened(server) as console:
            await console.say(t="auth", ticket=ticket)
            assert (await console.wait_closed())[0] == Close.REVOKED


async def test_the_reconnect_ticket_of_ready_opens_a_socket_without_http(server: Served, world: World) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        rt = (await console.wait_for("ready"))["rt"]
        async with opened(server) as again:
            await again.say(t="auth", ticket=rt)
            await again.wait_for("ready")


async def test_a_customer_is_no_agent(server: Served, world: World, database: Database) -> None:
    async with signed_in(server, world) as person:
        ticket = await person.ticket()
        await owner(database, "UPDATE users SET role = 'customer' WHERE id = $1", world.user_id)
        async with opened(server) as console:
            await console.say(t="auth", ticket=ticket)
            assert (await console.wait_closed())[0] == Close.FORBIDDEN
        for path in ("/api/v1/console/snapshot", "/api/v1/chat-sessions", "/api/v1/events?since=0"):
            async with person.http.get(path) as answer:
                assert answer.status == 403, path
