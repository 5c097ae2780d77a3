"""Whose socket is closed, how soon, and that the others do not notice."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from console.closes import Close
from gateway.clock import now_ms
from gateway.events import AccessChanged
from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from tests.console.live import SignedIn, opened, signed_in
from tests.databases import Database
from tests.ears import write
from tests.serving import Served
from tests.wait import eventually
from tests.world import World


async def owner(database: Database, statement: str, *values: Any) -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(statement, *values)
    await connection.close()


def same(events: list[dict[str, Any]], first: int, count: int) -> bool:
    return [event["s"] for event in events] == list(range(first, first + count))


async def test_a_sign_in_that_ends_closes_its_sockets_within_two_seconds(
    server: Served, world: World, database: Database
) -> None:
    async with (
        signed_in(server, world) as person,
        signed_in(server, world.other) as other,
        person.console() as console,
        other.console() as stays,
    ):
        begun = now_ms()
        await owner(database, "UPDATE user_sessions SET revoked_at = now() WHERE user_id = $1", world.user_id)
        assert (await console.wait_closed())[0] == Close.REVOKED
        assert now_ms() - begun < 2000
        assert stays.closed is None


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE users SET status = 'suspended' WHERE id = $1",
        "UPDATE users SET deleted_at = now() WHERE id = $1",
        "UPDATE users SET password_changed_at = now() + interval '1 second' WHERE id = $1",
        "UPDATE user_sessions SET expires_at = now() WHERE user_id = $1",
    ],
)
async def test_whatever_ends_a_sign_in_closes_its_sockets(
    server: Served, world: World, database: Database, deed: str
) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        await owner(database, deed, world.user_id)
        assert (await console.wait_closed(within_s=4))[0] == Close.REVOKED


async def test_a_changed_role_makes_the_console_begin_anew(server: Served, world: World, database: Database) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        await owner(database, "UPDATE users SET role = 'viewer' WHERE id = $1", world.user_id)
        assert (await console.wait_for("reset", within_s=4))["why"] == "access"
        assert console.closed is None


async def test_changed_rights_in_the_log_make_the_console_begin_anew(
    server: Served, runtime: Runtime, world: World
) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        async with tenant_tx(runtime, world.organization_id) as tx:
            tx.announce(AccessChanged(user_id=new_id()))
            tx.announce(AccessChanged(user_id=world.user_id), audience=f"user:{world.user_id}")
        assert (await console.wait_for("reset"))["why"] == "access"
        assert len(console.of("reset")) == 1


async def test_signing_out_closes_the_sockets_of_that_sign_in_alone(server: Served, world: World) -> None:
    async with (
        signed_in(server, world) as one,
        signed_in(server, world) as two,
        one.console() as console,
        two.console() as stays,
    ):
        async with one.http.post("/api/v1/auth/logout", headers={"X-CSRF-Token": one.csrf}) as answer:
            assert answer.status == 204
        assert (await console.wait_closed(within_s=2))[0] == Close.REVOKED
        assert stays.closed is None


async def test_more_sockets_than_a_user_may_have_are_refused(server: Served, runtime: Runtime, world: World) -> None:
    with_limits(runtime, sockets_per_user=2)
    async with signed_in(server, world) as person, person.console(), person.console() as second:
        async with person.console(wait=False) as third:
            assert (await third.wait_closed())[0] == Close.TOO_MANY
        await second.stop()
        await eventually(lambda: len(runtime.hub.clients) == 1)
        async with person.console():
            assert len(runtime.hub.clients) == 2


async def test_more_sockets_than_an_address_may_have_are_refused(
    server: Served, runtime: Runtime, world: World
) -> None:
    with_limits(runtime, sockets_per_address=1)
    async with opened(server):
        with pytest.raises(InvalidStatus) as refused:
            async with opened(server):
                raise AssertionError("nobody gets here")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"]


async def test_a_loop_that_is_late_takes_no_more_sockets(server: Served, runtime: Runtime) -> None:
    runtime.hub.reception.lag_s = 60.0
    with pytest.raises(InvalidStatus) as refused:
        async with opened(server):
            raise AssertionError("nobody gets here")
    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["Retry-After"]


async def test_draining_tells_everyone_when_to_come_back(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        runtime.is_draining = True
        await runtime.hub.drain()
        code, reason = await console.wait_closed()
        assert code == Close.DRAINING
        assert 0 <= json.loads(reason)["retry_ms"] < 30_000
        with pytest.raises(InvalidStatus) as refused:
            async with opened(server):
                raise AssertionError("nobody gets here")
        assert refused.value.response.status_code == 503


async def test_a_reader_that_reads_nothing_is_closed_and_holds_up_nobody(
    server: Served, runtime: Runtime, world: World
) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        stalled = await stalled_console(person)
        stuck = await eventually(lambda: next((c for c in runtime.hub.clients if c.conn == stalled.conn), None))
        big = AccessChanged(user_id=None, session_ended=new_id())
        written = 0
        while stuck in runtime.hub.clients:
            async with tenant_tx(runtime, world.organization_id) as tx:
                for _ in range(200):
                    tx.announce(big)
            written += 200
            await console.wait_for("access.changed", count=written)
            assert stuck.wire.backlog < 2 * 1024 * 1024
            assert written < 200_000
        assert same(console.events(), console.of("ready")[0]["s"] + 1, written)
        await stalled.close()


async def test_bytes_that_are_no_frame_hurt_their_sender_only(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person, person.console() as stays:
        for rubbish in (b"\x00\xff", "{", "x" * 16_000, "[" * 16_000, '{"t":"Protocol"}'):
            async with person.console() as console:
                for _ in range(5):
                    await console.socket.send(rubbish)
                assert (await console.wait_closed())[0] == Close.BAD_FRAME
        async with person.console() as console:
            await console.socket.send("x" * 17_000)
            assert (await console.wait_closed())[0] in (Close.BAD_FRAME, 1009)
        await write(runtime, world)
        await stays.wait_for("agent.updated")


async def test_compression_is_not_spoken(server: Served) -> None:
    async with opened(server, compression="deflate") as console:
        assert "Sec-WebSocket-Extensions" not in console.socket.response.headers


async def test_an_unanswered_heartbeat_ends_the_line(server: Served, runtime: Runtime, world: World) -> None:
    runtime.settings = msgspec.structs.replace(runtime.settings, heartbeat_s=0.1)
    async with signed_in(server, world) as person, person.console() as console:
        beat = await console.wait_for("hb")
        assert beat["s"] == console.of("ready")[0]["s"]
        assert beat["rt"]
        client = next(iter(runtime.hub.clients))
        client.protocol._answer_by = asyncio.get_running_loop().time()
        assert (await console.wait_closed())[0] == Close.HEARTBEAT


def with_limits(runtime: Runtime, **limits: int) -> None:
    runtime.hub.reception._settings = msgspec.structs.replace(runtime.settings, **limits)


class Stalled:
    """A socket that says who it is and never reads again."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, conn: str) -> None:
        self.reader, self.writer, self.conn = reader, writer, conn

    async def close(self) -> None:
        self.writer.close()


async def stalled_console(person: SignedIn) -> Stalled:
    server = person.server
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    writer.write(
        (
            f"GET /ws/console HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nOrigin: {server.url}\r\n\r\n"
        ).encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    hello = await reader.readuntil(b"}")
    conn = json.loads(hello[hello.index(b"{") :])["conn"]
    payload = json.dumps({"t": "auth", "ticket": await person.ticket()}).encode()
    writer.write(b"\x81" + bytes([0x80 | 126]) + len(payload).to_bytes(2, "big") + b"\0\0\0\0" + payload)
    await reader.readuntil(b'"ready"')
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return Stalled(reader, writer, conn)
