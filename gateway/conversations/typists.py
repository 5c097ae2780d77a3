"""Customers who are typing: shown to agents for a moment, stored nowhere."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway import logs
from gateway.channels.inbound import Party, Presence
from gateway.channels.inbound import Typing as TypingFact
from gateway.conversations.endpoints import Endpoint
from gateway.ephemerals import Typing, encode_ephemeral
from gateway.errors import GatewayError
from gateway.transaction import tenant_tx
from orm.connection import AWAY
from orm.conversations import ingest

if TYPE_CHECKING:
    from gateway.runtime import Runtime

_MOST_AT_ONCE = 8
_LOOK_UP_S = 2.0

log = logs.get(__name__)
_under_way: set[asyncio.Task[None]] = set()


def show(runtime: Runtime, endpoint: Endpoint, fact: TypingFact) -> None:
    """Tell the agents of a chat who is typing; returns at once, and is dropped while others are being told."""
    shown = fact.presences
    if shown and fact.chat.kind in ("person", "group") and len(_under_way) < _MOST_AT_ONCE:
        task = asyncio.create_task(_tell(runtime, endpoint, fact.chat, shown[-1]))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)


async def _tell(runtime: Runtime, endpoint: Endpoint, chat: Party, presence: Presence) -> None:
    names = [name for name in (chat.phone, chat.lid, chat.address) if name]
    try:
        async with asyncio.timeout(_LOOK_UP_S), tenant_tx(runtime, endpoint.organization_id) as tx:
            row = await ingest.find_session(
                tx.connection,
                endpoint.organization_id,
                channel_config_id=endpoint.channel_config_id,
                channel_user_ids=names,
            )
    except (*AWAY, GatewayError) as error:
        log.debug("typing was not shown", error=repr(error))
        return
    if row is not None:
        typing = Typing(
            session_id=row["session_id"],
            who="customer",
            id=row["customer_id"],
            name=presence.who.name or row["name"],
            on=presence.state in ("typing", "recording"),
        )
        runtime.bus.publish_ephemeral(endpoint.organization_id, encode_ephemeral(typing))
