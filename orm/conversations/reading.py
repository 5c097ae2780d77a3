"""Lists and pages of conversations, as the API gives them out: ids first, then their states."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from orm.connection import Connection


async def session_ids(
    connection: Connection,
    organization_id: UUID,
    *,
    statuses: Sequence[str] | None,
    agent_id: UUID | None,
    customer_id: UUID | None,
    channel_config_id: UUID | None,
    customer_ids: Sequence[UUID] | None,
    before: UUID | None,
    limit: int,
) -> list[UUID]:
    """The newest sessions that fit every filter, before a session of an earlier page; null filters nothing."""
    rows = await connection.fetch(
        """
        SELECT id FROM chat_sessions
        WHERE organization_id = $1
          AND ($2::text[] IS NULL OR status = ANY($2))
          AND ($3::uuid IS NULL OR agent_id = $3)
          AND ($4::uuid IS NULL OR customer_id = $4)
          AND ($5::uuid IS NULL OR channel_config_id = $5)
          AND ($6::uuid[] IS NULL OR customer_id = ANY($6))
          AND ($7::uuid IS NULL OR id < $7)
        ORDER BY id DESC
        LIMIT $8
        """,
        organization_id,
        statuses,
        agent_id,
        customer_id,
        channel_config_id,
        customer_ids,
        before,
        limit,
    )
    return [row["id"] for row in rows]


async def customers_like(connection: Connection, organization_id: UUID, text: str, *, limit: int) -> list[UUID]:
    """Customers whose name, number or address contains the text."""
    rows = await connection.fetch("SELECT id FROM search_customers($1, $2, $3) AS id", organization_id, text, limit)
    return [row["id"] for row in rows]


async def has_session(connection: Connection, organization_id: UUID, session_id: UUID) -> bool:
    """Whether the session is there, and the organization's."""
    return bool(
        await connection.fetchval(
            "SELECT true FROM chat_sessions WHERE organization_id = $1 AND id = $2", organization_id, session_id
        )
    )


async def message_ids(
    connection: Connection,
    organization_id: UUID,
    session_id: UUID,
    *,
    before: int | None,
    after: int | None,
    limit: int,
) -> list[UUID]:
    """A page of a session's messages: the first after a number, or the last before one, nearest first."""
    direction = "ASC" if after is not None else "DESC"
    rows = await connection.fetch(
        f"""
        SELECT id FROM messages
        WHERE organization_id = $1 AND session_id = $2
          AND ($3::bigint IS NULL OR seq < $3) AND ($4::bigint IS NULL OR seq > $4)
        ORDER BY seq {direction}
        LIMIT $5
        """,
        organization_id,
        session_id,
        before,
        after,
        limit,
    )
    return [row["id"] for row in rows]
