"""SQL of a console's snapshot: the agents, the channels and the open sessions of one organization, as JSON text."""

from __future__ import annotations

from uuid import UUID

from orm.connection import Connection
from orm.conversations import states

_OPEN = "s.organization_id = $1 AND s.status NOT IN ('resolved', 'closed')"

# string_agg, because json_agg costs half as much again; in no order, because the console sorts by what it shows.
_AGENTS = f"""
SELECT '[' || coalesce(string_agg({states.AGENT}::text, ','), '') || ']' FROM {states.FROM_AGENTS}
WHERE a.organization_id = $1 AND a.status = 'active' AND a.deleted_at IS NULL
"""
_CHANNELS = f"""
SELECT '[' || coalesce(string_agg({states.CHANNEL}::text, ','), '') || ']' FROM {states.FROM_CHANNELS}
WHERE k.organization_id = $1 AND k.deleted_at IS NULL
"""
_SESSIONS = f"""
SELECT '[' || coalesce(string_agg({states.SESSION}::text, ','), '') || ']' FROM {states.FROM_SESSIONS}
WHERE {_OPEN}
"""
# Which are the newest is found by narrow rows, so that the others never become JSON; and once, in an array, whatever
# is known of the tables.
NEWEST_SESSIONS = f"""{_SESSIONS} AND s.id = ANY (ARRAY(
    SELECT s.id FROM chat_sessions s WHERE {_OPEN} ORDER BY s.last_message_at DESC NULLS LAST, s.id LIMIT $2
))"""

_COUNTS = f"""
SELECT count(*) AS open, count(*) FILTER (WHERE s.unread_count > 0) AS unread,
    count(*) FILTER (WHERE s.agent_id IS NULL) AS unassigned,
    count(*) FILTER (WHERE s.status = 'bot') AS bot, count(*) FILTER (WHERE s.status = 'queued') AS queued,
    count(*) FILTER (WHERE s.status = 'active') AS active, count(*) FILTER (WHERE s.status = 'waiting') AS waiting,
    count(*) FILTER (WHERE s.status = 'snoozed') AS snoozed
FROM chat_sessions s WHERE {_OPEN}
"""


async def list_agents(connection: Connection, organization_id: UUID) -> str:
    """The active agents, as a JSON array."""
    return str(await connection.fetchval(_AGENTS, organization_id))


async def list_channels(connection: Connection, organization_id: UUID) -> str:
    """The channels, as a JSON array."""
    return str(await connection.fetchval(_CHANNELS, organization_id))


async def list_open_sessions(connection: Connection, organization_id: UUID, *, newest: int | None) -> str:
    """The open sessions, or so many of them with the newest messages, as a JSON array."""
    if newest is None:
        return str(await connection.fetchval(_SESSIONS, organization_id))
    return str(await connection.fetchval(NEWEST_SESSIONS, organization_id, newest))


async def count_open_sessions(connection: Connection, organization_id: UUID) -> dict[str, int]:
    """How many sessions are open, in all and by what agents ask first."""
    row = await connection.fetchrow(_COUNTS, organization_id)
    assert row is not None
    return dict(row)
