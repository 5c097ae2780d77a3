"""The outbound queue: one row per message that is still to be delivered.

The status of the message tells how far a lease that ended had come: `queued` nothing was sent, `sending` an attempt had
begun, `unknown` evidence is looked for. Locks go deliveries, sessions, messages; whoever knows a message's new key
takes the lock of that key first.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from orm.connection import Connection
from orm.conversations.changing import LockedSession


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery under our lease, and all that an attempt needs to know."""

    id: UUID
    fence: int
    attempts: int
    external_key: str | None
    message_id: UUID
    session_id: UUID
    channel_config_id: UUID
    customer_id: UUID
    chat_id: str | None
    text: str
    status: str
    created_at: datetime
    failed_at: datetime | None
    reply_to: str | None
    waha_session_id: UUID | None
    session_name: str | None
    engine: str | None
    base_url: str | None
    api_key_enc: str | None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation in which a delivery is due."""

    organization_id: UUID
    session_id: UUID


async def enqueue(connection: Connection, organization_id: UUID, session: LockedSession, *, message_id: UUID) -> None:
    """Queue a message for delivery, in the transaction that stores it."""
    await connection.execute(
        "INSERT INTO deliveries (organization_id, message_id, session_id, channel_config_id) VALUES ($1, $2, $3, $4)",
        organization_id,
        message_id,
        session.id,
        session.channel_config_id,
    )


async def claim(connection: Connection, organization_id: UUID, session_id: UUID, *, lease_s: float) -> Claimed | None:
    """Lease the oldest delivery of a conversation, if it is due and nobody has it; never a younger one instead."""
    row = await connection.fetchrow(_CLAIM, organization_id, session_id, lease_s)
    return None if row is None else msgspec.convert(dict(row), Claimed)


_CLAIM = """
    WITH head AS (
        SELECT d.id FROM deliveries d
        WHERE d.id = (
            SELECT h.id FROM deliveries h JOIN messages m ON m.id = h.message_id
            WHERE h.organization_id = $1 AND h.session_id = $2 ORDER BY m.seq LIMIT 1
        ) AND CASE d.state WHEN 'leased' THEN d.lease_until < now() ELSE d.next_at <= now() END
        FOR NO KEY UPDATE SKIP LOCKED
    ), leased AS (
        UPDATE deliveries d
        SET state = 'leased', fence = d.fence + 1, lease_until = now() + make_interval(secs => $3)
        FROM head WHERE d.id = head.id
        RETURNING d.*
    )
    SELECT l.id, l.fence, l.attempts, l.external_key, l.message_id, l.session_id, l.channel_config_id, s.customer_id,
           s.external_chat_id AS chat_id, coalesce(m.message_text, '') AS text, m.delivery_status AS status,
           l.created_at, m.failed_at, m.reply_to_external_id AS reply_to,
           w.id AS waha_session_id, w.session_name, w.engine, w.base_url, w.api_key_enc
    FROM leased l
    JOIN messages m ON m.id = l.message_id
    JOIN chat_sessions s ON s.id = l.session_id
    LEFT JOIN waha_sessions w ON w.organization_id = $1 AND w.channel_config_id = l.channel_config_id
"""


async def renew(connection: Connection, organization_id: UUID, id_: UUID, fence: int, *, lease_s: float) -> bool:
    """Lengthen our lease; False if it is not ours any more."""
    status: str = await connection.execute(
        """
        UPDATE deliveries SET lease_until = now() + make_interval(secs => $4)
        WHERE organization_id = $1 AND id = $2 AND fence = $3 AND state = 'leased'
        """,
        organization_id,
        id_,
        fence,
        lease_s,
    )
    return status == "UPDATE 1"


async def hold(connection: Connection, organization_id: UUID, id_: UUID, fence: int) -> bool:
    """Lock our delivery for this transaction; False if the lease is not ours any more, and nothing may be written."""
    return bool(
        await connection.fetchval(
            """
            SELECT true FROM deliveries
            WHERE organization_id = $1 AND id = $2 AND fence = $3 AND state = 'leased' FOR NO KEY UPDATE
            """,
            organization_id,
            id_,
            fence,
        )
    )


async def lock_session(connection: Connection, organization_id: UUID, session_id: UUID) -> None:
    """Lock a session, before any of its messages."""
    await connection.execute(
        "SELECT 1 FROM chat_sessions WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE",
        organization_id,
        session_id,
    )


async def lock_message(connection: Connection, organization_id: UUID, message_id: UUID) -> str:
    """Lock a message; returns its status."""
    return str(
        await connection.fetchval(
            "SELECT delivery_status FROM messages WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE",
            organization_id,
            message_id,
        )
    )


async def begin_attempt(
    connection: Connection, organization_id: UUID, claimed: Claimed, *, external_key: str | None, lease_s: float
) -> None:
    """Write down that an attempt begins, and under which key, before the provider is called."""
    await connection.execute(
        """
        UPDATE deliveries SET attempts = attempts + 1, external_key = $3,
               lease_until = now() + make_interval(secs => $4)
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        claimed.id,
        external_key,
        lease_s,
    )
    await connection.execute(
        """
        UPDATE messages SET delivery_status = 'sending', external_id = coalesce($3, external_id),
               send_attempts = send_attempts + 1, error_code = NULL, failed_reason = NULL, rev = rev + 1
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        claimed.message_id,
        external_key,
    )


async def put_back(
    connection: Connection, organization_id: UUID, claimed: Claimed, *, after_s: float, is_free: bool, error: str | None
) -> None:
    """Give the lease back; due again in a while. `is_free` takes the attempt back, because it was none."""
    await connection.execute(
        """
        UPDATE deliveries SET state = 'waiting', lease_until = NULL, next_at = now() + make_interval(secs => $3),
               attempts = greatest(attempts - CASE WHEN $4 THEN 1 ELSE 0 END, 0), last_error = $5
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        claimed.id,
        after_s,
        is_free,
        error,
    )


