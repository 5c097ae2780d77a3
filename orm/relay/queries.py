"""SQL of the event log: appending to it, reading a range of it, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from orm.connection import Connection


async def append_events(
    connection: Connection,
    organization_id: UUID,
    *,
    types: Sequence[str],
    session_ids: Sequence[UUID | None],
    audiences: Sequence[str],
    data: Sequence[str],
) -> list[asyncpg.Record]:
    """Append facts to the log, as the last lock of this transaction: `seq, id, prev_id, body` of each, in order."""
    return await connection.fetch(
        "SELECT seq, id, prev_id, body FROM append_events($1, $2, $3, $4, $5) ORDER BY seq",
        organization_id,
        types,
        session_ids,
        audiences,
        data,
    )


async def read_head(connection: Connection, organization_id: UUID) -> asyncpg.Record | None:
    """Where the log ends: `seq, last_event_id`, or nothing if it was never written."""
    return await connection.fetchrow(
        "SELECT seq, last_event_id FROM event_streams WHERE organization_id = $1", organization_id
    )


async def read_events(
    connection: Connection, organization_id: UUID, *, first: int, first_id: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """The events from number `first` on. Ids grow with numbers, so the first one's id spares the older partitions."""
    return await connection.fetch(
        "SELECT seq, id, audience, body FROM events"
        " WHERE organization_id = $1 AND seq >= $2 AND ($3::uuid IS NULL OR id >= $3) ORDER BY seq LIMIT $4",
        organization_id,
        first,
        first_id,
        limit,
    )


async def read_tail(
    connection: Connection, organization_id: UUID, *, not_before: UUID, limit: int
) -> list[asyncpg.Record]:
    """The newest events, newest first, no older than the id `not_before`."""
    return await connection.fetch(
        "SELECT seq, id, audience, body FROM events WHERE organization_id = $1 AND id >= $2 ORDER BY seq DESC LIMIT $3",
        organization_id,
        not_before,
        limit,
    )


async def sweep_heads(connection: Connection, organization_ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Where the logs of many organizations end: `organization_id, seq, last_event_id`."""
    return await connection.fetch(
        "SELECT organization_id, seq, last_event_id FROM sweep_heads($1)", list(organization_ids)
    )
