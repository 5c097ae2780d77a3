"""SQL of a console's snapshot: the agents, the channels and the open sessions of one organization, as JSON text."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from orm.connection import Connection
from orm.conversations import states

_OPEN = "s.organization_id = $1 AND s.status NOT IN ('resolved', 'closed')"

# The newest of the open sessions are found by narrow rows first, so that a limit spares the JSON of the others.
_SNAPSHOT = f"""
WITH newest AS MATERIALIZED (
    SELECT s.id FROM chat_sessions s WHERE {_OPEN} ORDER BY s.last_message_at DESC NULLS LAST, s.id LIMIT $2
)
SELECT
    (SELECT coalesce(json_agg({states.AGENT} ORDER BY a.id), '[]')::text FROM {states.FROM_AGENTS}
        WHERE a.organization_id = $1 AND a.status = 'active' AND a.deleted_at IS NULL) AS agents,
    (SELECT coalesce(json_agg({states.CHANNEL} ORDER BY k.id), '[]')::text FROM {states.FROM_CHANNELS}
        WHERE k.organization_id = $1 AND k.deleted_at IS NULL) AS channels,
    (SELECT coalesce(json_agg({states.SESSION} ORDER BY s.last_message_at DESC NULLS LAST, s.id), '[]')::text
        FROM {states.FROM_SESSIONS} WHERE s.organization_id = $1 AND s.id IN (SELECT newest.id FROM newest)) AS sessions
"""

_COUNTS = f"""
SELECT json_build_object(
    'open', count(*), 'unread', count(*) FILTER (WHERE s.unread_count > 0),
    'unassigned', count(*) FILTER (WHERE s.agent_id IS NULL),
    'bot', count(*) FILTER (WHERE s.status = 'bot'), 'queued', count(*) FILTER (WHERE s.status = 'queued'),
    'active', count(*) FILTER (WHERE s.status = 'active'), 'waiting', count(*) FILTER (WHERE s.status = 'waiting'),
    'snoozed', count(*) FILTER (WHERE s.status = 'snoozed'))::text
FROM chat_sessions s WHERE {_OPEN}
"""


async def read_states(connection: Connection, organization_id: UUID, *, most_sessions: int) -> asyncpg.Record:
    """`agents`, `channels` and the newest open `sessions`, each a JSON array."""
    row = await connection.fetchrow(_SNAPSHOT, organization_id, most_sessions)
    assert row is not None
    return row


async def count_open(connection: Connection, organization_id: UUID) -> str:
    """How many sessions are open, in all and by what agents ask first, as a JSON object."""
    return str(await connection.fetchval(_COUNTS, organization_id))
