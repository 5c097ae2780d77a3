"""What keeps the house over all organizations: partitions ahead of time, and what has expired."""

from __future__ import annotations

import asyncpg

from orm.connection import Connection


async def sweep_expired(connection: Connection, *, limit: int) -> int:
    """Remove parked receipts and idempotency keys whose day is over; returns how many."""
    return int(await connection.fetchval("SELECT sweep_expired($1)", limit))


async def make_partitions(connection: Connection) -> list[str]:
    """Make the partitions that the next steps of time need; one that is locked away is made at the next turn."""
    made = []
    for row in await connection.fetch("SELECT parent, starts_at FROM partitions_missing() ORDER BY starts_at"):
        try:
            made.append(await connection.fetchval("SELECT partition_make($1, $2)", row["parent"], row["starts_at"]))
        except asyncpg.LockNotAvailableError:
            continue
    return made


async def overflowing(connection: Connection) -> list[str]:
    """Tables with rows in their default partition."""
    return [row["parent"] for row in await connection.fetch("SELECT parent FROM partitions_overflowing()")]
