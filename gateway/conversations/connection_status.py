"""The state of a WAHA session, as WAHA reports it: kept with the session, shown as the channel's health."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway.channels.inbound import Parsed, Status
from gateway.conversations.arrivals import Arrival, envelope_values
from gateway.conversations.lane import publish
from gateway.errors import Unavailable
from orm.connection import AWAY
from orm.conversations import ingest

if TYPE_CHECKING:
    from gateway.runtime import Runtime

_COMMIT_S = 5.0


async def note(runtime: Runtime, arrival: Arrival, parsed: Parsed, fact: Status) -> None:
    """Keep what was reported, and tell the agents if it is a change; a report older than the last changes nothing."""
    me = parsed.me
    row = (
        *envelope_values(arrival, parsed),
        arrival.received_ms,
        fact.state,
        fact.at_ms or arrival.received_ms,
        me.address if me is not None else None,
        me.lid if me is not None else None,
        me.name if me is not None else None,
    )
    try:
        async with asyncio.timeout(_COMMIT_S), runtime.pool.acquire() as connection:
            records = await ingest.ingest_session_status(connection, row)
    except AWAY as error:
        raise Unavailable("The gateway cannot store webhooks just now", retry_after_s=2) from error
    publish(runtime.bus, records)
