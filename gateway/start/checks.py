"""Whether the servers we are pointed at can be used; each way in which they cannot is one clear sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError

from gateway.errors import GatewayError
from orm import server

if TYPE_CHECKING:
    from orm.connection import Connection

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
_WITHIN_S = 10


class Unusable(GatewayError):
    """A server cannot be used; the sentence says why and what to do."""

    code = "unusable"


@asynccontextmanager
async def connected(url: str, *, named: str = "DATABASE_URL") -> AsyncIterator[Connection]:
    """A connection to a database that we can use, or one sentence."""
    connection = await _connect(url, named)
    try:
        check_version(await server.version_number(connection))
        yield connection
    finally:
        await connection.close()


def check_version(number: int) -> None:
    """Refuse a PostgreSQL that is too old."""
    if number // 10_000 < OLDEST_POSTGRES:
        shown = f"{number // 10_000}.{number % 10_000}"
        raise Unusable(f"PostgreSQL {shown} is too old: Switchboard needs {OLDEST_POSTGRES} or newer")


async def check_ours(connection: Connection, apps: set[str]) -> None:
    """Refuse a database that holds something else's tables."""
    present = await server.tables(connection)
    if not present or ("migration" in present and await server.migrated_apps(connection) & apps):
        return
    some = ", ".join(sorted(present)[:3]) + (", …" if len(present) > 3 else "")
    raise Unusable(
        f"The database already holds tables of something else ({some}): give Switchboard a database of its own"
    )


async def check_redis(url: str, *, named: str = "REDIS_URL") -> str:
    """The version of a Redis or Valkey that we can use, or one sentence."""
    place = _place(url, named, ("redis", "rediss", "unix"))
    client = Redis.from_url(
        url, socket_connect_timeout=_WITHIN_S, socket_timeout=_WITHIN_S, retry=Retry(NoBackoff(), 0)
    )
    try:
        info = await client.info("server")
    except AuthenticationError as error:
        raise Unusable(f"Redis at {place} refused the password in {named}") from error
    except (RedisError, OSError, ValueError) as error:
        raise Unusable(f"Redis at {place} cannot be reached ({_reason(error)}): is {named} right?") from error
    finally:
        await client.aclose()
    version = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        raise Unusable(f"Redis {version} is too old: Switchboard needs 6.2 or newer, or any Valkey")
    return f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {version}"


async def _connect(url: str, named: str) -> Connection:
    place = _place(url, named, ("postgresql", "postgres"))
    try:
        return await asyncpg.connect(url, timeout=_WITHIN_S)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise Unusable(f"PostgreSQL at {place} refused the login in {named}") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise Unusable(f"PostgreSQL at {place} has no database {urlsplit(url).path[1:]!r}: create it first") from error
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unusable(f"PostgreSQL at {place} cannot be reached ({_reason(error)}): is {named} right?") from error


def _place(url: str, named: str, schemes: tuple[str, ...]) -> str:
    """Host and port of a URL, never its password."""
    try:
        parts = urlsplit(url)
        shown = f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname or parts.path or "localhost")
    except ValueError:
        shown, parts = "", urlsplit("")
    if parts.scheme not in schemes:
        raise Unusable(f"{named} must look like {schemes[0]}://user:password@host:port/name")
    return shown


def _reason(error: BaseException) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(error).splitlines()[0] if str(error) else "no answer in time"
