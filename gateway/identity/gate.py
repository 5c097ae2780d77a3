"""The database before the tenant is known: only the few functions that say who is calling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.errors import Unavailable
from gateway.transaction import ACQUIRE_S
from orm.connection import AWAY, Connection

if TYPE_CHECKING:
    from gateway.runtime import Runtime


@asynccontextmanager
async def before_tenant(runtime: Runtime) -> AsyncIterator[Connection]:
    """A connection that sees no tenant's rows; a database that is away is a 503, never a 401."""
    try:
        async with runtime.pool.acquire(timeout=ACQUIRE_S) as connection:
            yield connection
    except AWAY as error:
        raise Unavailable("The database is busy or away, try again soon", retry_after_s=1) from error
