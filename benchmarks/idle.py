"""Idle agents: what an authenticated socket costs in memory, how fast they come, what they cost while idle."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import aiohttp
import uvloop

from benchmarks.agents import SignedIn, sign_in
from benchmarks.stack import Gateway, gateway, stack

SOCKETS = 1_000
AT_ONCE = 25
IDLE_S = 10.0


@dataclass(frozen=True)
class Idle:
    """Bytes per socket, authenticated handshakes a second, and the share of a core that they all cost together."""

    sockets: int
    bytes_each: float
    handshakes_per_s: float
    cpu: float


def measure(sockets: int = SOCKETS) -> Idle:
    """Open so many sockets on one fresh gateway."""
    limits = {"sockets_per_user": str(sockets * 2), "sockets_per_address": str(sockets * 2)}
    with stack() as running, gateway(running, **limits) as served:
        return uvloop.run(_open(served, running.tenants[0].email, sockets))


async def _open(served: Gateway, email: str, sockets: int) -> Idle:
    async with aiohttp.ClientSession() as http:
        who = await sign_in(http, served.url, email)
        # The first ones pay for what is made once.
        opened = [await _agent(http, who, served.port) for _ in range(AT_ONCE)]
        tickets = [await who.ticket(http) for _ in range(sockets)]
        before = served.rss()
        begun = time.monotonic()
        for start in range(0, sockets, AT_ONCE):
            group = [_socket(served, ticket) for ticket in tickets[start : start + AT_ONCE]]
            opened += await asyncio.gather(*group)
        took = time.monotonic() - begun
        await asyncio.sleep(1)
        bytes_each = (served.rss() - before) / sockets
        cpu_before = served.cpu_s()
        await asyncio.sleep(IDLE_S)
        cpu = (served.cpu_s() - cpu_before) / IDLE_S
        for writer in opened:
            writer.close()
        return Idle(sockets, bytes_each, sockets / took, cpu)


async def _agent(http: aiohttp.ClientSession, who: SignedIn, port: int) -> asyncio.StreamWriter:
    return await _socket_at(port, who.url, await who.ticket(http))


async def _socket(served: Gateway, ticket: str) -> asyncio.StreamWriter:
    return await _socket_at(served.port, served.url, ticket)


async def _socket_at(port: int, origin: str, ticket: str) -> asyncio.StreamWriter:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /ws/console HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n".encode()
    )
    if b" 503 " in await reader.readuntil(b"\r\n\r\n"):
        # The machine is so busy that the gateway takes no more just now; a client would come back as well.
        writer.close()
        await asyncio.sleep(0.5)
        return await _socket_at(port, origin, ticket)
    payload = b'{"t":"auth","ticket":"%b"}' % ticket.encode()
    writer.write(b"\x81\xfe" + len(payload).to_bytes(2, "big") + b"\0\0\0\0" + payload)
    await reader.readuntil(b'"ready"')
    return writer


if __name__ == "__main__":
    found = measure()
    print(
        f"{found.sockets} sockets: {found.bytes_each / 1024:.1f} KiB each,"
        f" {found.handshakes_per_s:.0f} handshakes/s, {found.cpu:.1%} of a core while idle"
    )
