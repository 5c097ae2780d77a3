"""Very many sockets that only count what comes: a process of its own, so that reading costs the server nothing."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import cast

import uvloop

PATH = "/ws/console"
READY = "ready"
AT_ONCE = 50


class Sink(asyncio.Protocol):
    """One socket; `seen` counts the marks in all of them."""

    seen = 0
    wanted = 0
    done: asyncio.Future[float]
    mark = b""

    def __init__(self, port: int) -> None:
        self.port = port
        self.is_open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        cast(asyncio.Transport, transport).write(
            f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Count."""
        if not self.is_open.done():
            self.is_open.set_result(None)
        cls = type(self)
        cls.seen += data.count(cls.mark)
        if cls.seen >= cls.wanted and not cls.done.done():
            cls.done.set_result(time.monotonic())


async def _run(port: int, sockets: int, wanted: int, mark: str) -> None:
    loop = asyncio.get_running_loop()
    Sink.wanted, Sink.mark, Sink.done = wanted, mark.encode(), loop.create_future()
    for start in range(0, sockets, AT_ONCE):
        count = min(AT_ONCE, sockets - start)
        made = [loop.create_connection(lambda: Sink(port), "127.0.0.1", port) for _ in range(count)]
        for _, protocol in await asyncio.gather(*made):
            await protocol.is_open
    await asyncio.sleep(0.2)
    _say(READY)
    _say(str(await Sink.done))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_run(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
