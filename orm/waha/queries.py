"""SQL over the tables of WAHA's sessions."""

from __future__ import annotations

import asyncpg

from orm.connection import Connection


async def find_waha_endpoint(connection: Connection, token_hash: str) -> asyncpg.Record | None:
    """Whose webhook token this is, before any tenant is known."""
    return await connection.fetchrow(
        "SELECT waha_session_id, organization_id, channel_config_id, session_name, webhook_secret_enc"
        " FROM gate_waha_endpoint($1)",
        token_hash,
    )
