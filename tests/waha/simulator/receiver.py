"""A simulator, and a receiver of its webhooks that writes down what comes and answers what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from gateway.waha.simulator import AT_ONCE, Simulator, start_simulator
from gateway.waha.simulator.accounts import Engine

KEY = "simulated-key"
HMAC_KEY = "my-secret-key"


class Post(msgspec.Struct, frozen=True):
    """One request as it came."""

    method: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The decoded body."""
        decoded: dict[str, Any] = msgspec.json.decode(self.raw)
        return decoded

    @property
    def event(self) -> str:
        """What it tells."""
        return str(self.body["event"])

    @property
    def payload(self) -> dict[str, Any]:
        """What happened."""
        inner: dict[str, Any] = self.body["payload"]
        return inner


class Receiver:
    """A web server at `url`; `answers` are the next statuses, then everything is 200."""

    def __init__(self) -> None:
        self.url = ""
        self.posts: list[Post] = []
        self.answers: list[web.Response] = []
        self.gate = asyncio.Event()
        self.gate.set()

    def of(self, event: str) -> list[Post]:
        """The posts of one kind of event."""
        return [post for post in self.posts if post.event == event]

    async def take(self, request: web.Request) -> web.Response:
        """Write a request down and answer it."""
        await self.gate.wait()
        self.posts.append(Post(request.method, dict(request.headers), await request.read()))
        return self.answers.pop(0) if self.answers else web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Receive until the block ends."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        receiver.gate.set()
        await runner.cleanup()


@asynccontextmanager
async def simulating(receiver: Receiver, *, engine: Engine = "GOWS") -> AsyncIterator[Simulator]:
    """A simulator whose session `shop` is WORKING and told so already, until the block ends."""
    started = await start_simulator(api_key=KEY, engine=engine, pace=AT_ONCE, seed=7)
    try:
        await started.connect("shop", webhook_url=receiver.url, hmac_key=HMAC_KEY)
        await started.settled()
        receiver.posts.clear()
        yield started
    finally:
        await started.stop()
