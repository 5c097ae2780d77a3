"""What agents change: sessions locked, answered, read, assigned, resolved. Locks go customers, sessions, messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from orm.connection import Connection


class LockedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session whose row this transaction holds."""

    id: UUID
    customer_id: UUID
    channel_config_id: UUID
    channel: str
    agent_id: UUID | None
    status: str
    unread_count: int
    customer_messages: int
    message_seq: int
    waiting_since: datetime | None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A message of ours, as far as telling a repeated request from another one needs it."""

    id: UUID
    message_text: str | None
    direction: str
    reply_to_message_id: UUID | None


async def customer_of(connection: Connection, organization_id: UUID, session_id: UUID) -> UUID | None:
    """The customer of a session, which never changes while it is looked up."""
    found: UUID | None = await connection.fetchval(
        "SELECT customer_id FROM chat_sessions WHERE organization_id = $1 AND id = $2", organization_id, session_id
    )
    return found


async def lock_customer(connection: Connection, organization_id: UUID, customer_id: UUID) -> UUID | None:
    """Lock a customer's row; returns their open session."""
    found: UUID | None = await connection.fetchval(
        "SELECT active_session_id FROM customers WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE",
        organization_id,
        customer_id,
    )
    return found


async def set_open_session(
    connection: Connection, organization_id: UUID, customer_id: UUID, session_id: UUID | None
) -> None:
    """The session in which the customer's next message arrives; null opens a new one then."""
    await connection.execute(
        "UPDATE customers SET active_session_id = $3 WHERE organization_id = $1 AND id = $2",
        organization_id,
        customer_id,
        session_id,
    )


async def lock_session(connection: Connection, organization_id: UUID, session_id: UUID) -> LockedSession | None:
    """Lock a session's row."""
    row = await connection.fetchrow(
        """
        SELECT s.id, s.customer_id, s.channel_config_id, k.channel, s.agent_id, s.status, s.unread_count,
               s.customer_messages, s.message_seq, s.waiting_since
        FROM chat_sessions s JOIN channel_configs k ON k.id = s.channel_config_id
        WHERE s.organization_id = $1 AND s.id = $2
        FOR NO KEY UPDATE OF s
        """,
        organization_id,
        session_id,
    )
    return None if row is None else msgspec.convert(dict(row), LockedSession)


async def sent_before(
    connection: Connection, organization_id: UUID, session_id: UUID, client_message_id: str
) -> Sent | None:
    """The message that this session has under the sender's own id."""
    row = await connection.fetchrow(
        """
        SELECT id, message_text, direction, reply_to_message_id FROM messages
        WHERE organization_id = $1 AND session_id = $2 AND client_message_id = $3
        ORDER BY seq LIMIT 1
        """,
        organization_id,
        session_id,
        client_message_id,
    )
    return None if row is None else msgspec.convert(dict(row), Sent)


async def quoted(
    connection: Connection, organization_id: UUID, session_id: UUID, message_id: UUID
) -> tuple[UUID, str | None] | None:
    """A message of this session that is to be quoted, and the provider's key of it."""
    row = await connection.fetchrow(
        "SELECT id, external_id FROM messages WHERE organization_id = $1 AND session_id = $2 AND id = $3",
        organization_id,
        session_id,
        message_id,
    )
    return None if row is None else (row["id"], row["external_id"])


