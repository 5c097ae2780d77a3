"""The plan of a large snapshot, in tables that PostgreSQL knows nothing of yet."""

from __future__ import annotations

import json
from typing import Any

import asyncpg

from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
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


async def test_each_customer_of_a_snapshot_is_looked_up_by_id_and_the_newest_are_found_once(
    database: Database, runtime: Runtime, world: World
) -> None:
    await filled(database, world)
    async with tenant_tx(runtime, world.organization_id) as tx:
        explained = await tx.connection.fetchval(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {NEWEST_SESSIONS}", world.organization_id, 300
        )
    plan = nodes(json.loads(explained)[0]["Plan"])
    customers = [node for node in plan if node.get("Relation Name") == "customers"]
    assert [(node["Actual Rows"], node["Actual Loops"]) for node in customers] == [(1, 300)]
    assert all("c.id = s.customer_id" in node["Index Cond"].replace("(id =", "(c.id =") for node in customers)
    newest = [node for node in plan if node["Node Type"] == "Limit" and node["Actual Rows"] == 300]
    assert [node["Actual Loops"] for node in newest] == [1]


async def filled(database: Database, world: World) -> None:
    """Four hundred open sessions, of which PostgreSQL has no statistics yet."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute(FILL, world.organization_id, world.channel_config_id)
    finally:
        await connection.close()


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's node and all below it."""
    return [plan, *(node for part in plan.get("Plans", []) for node in nodes(part))]
