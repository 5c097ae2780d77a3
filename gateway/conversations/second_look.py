"""A second look at what is kept: echoes that were none, notes left beside their message, webhooks that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import msgspec

from gateway import clock, logs
from gateway.channels import waha
from gateway.conversations.arrivals import Arrival
from gateway.conversations.endpoints import Endpoint
from gateway.conversations.lane import publish
from gateway.errors import GatewayError, Unavailable
from gateway.identity.gate import before_tenant
from gateway.ids import time_ms
from orm.conversations import ingest

if TYPE_CHECKING:
    from gateway.runtime import Runtime

_AT_ONCE = 100

log = logs.get(__name__)


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many webhooks went through this time, and how many failed again."""

    done: int
    failed: int


async def sweep(runtime: Runtime) -> None:
    """Apply notes that missed their message, and show what was typed on the phone while a send was under way."""
    async with before_tenant(runtime) as connection:
        publish(runtime.bus, await ingest.sweep_parked(connection, limit=_AT_ONCE))
        echoes = await ingest.sweep_echoes(connection, limit=_AT_ONCE)
    for row in echoes:
        await _try_again(runtime, row, is_released=True)


async def replay(runtime: Runtime, *, organization_id: UUID | None = None, limit: int = 10_000) -> Replayed:
    """Try failed webhooks again, oldest first; what is stored already is not stored twice."""
    done = failed = 0
    after: UUID | None = None
    while done + failed < limit:
        many = min(_AT_ONCE, limit - done - failed)
        async with before_tenant(runtime) as connection:
            rows = await ingest.sweep_failed_webhooks(connection, organization_id, after=after, limit=many)
        for row in rows:
            after = row["id"]
            error = await _try_again(runtime, row)
            done, failed = (done + 1, failed) if error is None else (done, failed + 1)
        if len(rows) < many:
            break
    return Replayed(done=done, failed=failed)


async def _try_again(runtime: Runtime, row: asyncpg.Record, *, is_released: bool = False) -> str | None:
    error: str | None = None
    try:
        await _dispatch(runtime, row, is_released=is_released)
    except Unavailable:
        raise
    except GatewayError as refused:
        error = refused.detail
        log.warning("webhook failed again", webhook=str(row["id"]), error=error)
    if error is not None or not is_released:
        async with before_tenant(runtime) as connection:
            await ingest.mark_replayed(connection, row["id"], error=error)
    return error


async def _dispatch(runtime: Runtime, row: asyncpg.Record, *, is_released: bool) -> None:
    endpoint = Endpoint(
        row["waha_session_id"], row["organization_id"], row["channel_config_id"], row["session_name"], b""
    )
    # The time of the first arrival, so that a message without a time of its own gets the id that it would have had.
    arrival = Arrival(endpoint, None, None, None, time_ms(row["id"]))
    parsed = waha.parse(row["body"], now_ms=clock.now_ms())
    await runtime.receiver.dispatch(arrival, parsed, is_released=is_released)