async def insert_answer(
    connection: Connection,
    organization_id: UUID,
    session: LockedSession,
    *,
    id_: UUID,
    agent_id: UUID,
    sender_name: str,
    text: str,
    is_internal: bool,
    client_message_id: str,
    reply_to: tuple[UUID, str | None] | None,
) -> None:
    """An agent's message at the end of the session, and the session's counters with it."""
    quoted_id, quoted_key = reply_to or (None, None)
    await connection.execute(
        """
        INSERT INTO messages (
            id, organization_id, session_id, channel_config_id, seq, direction, sender_type, sender_id, sender_name,
            message_text, message_type, delivery_status, client_message_id, reply_to_message_id, reply_to_external_id)
        VALUES ($2, $1, $3, $4, $5, $6, 'agent', $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        organization_id,
        id_,
        session.id,
        session.channel_config_id,
        session.message_seq + 1,
        "internal" if is_internal else "outbound",
        agent_id,
        sender_name,
        text,
        "note" if is_internal else "text",
        "none" if is_internal else "queued",
        client_message_id,
        quoted_id,
        quoted_key,
    )
    await connection.execute(_NOTED if is_internal else _ANSWERED, organization_id, session.id, id_, text[:200])


_NOTED = """
    UPDATE chat_sessions SET
        message_seq = message_seq + 1, total_messages = total_messages + 1, last_activity_at = now(), rev = rev + 1
    WHERE organization_id = $1 AND id = $2 AND $3::uuid IS NOT NULL AND $4::text IS NOT NULL
"""

_ANSWERED = """
    UPDATE chat_sessions SET
        message_seq = message_seq + 1, total_messages = total_messages + 1, agent_messages = agent_messages + 1,
        last_message_id = $3, last_message_at = now(), last_message_preview = $4, last_message_sender = 'agent',
        last_activity_at = now(), waiting_since = NULL,
        wait_time = CASE WHEN first_response_at IS NULL
            THEN least(extract(epoch FROM now() - coalesce(queued_at, started_at)), 2147483647)::integer
            ELSE wait_time END,
        first_response_at = coalesce(first_response_at, now()),
        status = CASE WHEN status = 'queued' AND agent_id IS NOT NULL THEN 'active' ELSE status END,
        rev = rev + 1
    WHERE organization_id = $1 AND id = $2
"""


async def count_unread(connection: Connection, organization_id: UUID, session_id: UUID, *, after: int) -> int:
    """Customer messages of the session after a number."""
    return int(
        await connection.fetchval(
            """
            SELECT count(*) FROM messages
            WHERE organization_id = $1 AND session_id = $2 AND seq > $3 AND sender_type = 'customer'
            """,
            organization_id,
            session_id,
            after,
        )
    )


async def set_unread(connection: Connection, organization_id: UUID, session_id: UUID, unread_count: int) -> None:
    """How many customer messages of the session nobody has read."""
    await connection.execute(
        "UPDATE chat_sessions SET unread_count = $3, rev = rev + 1 WHERE organization_id = $1 AND id = $2",
        organization_id,
        session_id,
        unread_count,
    )


async def assign(connection: Connection, organization_id: UUID, session_id: UUID, agent_id: UUID | None) -> None:
    """Give an open session to an agent, or back to the queue."""
    await connection.execute(
        """
        UPDATE chat_sessions SET
            agent_id = $3,
            assigned_at = CASE WHEN $3::uuid IS NOT NULL THEN now() END,
            status = CASE
                WHEN $3::uuid IS NOT NULL AND status IN ('queued', 'bot') THEN 'active'
                WHEN $3::uuid IS NULL AND status IN ('active', 'waiting') THEN 'queued'
                ELSE status END,
            queued_at = CASE WHEN $3::uuid IS NULL AND status IN ('active', 'waiting') THEN now() ELSE queued_at END,
            rev = rev + 1
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        session_id,
        agent_id,
    )


async def has_agent(connection: Connection, organization_id: UUID, agent_id: UUID) -> bool:
    """Whether the agent is there, active, and the organization's."""
    return bool(
        await connection.fetchval(
            """
            SELECT true FROM agents
            WHERE organization_id = $1 AND id = $2 AND status = 'active' AND deleted_at IS NULL
            """,
            organization_id,
            agent_id,
        )
    )


async def resolve(connection: Connection, organization_id: UUID, session_id: UUID, agent_id: UUID | None) -> None:
    """End a session as done by an agent."""
    await connection.execute(
        """
        UPDATE chat_sessions SET
            status = 'resolved', ended_at = now(), resolved_at = now(), resolved_by = $3,
            resolution_type = 'resolved_by_agent', waiting_since = NULL, snoozed_until = NULL, unread_count = 0,
            resolution_time = least(extract(epoch FROM now() - started_at), 2147483647)::integer,
            last_activity_at = now(), rev = rev + 1
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        session_id,
        agent_id,
    )


async def reopen(connection: Connection, organization_id: UUID, session_id: UUID) -> None:
    """Take a session up again: with its agent if it has one, else in the queue."""
    await connection.execute(
        """
        UPDATE chat_sessions SET
            status = CASE WHEN agent_id IS NULL THEN 'queued' ELSE 'active' END,
            queued_at = CASE WHEN agent_id IS NULL THEN now() ELSE queued_at END,
            ended_at = NULL, resolved_at = NULL, resolved_by = NULL, resolution_type = NULL, resolution_time = NULL,
            reopened_count = least(reopened_count + 1, 32767), last_activity_at = now(), rev = rev + 1
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        session_id,
    )
