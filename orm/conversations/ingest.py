"""Calls of the functions in this folder's SQL files: a batch of rows goes in as parallel arrays, frames come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from orm.connection import Connection

Rows = Sequence[tuple[Any, ...]]


def _call(function: str, arguments: int) -> str:
    places = ", ".join(f"${n}" for n in range(1, arguments + 1))
    # The frame goes to the sockets as bytes, so it is never made into a str.
    return f"SELECT organization_id, seq, id, prev_id, convert_to(body, 'UTF8') FROM {function}({places})"


_INGEST = _call("ingest", 26)
_INGEST_RECEIPTS = _call("ingest_receipts", 16)
_INGEST_STATUS = _call("ingest_session_status", 16)
_SWEEP_PARKED = _call("sweep_parked", 1)
_KEEP_FAILED = "SELECT keep_failed_webhook($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"


async def ingest(connection: Connection, rows: Rows) -> list[asyncpg.Record]:
    """Store a batch of messages; the frames of all organizations, in order."""
    return await connection.fetch(_INGEST, *zip(*rows, strict=True))


async def ingest_receipts(connection: Connection, rows: Rows) -> list[asyncpg.Record]:
    """Apply or park a batch of what only names a message's key, and keep what is not used."""
    return await connection.fetch(_INGEST_RECEIPTS, *zip(*rows, strict=True))


async def ingest_session_status(connection: Connection, row: tuple[Any, ...]) -> list[asyncpg.Record]:
    """Note the state of a WAHA session."""
    return await connection.fetch(_INGEST_STATUS, *row)


async def keep_failed_webhook(connection: Connection, row: tuple[Any, ...], *, error: str) -> None:
    """Keep the body of a webhook that could not be used; `row` begins with the ten values of an envelope."""
    await connection.execute(_KEEP_FAILED, *row[:3], *row[4:], error)


async def sweep_parked(connection: Connection, *, limit: int) -> list[asyncpg.Record]:
    """Apply what is parked beside a message that is there; the frames of all organizations, in order."""
    return await connection.fetch(_SWEEP_PARKED, limit)


async def sweep_echoes(connection: Connection, *, limit: int) -> list[asyncpg.Record]:
    """Webhooks of our own account's messages that are nobody's echo after all."""
    return await connection.fetch("SELECT * FROM sweep_echoes($1)", limit)


async def sweep_failed_webhooks(
    connection: Connection, organization_id: UUID | None, *, after: UUID | None, limit: int
) -> list[asyncpg.Record]:
    """Webhooks that could not be used, oldest first."""
    return await connection.fetch("SELECT * FROM sweep_failed_webhooks($1, $2, $3)", organization_id, after, limit)


async def mark_replayed(connection: Connection, webhook_id: UUID, *, error: str | None) -> None:
    """Say what came of replaying a webhook."""
    await connection.execute("SELECT mark_replayed($1, $2)", webhook_id, error)


async def find_session(
    connection: Connection, organization_id: UUID, *, channel_config_id: UUID, channel_user_ids: Sequence[str]
) -> asyncpg.Record | None:
    """The open session of a chat: `session_id, customer_id, name`."""
    return await connection.fetchrow(
        "SELECT c.active_session_id AS session_id, c.id AS customer_id, c.name FROM customers c"
        " WHERE c.organization_id = $1 AND c.channel_config_id = $2 AND c.channel_user_id = ANY($3)"
        " AND c.deleted_at IS NULL AND c.active_session_id IS NOT NULL LIMIT 1",
        organization_id,
        channel_config_id,
        list(channel_user_ids),
    )
