"""Deliveries to 1,000 sockets: our room against `websockets.broadcast`, in one run, the readers on another core.

Each side sends the same events to the same readers. Ours twice: every event as a message of its own, which compares the
ways of writing; and as the product does, where events that come while the loop is busy share a message.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import uuid4

import psutil
import uvicorn
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from benchmarks.sink import READY
from benchmarks.stack import free_port
from console.client import Client
from console.protocol import Protocol
from console.room import Room
from gateway.ids import new_id
from gateway.stream import Frame
from gateway.web.wire import Wire, wire_of

SOCKETS = 1_000
EVENTS = 300
SIZE = 500
ROUNDS = 5
MARK = "~"
WAYS = ("broadcast", "alone", "together")


@dataclass(frozen=True)
class Fanout:
    """One way of sending: deliveries a second, and the server's share of a core."""

    way: str
    per_s: float
    cpu: float


def measure(sockets: int = SOCKETS, events: int = EVENTS, rounds: int = ROUNDS) -> list[Fanout]:
    """Every way in turn, so many rounds; the median of each."""
    runs: dict[str, list[Fanout]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            runs[way].append(_run(way, sockets, events))
    return [
        Fanout(way, median(run.per_s for run in found), median(run.cpu for run in found)) for way, found in runs.items()
    ]


def _run(way: str, sockets: int, events: int) -> Fanout:
    port = free_port()
    server = _start("benchmarks.fanout", way, str(port), str(events))
    _line(server)
    sink = _start("benchmarks.sink", str(port), str(sockets), str(sockets * events), MARK)
    assert _line(sink) == READY
    process = psutil.Process(server.pid)
    cpu_before = sum(process.cpu_times()[:2])
    begun = time.monotonic()
    _say(server, "go")
    ended = float(_line(sink))
    cpu = sum(process.cpu_times()[:2]) - cpu_before
    for each in (sink, server):
        each.kill()
        each.wait()
    return Fanout(way, sockets * events / (ended - begun), cpu / (ended - begun))


def _start(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _say(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.flush()


# The servers, each in a process of its own.


def _frames(count: int) -> list[Frame]:
    frames = []
    for s in range(1, count + 1):
        head = f'{{"t":"message.created","s":{s},"id":"{new_id()}","at":"2026-01-01T00:00:00Z","d":"{MARK}'
        frames.append(Frame(s, new_id(), None, "agents", head.ljust(SIZE - 2, "x").encode() + b'"}'))
    return frames


async def _serve_broadcast(port: int, events: int) -> None:
    connections: set[ServerConnection] = set()

    async def handler(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.wait_closed()

    async with serve(handler, "127.0.0.1", port, compression=None, ping_interval=None):
        texts = [frame.body.decode() for frame in _frames(events)]
        await _told_to_go()
        for text in texts:
            broadcast(connections, text)
            await asyncio.sleep(0)
        await asyncio.Event().wait()


async def _serve_room(port: int, events: int, *, alone: bool) -> None:
    room = Room(uuid4(), access_changed=_nothing, reset=_nothing, overheard=lambda _, body: body)

    async def app(scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        client = Client(Protocol("c", now=0.0, hb_s=25.0), wire_of(scope), address="", origin="", now=0.0)
        room.clients.add(client)
        room.go_live(client)
        while (await receive())["type"] != "websocket.disconnect":
            pass

    config = uvicorn.Config(
        app, port=port, ws=Wire, ws_per_message_deflate=False, ws_ping_interval=None, lifespan="off", log_level="error"
    )
    server = asyncio.create_task(uvicorn.Server(config).serve())
    frames = _frames(events)
    await _told_to_go()
    for frame in frames:
        room.passed([frame])
        if alone:
            room.flush()
        await asyncio.sleep(0)
    await server


async def _told_to_go() -> None:
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def _nothing(*_: object) -> None:
    return None


def _serve(way: str, port: int, events: int) -> None:
    work = _serve_broadcast(port, events) if way == "broadcast" else _serve_room(port, events, alone=way == "alone")
    uvloop.run(work)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        found = measure()
        base = found[0].per_s
        for each in found:
            print(f"{each.way:10} {each.per_s:10,.0f}/s  x{each.per_s / base:.2f}  cpu {each.cpu:.0%}")
