"""Idempotency keys of an organization: taken, noted."""

from __future__ import annotations

from uuid import UUID

import msgspec

from orm.connection import Connection


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for under a key, and what was made."""

    request_hash: str
    made_id: UUID | None


async def take(connection: Connection, organization_id: UUID, key: str, request_hash: str) -> Taken | None:
    """Take a key; None if it was free. Who comes second waits until the first one's transaction ends."""
    is_free = await connection.fetchval(
        """
        INSERT INTO idempotency_keys (organization_id, key, request_hash) VALUES ($1, $2, $3)
        ON CONFLICT (organization_id, key) DO NOTHING RETURNING true
        """,
        organization_id,
        key,
        request_hash,
    )
    if is_free:
        return None
    row = await connection.fetchrow(
        "SELECT request_hash, response::uuid AS made_id FROM idempotency_keys WHERE organization_id = $1 AND key = $2",
        organization_id,
        key,
    )
    return None if row is None else msgspec.convert(dict(row), Taken)


async def note(connection: Connection, organization_id: UUID, key: str, made_id: UUID) -> None:
    """Note what was made under a key that this transaction has taken."""
    await connection.execute(
        "UPDATE idempotency_keys SET status = 201, response = $3::uuid::text WHERE organization_id = $1 AND key = $2",
        organization_id,
        key,
        made_id,
    )
