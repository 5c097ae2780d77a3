"""One running process: gateway, worker or both, from an open runtime to a stop that loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from gateway import logs
from gateway.errors import GatewayError
from gateway.runtime import Role, Runtime, open_runtime
from gateway.settings import Settings
from gateway.start.serve import WebServer, drain, web_server
from gateway.worker import work

log = logs.get(__name__)
_LARGEST_PORT = 65_535


class CannotListen(GatewayError):
    """The address cannot be listened on."""

    code = "cannot_listen"


class Process:
    """What runs, and the wait for its end."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._tasks: list[asyncio.Task[Any]] = []
        self._stop = asyncio.Event()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run a part for as long as the process runs."""
        self._tasks.append(asyncio.create_task(work, name=name))

    def stop(self) -> None:
        """Ask the process to stop."""
        self._stop.set()

    def interrupt(self) -> None:
        """Ask the process to stop; somebody who presses Ctrl-C twice does not want to wait."""
        if self._stop.is_set():
            raise KeyboardInterrupt
        self._stop.set()

    async def until_stopped(self) -> None:
        """Wait for a signal; a part that ends by itself is a failure."""
        await self.until(self._stop)

    async def until(self, event: asyncio.Event) -> None:
        """Wait for an event while every part runs."""
        waiting = asyncio.create_task(event.wait())
        try:
            done, _ = await asyncio.wait([waiting, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        for task in done - {waiting}:
            task.result()
            raise RuntimeError(f"{task.get_name()} ended by itself")

    async def finish(self) -> None:
        """Wait until every part has ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def running(settings: Settings, role: Role, listener: socket.socket | None = None) -> AsyncIterator[Process]:
    """Run the parts of a role while the block lasts; leaving it drains and closes everything."""
    async with open_runtime(settings, role=role) as runtime:
        process = Process(runtime)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, process.stop)
        loop.add_signal_handler(signal.SIGINT, process.interrupt)
        web = await _start_web(process, listener) if role != "worker" else None
        if role != "gateway":
            process.start(work(runtime), "worker")
        try:
            yield process
        finally:
            await _end(process, web)


async def _start_web(process: Process, listener: socket.socket | None) -> WebServer:
    web = web_server(process.runtime)
    settings = process.runtime.settings
    process.start(web.serve(sockets=[listener or listen(settings.host, settings.port)]), "web")
    await process.until(web.listening)
    log.info("listening", host=settings.host, port=settings.port, public_url=settings.public_url)
    return web


async def _end(process: Process, web: WebServer | None) -> None:
    log.info("stopping")
    runtime = process.runtime
    with contextlib.suppress(TimeoutError):
        # uvicorn has its own deadline; this one is for whatever has none.
        async with asyncio.timeout(runtime.settings.drain_s * 2 + 5):
            if web is not None:
                await drain(runtime, web)
            runtime.jobs.stop()
            await process.finish()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, or one sentence why not."""
    if not 0 <= port <= _LARGEST_PORT:
        # getaddrinfo wraps it around, and something listens where nobody looks for it.
        raise CannotListen(f"There is no port {port}: ports go from 1 to {_LARGEST_PORT}")
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(found[0], found[1], found[2])
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[4])
    except OSError as error:
        raise CannotListen(_why(error, host, port)) from error
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop what listens there, or choose another with --port"
    return f"Cannot listen on {host}, port {port}: {error.strerror}"
