"""The snapshot of an organization with very many open sessions, over HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass

import aiohttp
import asyncpg
import uvloop

from benchmarks.agents import sign_in
from benchmarks.posting import percentile
from benchmarks.stack import Gateway, Stack, gateway, stack

SESSIONS = 5_000
ROUNDS = 15

_FILL = """
WITH made AS (
    INSERT INTO customers (organization_id, channel_config_id, channel, channel_user_id, name, phone)
    SELECT $1, $2, 'whatsapp', (628100000000 + n)::text, 'Customer ' || n, '+' || (628100000000 + n)
    FROM generate_series(1, $3) n RETURNING id, channel_user_id
)
INSERT INTO chat_sessions (organization_id, customer_id, channel_config_id, external_chat_id, status, queued_at,
    unread_count, total_messages, message_seq, last_message_at, last_message_preview, last_message_sender,
    waiting_since)
SELECT $1, made.id, $2, made.channel_user_id || '@c.us', 'queued', now(), 3, 12, 12,
    now() - random() * interval '1 day', 'Is my order ready? I have been waiting since this morning.', 'customer',
    now()
FROM made
"""


@dataclass(frozen=True)
class Snapshot:
    """How long a snapshot takes from asking to the last byte, and how large it is."""

    sessions: int
    bytes: int
    p50_ms: float
    p99_ms: float


def measure(sessions: int = SESSIONS, rounds: int = ROUNDS) -> Snapshot:
    """Fill one organization, then ask again and again."""
    with stack() as running, gateway(running) as served:
        return uvloop.run(_ask(running, served, sessions, rounds))


async def _ask(running: Stack, served: Gateway, sessions: int, rounds: int) -> Snapshot:
    tenant = running.tenants[0]
    connection = await asyncpg.connect(running.owner_url)
    await connection.execute(_FILL, tenant.organization_id, tenant.channel_config_id, sessions)
    await connection.execute("ANALYZE customers, chat_sessions")
    await connection.close()
    took: list[float] = []
    async with aiohttp.ClientSession() as http:
        who = await sign_in(http, served.url, tenant.email)
        for _ in range(rounds):
            begun = time.perf_counter()
            body = await who.get(http, "/api/v1/console/snapshot")
            took.append(time.perf_counter() - begun)
    assert body.count(b'"external_chat_id"') == sessions
    return Snapshot(sessions, len(body), percentile(took, 0.5) * 1000, percentile(took, 0.99) * 1000)


if __name__ == "__main__":
    found = measure()
    print(
        f"{found.sessions} open sessions, {found.bytes / 1e6:.1f} MB:"
        f" p50 {found.p50_ms:.0f} ms, p99 {found.p99_ms:.0f} ms"
    )
