"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import asyncpg
import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from redis.exceptions import RedisError

from gateway.runtime import Runtime

_WITHIN_S = 2.0


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is there, by name; `missing` is why an answer is 503, `degraded` what we can do without."""

    status: str
    missing: list[str] = []
    degraded: list[str] = []


@get("/health/live", sync_to_thread=False, tags=["health"])
def live() -> Health:
    """The process answers."""
    return Health(status="ok")


@get("/health/ready", tags=["health"])
async def ready(runtime: NamedDependency[Runtime]) -> Response[Health]:
    """200 when requests can be served: 503 without the database or while stopping. Redis is missed, not needed."""
    has_database, has_redis = await asyncio.gather(
        _answers(runtime.pool.fetchval("select 1")), _answers(runtime.redis.ping())
    )
    missing = [
        name for name, is_there in (("database", has_database), ("draining", not runtime.is_draining)) if not is_there
    ]
    health = Health(status="missing" if missing else "ok", missing=missing, degraded=[] if has_redis else ["redis"])
    return Response(health, status_code=503 if missing else 200, headers={"retry-after": "1"} if missing else {})


async def _answers(question: Awaitable[Any]) -> bool:
    try:
        async with asyncio.timeout(_WITHIN_S):
            await question
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, RedisError):
        return False
    return True
