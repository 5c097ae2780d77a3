"""What has expired, over all organizations."""

from __future__ import annotations

from orm.connection import Connection


async def sweep_expired(connection: Connection, *, limit: int) -> int:
    """Remove parked receipts and idempotency keys whose day is over; returns how many."""
    return int(await connection.fetchval("SELECT sweep_expired($1)", limit))
