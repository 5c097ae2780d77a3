"""The one engine of a process: Piccolo's tables and plain asyncpg share its pool."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction


class SafeTransaction(PostgresTransaction):
    """A transaction whose connection always goes back to the pool, and that never outlives its block.

    Piccolo's own keeps both when COMMIT fails or when the task is cancelled twice: the pool dries up, and every later
    query of that context fails.
    """

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return self._parent
        self.connection = await self._acquire()
        try:
            self.transaction = self.connection.transaction()
            await self.transaction.start()
        except BaseException:
            await self._release()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._parent is not None:
            return error is None
        try:
            if error is not None:
                if not self._rolled_back:
                    await self.transaction.rollback()
            elif not self._committed and not self._rolled_back:
                await self.transaction.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._release()
        return error is None

    async def _acquire(self) -> Any:
        pool = cast("Engine", self.engine).pool
        return await (pool.acquire() if pool else self.engine.get_new_connection())

    async def _release(self) -> None:
        pool = cast("Engine", self.engine).pool
        giving_back = pool.release(self.connection) if pool else self.connection.close()
        await asyncio.shield(asyncio.ensure_future(giving_back))


class Engine(PostgresEngine):
    """PostgreSQL under one login. `pool` is asyncpg's, for hot paths that write their own SQL."""

    pool: asyncpg.Pool[asyncpg.Record] | None

    def __init__(self, dsn: str | None) -> None:
        super().__init__({"dsn": dsn, "server_settings": {"application_name": "switchboard", "timezone": "UTC"}})

    async def open(self, *, size: int) -> asyncpg.Pool[asyncpg.Record]:
        """Open the pool."""
        await self.start_connection_pool(min_size=1, max_size=size)
        assert self.pool is not None
        return self.pool

    async def close(self) -> None:
        """Close the pool, waiting for its connections to come back."""
        if self.pool is not None:
            await self.close_connection_pool()

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """A safe transaction."""
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        """Nothing: Piccolo would connect while the module is imported."""

    async def prep_database(self) -> None:
        """Nothing: migrations make extensions."""


def speak_through(engine: Engine, *tables: Any) -> None:
    """Let these Piccolo tables use this engine."""
    for table in tables:
        table._meta.db = engine
