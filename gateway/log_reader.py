"""Reads of the event log in PostgreSQL, few at a time and each with a deadline, so a storm cannot take the pool."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import asyncpg

from gateway.clock import now_ms
from gateway.errors import Unavailable
from gateway.ring import MOST_AGE_S, MOST_FRAMES
from gateway.stream import START, Frame, Position
from gateway.transaction import Doors, tenant_tx
from orm.connection import AWAY
from orm.relay import queries

CHUNK = 500
READS = 4
READ_S = 5.0

T = TypeVar("T")


class LogReader:
    """What the table says, for those who follow logs on this node."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._seats = asyncio.Semaphore(READS)

    async def head(self, organization_id: UUID) -> Position:
        """Where this log ends."""

        async def read() -> Position:
            async with tenant_tx(self._doors, organization_id) as tx:
                return _position(await queries.read_head(tx.connection, organization_id))

        return await self._bounded(read)

    async def heads(self, organization_ids: Sequence[UUID]) -> dict[UUID, Position]:
        """Where these logs end; one that was never written ends at its start."""

        async def read() -> dict[UUID, Position]:
            async with self._doors.pool.acquire() as connection:
                rows = await queries.sweep_heads(connection, organization_ids)
            return dict.fromkeys(organization_ids, START) | {row["organization_id"]: _position(row) for row in rows}

        return await self._bounded(read)

    async def tail(self, organization_id: UUID) -> tuple[Position, list[Frame]]:
        """Where this log ends, and as much of its end as a ring holds."""
        not_before = UUID(int=(now_ms() - int(MOST_AGE_S * 1000)) << 80)

        async def read() -> tuple[Position, list[Frame]]:
            async with tenant_tx(self._doors, organization_id, isolation="REPEATABLE READ") as tx:
                head = await queries.read_head(tx.connection, organization_id)
                rows = await queries.read_tail(tx.connection, organization_id, not_before=not_before, limit=MOST_FRAMES)
            return _position(head), _frames(rows[::-1])

        return await self._bounded(read)

    async def range(self, organization_id: UUID, since: Position) -> list[Frame]:
        """At most a chunk of frames from `since` on, itself included: so the reader sees whether it ever was."""

        async def read() -> list[Frame]:
            async with tenant_tx(self._doors, organization_id) as tx:
                rows = await queries.read_events(
                    tx.connection, organization_id, first=max(since.s, 1), first_id=since.id, limit=CHUNK + 1
                )
            return _frames(rows)

        return await self._bounded(read)

    async def _bounded(self, read: Callable[[], Awaitable[T]]) -> T:
        try:
            async with self._seats, asyncio.timeout(READ_S):
                return await read()
        except AWAY as error:
            raise Unavailable("The event log cannot be read now", retry_after_s=1) from error


def _position(row: asyncpg.Record | None) -> Position:
    return START if row is None else Position(row["seq"], row["last_event_id"])


def _frames(rows: list[asyncpg.Record]) -> list[Frame]:
    frames: list[Frame] = []
    prev: UUID | None = None
    for row in rows:
        frames.append(Frame(row["seq"], row["id"], prev, row["audience"], row["body"].encode()))
        prev = row["id"]
    return frames
