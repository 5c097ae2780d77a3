"""The plan of a large snapshot, in tables that PostgreSQL knows nothing of yet."""

from __future__ import annotations

import json
from typing import Any

import asyncpg

from orm.conversations.snapshot import NEWEST_SESSIONS
from tests.databases import Database
from tests.world import World

FILL = """
WITH made AS (
    INSERT INTO customers (organization_id, channel_config_id, channel, channel_user_id)
    SELECT $1, $2, 'whatsapp', (628100000000 + n)::text FROM generate_series(1, 400) n RETURNING id
)
INSERT INTO chat_sessions (organization_id, customer_id, channel_config_id, status, last_message_at)
SELECT $1, made.id, $2, 'queued', now() FROM made
"""


async def test_which_sessions_are_the_newest_is_asked_once_and_not_for_each_of_them(
    database: Database, world: World
) -> None:
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute(FILL, world.organization_id, world.channel_config_id)
        explained = await connection.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {NEWEST_SESSIONS}", world.organization_id, 300
        )
    finally:
        await connection.close()
    limits = [node for node in nodes(json.loads(explained)[0]["Plan"]) if node["Node Type"] == "Limit"]
    assert [(node["Actual Rows"], node["Actual Loops"]) for node in limits] == [(300, 1)]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's node and all below it."""
    return [plan, *(node for part in plan.get("Plans", []) for node in nodes(part))]