async def doubt(connection: Connection, organization_id: UUID, claimed: Claimed, *, after_s: float) -> None:
    """Give the lease back; evidence is looked for, again in a while."""
    await connection.execute(
        """
        UPDATE deliveries SET state = 'unknown', lease_until = NULL, next_at = now() + make_interval(secs => $3)
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        claimed.id,
        after_s,
    )


async def finish(connection: Connection, organization_id: UUID, claimed: Claimed) -> None:
    """Take the delivery out of the queue: what became of it is written at the message."""
    await connection.execute(
        "DELETE FROM deliveries WHERE organization_id = $1 AND id = $2", organization_id, claimed.id
    )


async def set_accepted(
    connection: Connection, organization_id: UUID, message_id: UUID, *, external_key: str | None
) -> None:
    """The provider has the message; its own news may have come before, and is not taken back."""
    await connection.execute(
        """
        UPDATE messages SET
            delivery_status = CASE WHEN delivery_status IN ('queued', 'sending', 'unknown') THEN 'accepted'
                ELSE delivery_status END,
            accepted_at = coalesce(accepted_at, now()), external_id = coalesce($3, external_id),
            error_code = NULL, failed_reason = NULL, failed_at = NULL, rev = rev + 1
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        message_id,
        external_key,
    )


async def set_status(
    connection: Connection,
    organization_id: UUID,
    message_id: UUID,
    *,
    status: str,
    code: str | None,
    reason: str | None,
) -> None:
    """The message waits, failed, or is in doubt: with a code for programs and a sentence for the agent."""
    await connection.execute(
        """
        UPDATE messages SET delivery_status = $3::text, error_code = $4, failed_reason = $5,
               failed_at = CASE WHEN $3::text = 'queued' THEN NULL ELSE coalesce(failed_at, now()) END, rev = rev + 1
        WHERE organization_id = $1 AND id = $2
        """,
        organization_id,
        message_id,
        status,
        code,
        reason,
    )


async def lock_key(connection: Connection, channel_config_id: UUID, external_key: str) -> None:
    """Keep what only names this key away until the transaction ends: it is applied either by us or after us."""
    await connection.execute("SELECT pg_advisory_xact_lock(message_lock($1, $2))", channel_config_id, external_key)


async def take_parked(connection: Connection, organization_id: UUID, claimed: Claimed, *, external_key: str) -> None:
    """Apply what came under the message's key before the key was known, and drop its own echo."""
    await connection.execute(
        "DELETE FROM parked_receipts WHERE organization_id = $1 AND channel_config_id = $2 AND external_key = $3"
        " AND kind = 'echo'",
        organization_id,
        claimed.channel_config_id,
        external_key,
    )
    await connection.execute(
        "SELECT apply_parked($1::uuid[], $2::text[], $3::uuid[])",
        [claimed.channel_config_id],
        [external_key],
        [claimed.message_id],
    )


async def parked_echoes(connection: Connection, organization_id: UUID, claimed: Claimed) -> list[str]:
    """Keys of messages that our account sent to this customer with this text, and that nobody has claimed yet."""
    rows = await connection.fetch(
        """
        SELECT external_key FROM parked_receipts
        WHERE organization_id = $1 AND channel_config_id = $2 AND kind = 'echo'
          AND body->>'customer_id' = $3::uuid::text AND body->>'text' = $4
        ORDER BY id
        """,
        organization_id,
        claimed.channel_config_id,
        claimed.customer_id,
        claimed.text,
    )
    return [row["external_key"] for row in rows]


async def known_keys(
    connection: Connection, organization_id: UUID, channel_config_id: UUID, keys: list[str]
) -> set[str]:
    """Which of these keys belong to messages that we have."""
    rows = await connection.fetch(
        """
        SELECT external_id FROM messages
        WHERE organization_id = $1 AND channel_config_id = $2 AND external_id = ANY($3)
        """,
        organization_id,
        channel_config_id,
        keys,
    )
    return {row["external_id"] for row in rows}


async def sweep_due(connection: Connection, *, limit: int) -> list[Due]:
    """Conversations of all organizations whose oldest delivery is due, or was left by a worker that died."""
    rows = await connection.fetch("SELECT organization_id, session_id FROM sweep_due_deliveries($1)", limit)
    return [msgspec.convert(dict(row), Due) for row in rows]
