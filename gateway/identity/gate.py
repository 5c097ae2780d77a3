"""The database before the tenant is known: only the few functions that say who is calling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.transaction import ACQUIRE_S, unavailable_if_away

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from orm.connection import Connection


@asynccontextmanager
async def before_tenant(runtime: Runtime) -> AsyncIterator[Connection]:
    """A connection that sees no tenant's rows; a database that is away is a 503, never a 401."""
    with unavailable_if_away():
        async with runtime.pool.acquire(timeout=ACQUIRE_S) as connection:
            yield connection
