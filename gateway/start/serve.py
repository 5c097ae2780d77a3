"""Serving: uvicorn as we want it, and a stop that tells everybody first."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import uvicorn

from gateway.app import create_app
from gateway.web.wire import Wire

if TYPE_CHECKING:
    from gateway.runtime import Runtime

MOST_BYTES_PER_FRAME = 16 * 1024


class WebServer(uvicorn.Server):
    """A uvicorn whose signals are ours: it would close every socket with 1012 before we could say when to return."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signals alone."""
        yield


def web_server(runtime: Runtime) -> WebServer:
    """A server of the whole application over an open runtime."""
    settings = runtime.settings
    return WebServer(
        uvicorn.Config(
            create_app(runtime),
            host=settings.host,
            port=settings.port,
            http="httptools",
            ws=Wire,
            ws_max_size=MOST_BYTES_PER_FRAME,
            ws_per_message_deflate=False,
            ws_ping_interval=None,  # heartbeats of our own say more and cost less
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=max(1, int(settings.drain_s)),
        )
    )


async def drain(runtime: Runtime, web: WebServer) -> None:
    """Stop serving: not ready any more, sockets told when to come back, requests finished."""
    runtime.is_draining = True
    if runtime.hub is not None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(runtime.settings.drain_s):
                await runtime.hub.drain()
    web.should_exit = True
