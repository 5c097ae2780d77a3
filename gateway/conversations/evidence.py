"""Evidence of a send whose outcome is unknown: its own echo, or the provider's history of the chat."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from gateway import clock, logs
from gateway.channels.errors import SendFailed
from gateway.transaction import tenant_tx
from orm.relay import deliveries

if TYPE_CHECKING:
    from gateway.channels.waha_client import WahaClient
    from gateway.runtime import Runtime
    from orm.relay.deliveries import Claimed

# WAHA's clock may be behind ours; older messages with the same text are known by their keys, and left out.
_CLOCKS_APART = timedelta(seconds=60)
_LOOKED_THROUGH = 100

_log = logs.get(__name__)


async def find_evidence(runtime: Runtime, organization_id: UUID, claimed: Claimed, client: WahaClient) -> str | None:
    """The key under which the provider has the message; None while there is no trace of it."""
    async with tenant_tx(runtime, organization_id) as tx:
        echoed = await deliveries.parked_echoes(tx.connection, organization_id, claimed)
    found = [*echoed, *await _in_history(claimed, client)]
    if claimed.external_key is not None:
        return claimed.external_key if claimed.external_key in found else None
    if not found:
        return None
    async with tenant_tx(runtime, organization_id) as tx:
        known = await deliveries.known_keys(tx.connection, organization_id, claimed.channel_config_id, found)
    return next((key for key in found if key not in known), None)


async def _in_history(claimed: Claimed, client: WahaClient) -> list[str]:
    since_ms = int((claimed.created_at - _CLOCKS_APART).timestamp() * 1000)
    told = await client.history(
        claimed.chat_id or "", now_ms=clock.now_ms(), limit=_LOOKED_THROUGH, since_ms=since_ms, from_me=True
    )
    if isinstance(told, SendFailed):
        _log.info("deliver.no_history", message_id=str(claimed.message_id), detail=told.detail)
        return []
    fitting = [
        each
        for each in told
        if each.from_me and each.text == claimed.text and (each.at_ms is None or each.at_ms >= since_ms)
    ]
    return [each.key for each in sorted(fitting, key=lambda each: each.at_ms or 0)]
