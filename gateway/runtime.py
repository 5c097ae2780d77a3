"""What a running process holds: database, Redis, HTTP client, keys and the parts built on them.

Opened in order, closed in reverse. A part that another file fills in is a slot here, null until it is opened.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Literal

import aiohttp
import asyncpg
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from gateway import failpoints
from gateway.bus import Bus
from gateway.conversations.receive import Receiver
from gateway.feed import Feed
from gateway.jobs import Jobs
from gateway.secrets import Keyring
from gateway.settings import Settings
from orm.app import registry
from orm.engine import Engine, speak_through

Role = Literal["gateway", "worker", "all"]


class Runtime:
    """The open resources of one process."""

    settings: Settings
    role: Role
    engine: Engine
    pool: asyncpg.Pool[asyncpg.Record]
    redis: Redis
    http: aiohttp.ClientSession
    keyring: Keyring
    bus: Bus
    feed: Feed
    receiver: Receiver
    hub: Any = None
    jobs: Jobs
    is_draining: bool = False
    simulator_url: str | None = None

    def __init__(self, settings: Settings, role: Role) -> None:
        self.settings = settings
        self.role = role
        self.keyring = Keyring(settings.secret_keys)


@asynccontextmanager
async def open_runtime(settings: Settings, *, role: Role) -> AsyncIterator[Runtime]:
    """Open everything `role` needs, and close it in reverse."""
    runtime = Runtime(settings, role)
    if settings.failpoints:
        failpoints.arm(settings.failpoints)
    async with AsyncExitStack() as stack:
        runtime.redis = await stack.enter_async_context(_redis(settings))
        runtime.http = await stack.enter_async_context(_http())
        runtime.engine, runtime.pool = await stack.enter_async_context(_database(settings))
        await stack.enter_async_context(_live(runtime))
        runtime.receiver = Receiver(runtime)
        stack.push_async_callback(runtime.receiver.stop)
        runtime.jobs = Jobs(settings)
        stack.push_async_callback(runtime.jobs.close)
        yield runtime


@asynccontextmanager
async def _live(runtime: Runtime) -> AsyncIterator[None]:
    # A worker only tells; it is the gateway's sockets that listen.
    runtime.bus = Bus(runtime.settings.redis_url, prefix=runtime.settings.redis_prefix)
    runtime.feed = Feed(runtime)
    runtime.bus.start(None if runtime.role == "worker" else runtime.feed)
    runtime.feed.start()
    try:
        yield
    finally:
        if runtime.hub is not None:
            await runtime.hub.stop()
        await runtime.feed.stop()
        await runtime.bus.stop()


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[tuple[Engine, asyncpg.Pool[asyncpg.Record]]]:
    engine = Engine(settings.app_database_url)
    speak_through(engine, *(table for app in registry().app_configs.values() for table in app.table_classes))
    try:
        yield engine, await engine.open(size=settings.pool_size)
    finally:
        await engine.close()


@asynccontextmanager
async def _redis(settings: Settings) -> AsyncIterator[Redis]:
    # Redis may hang instead of failing: short deadlines, few retries, and nothing waits on it for the truth.
    client = Redis.from_url(
        settings.redis_url,
        socket_timeout=2,
        socket_connect_timeout=2,
        health_check_interval=15,
        max_connections=64,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.05), 2),
    )
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=30, connect=5)
    # Node closes idle connections after 5 s: a send on one that is just being closed has an unknown outcome.
    connector = aiohttp.TCPConnector(keepalive_timeout=4, limit_per_host=20)
    cookies = aiohttp.DummyCookieJar()  # one client for all tenants: it must not carry a cookie from one to another
    async with aiohttp.ClientSession(timeout=timeout, connector=connector, cookie_jar=cookies) as session:
        yield session
