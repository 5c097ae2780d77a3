"""The application under a real uvicorn, in this process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from gateway.runtime import Runtime
from tests.wait import eventually


@dataclass(frozen=True)
class Served:
    """Where the application listens."""

    url: str
    port: int

    @property
    def ws_url(self) -> str:
        """The same address for sockets."""
        return self.url.replace("http://", "ws://")


@asynccontextmanager
async def serving(runtime: Runtime) -> AsyncIterator[Served]:
    """Serve until the block ends."""
    from gateway.start.serve import web_server

    # Named as TCP, or asyncio leaves Nagle on and every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    runtime.settings = msgspec.structs.replace(runtime.settings, public_url=url, port=port)
    web = web_server(runtime)
    task = asyncio.create_task(web.serve(sockets=[listener]))
    try:
        await eventually(lambda: web.started or task.done(), what="the server listens")
        if task.done():
            task.result()
        yield Served(url=url, port=port)
    finally:
        web.should_exit = True
        await asyncio.wait_for(task, 30)
        listener.close()
