"""A console without a screen: signs in, takes a ticket, opens its socket, keeps what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.serving import Served
from tests.world import Tenant

Frame = dict[str, Any]


class Console:
    """One socket, and everything that came over it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.messages: list[bytes | str] = []
        self.frames: list[Frame] = []
        self.closed: tuple[int, str] | None = None
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for message in self.socket:
                async with self._news:
                    self.messages.append(message)
                    self.frames.extend(frames_in(message))
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        async with self._news:
            self.closed = (self.socket.close_code or 0, self.socket.close_reason or "")
            self._news.notify_all()

    async def say(self, **frame: Any) -> None:
        """Send a frame."""
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def wait_for(self, type_: str, *, count: int = 1, within_s: float = 10) -> Frame:
        """The nth frame of this type."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: len(self.of(type_)) >= count or self.closed is not None)
        assert len(self.of(type_)) >= count, (type_, self.closed, self.frames)
        return self.of(type_)[count - 1]

    async def wait_closed(self, *, within_s: float = 10) -> tuple[int, str]:
        """The close code and reason."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: self.closed is not None)
        assert self.closed is not None
        return self.closed

    def of(self, type_: str) -> list[Frame]:
        """The frames of this type, so far."""
        return [frame for frame in self.frames if frame["t"] == type_]

    def events(self) -> list[Frame]:
        """The durable events, so far."""
        return [frame for frame in self.frames if "d" in frame and "s" in frame]

    async def stop(self) -> None:
        """Hang up."""
        await self.socket.close()
        await self._reader


def frames_in(message: bytes | str) -> list[Frame]:
    """The frames that one WebSocket message carries."""
    decoded = msgspec.json.decode(message)
    return decoded if isinstance(decoded, list) else [decoded]


class SignedIn:
    """A person's browser, as far as it matters here."""

    def __init__(self, server: Served, http: aiohttp.ClientSession, csrf: str) -> None:
        self.server, self.http, self.csrf = server, http, csrf

    async def ticket(self) -> str:
        """A fresh ticket."""
        headers = {"X-CSRF-Token": self.csrf, "Origin": self.server.url}
        async with self.http.post("/api/v1/realtime/ticket", headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return str((await answer.json())["ticket"])

    async def snapshot(self) -> Frame:
        """A snapshot."""
        async with self.http.get("/api/v1/console/snapshot") as answer:
            assert answer.status == 200, await answer.text()
            return dict(await answer.json())

    @asynccontextmanager
    async def console(self, *, since: Any = None, wait: bool = True, **options: Any) -> AsyncIterator[Console]:
        """A live console."""
        async with opened(self.server, **options) as console:
            auth: Frame = {"t": "auth", "ticket": await self.ticket()}
            if since is not None:
                auth["since"] = {"s": since["s"], "id": since["id"]}
            await console.say(**auth)
            if wait:
                await console.wait_for("ready")
            yield console


@asynccontextmanager
async def opened(server: Served, *, origin: str | None = "", **options: Any) -> AsyncIterator[Console]:
    """A socket that nobody has signed in on."""
    socket = await connect(
        f"{server.ws_url}/ws/console", origin=server.url if origin == "" else origin, ping_interval=None, **options
    )
    console = Console(socket)
    try:
        yield console
    finally:
        await console.stop()


@asynccontextmanager
async def signed_in(server: Served, tenant: Tenant) -> AsyncIterator[SignedIn]:
    """Sign in as the administrator of this organization."""
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        who = {"email": tenant.email, "password": tenant.password}
        async with http.post("/api/v1/auth/login", json=who) as answer:
            assert answer.status == 200, await answer.text()
            csrf = (await answer.json())["csrf_token"]
        yield SignedIn(server, http, csrf)


def host_of(server: Served) -> str:
    """The server's host and port."""
    return urlsplit(server.url).netloc
