"""Agents under measurement: they sign in, take a ticket, and read the socket as a console does."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.stack import PASSWORD

# The message's own text, not the preview that its session carries.
STAMP = re.compile(r'"text" ?: ?"[^"]*stamp=(\d+)=')


@dataclass
class SignedIn:
    """A browser session: its cookie and CSRF token."""

    url: str
    cookies: dict[str, str]
    csrf: str

    async def ticket(self, http: aiohttp.ClientSession) -> str:
        """A ticket for one socket."""
        headers = {"X-CSRF-Token": self.csrf, "Origin": self.url}
        async with http.post(f"{self.url}/api/v1/realtime/ticket", headers=headers, cookies=self.cookies) as answer:
            answer.raise_for_status()
            return str((await answer.json())["ticket"])

    async def get(self, http: aiohttp.ClientSession, path: str) -> bytes:
        """The body of a resource."""
        async with http.get(f"{self.url}{path}", cookies=self.cookies) as answer:
            answer.raise_for_status()
            return await answer.read()


async def sign_in(http: aiohttp.ClientSession, url: str, email: str) -> SignedIn:
    """Sign in with the password that all benchmark people share."""
    async with http.post(f"{url}/api/v1/auth/login", json={"email": email, "password": PASSWORD}) as answer:
        answer.raise_for_status()
        body = await answer.json()
        return SignedIn(url, {name: cookie.value for name, cookie in answer.cookies.items()}, body["csrf_token"])


async def open_socket(http: aiohttp.ClientSession, who: SignedIn) -> ClientConnection:
    """An authenticated socket at the end of the log."""
    ticket = await who.ticket(http)
    socket = await connect(
        f"{who.url.replace('http', 'ws', 1)}/ws/console", origin=who.url, compression=None, max_size=None, proxy=None
    )  # type: ignore[arg-type]
    await socket.send(json.dumps({"t": "auth", "ticket": ticket}))
    async for text in socket:
        if any(frame["t"] == "ready" for frame in frames(text)):
            return socket
    raise ConnectionError(f"not let in: {socket.close_code} {socket.close_reason}")


def frames(text: str | bytes) -> list[dict[str, Any]]:
    """The frames of one WebSocket message, which may be an array of several."""
    read = json.loads(text)
    return read if isinstance(read, list) else [read]


@dataclass
class Reader:
    """Reads a socket, and notes how old each stamped message was when its frame came."""

    socket: ClientConnection
    ages_s: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Read until the socket closes."""
        async for text in self.socket:
            came = time.perf_counter_ns()
            for stamp in set(STAMP.findall(str(text))):
                self.ages_s.append((came - int(stamp)) / 1e9)


def read_all(sockets: list[ClientConnection]) -> tuple[list[Reader], list[asyncio.Task[None]]]:
    """A reader and its task for each socket."""
    readers = [Reader(socket) for socket in sockets]
    return readers, [asyncio.create_task(reader.run()) for reader in readers]
