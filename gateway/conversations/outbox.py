"""The outbound queue: each step of a delivery as one transaction, that is refused to whoever has lost the lease."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from gateway import failpoints
from gateway.conversations.states import read_messages
from gateway.conversations.verdict import Verdict
from gateway.errors import GatewayError
from gateway.events import MessageUpdated
from gateway.transaction import TenantTx, tenant_tx
from orm.relay import deliveries

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from orm.relay.deliveries import Claimed

_NOT_YET_ACCEPTED = frozenset({"queued", "sending", "unknown"})


class LeaseLost(GatewayError):
    """Another worker has taken the delivery over, or it is settled: what we know comes too late."""

    status, code = 409, "lease_lost"


async def claim(runtime: Runtime, organization_id: UUID, session_id: UUID) -> Claimed | None:
    """Lease the oldest delivery of a conversation, if it is due."""
    async with tenant_tx(runtime, organization_id) as tx:
        return await deliveries.claim(tx.connection, organization_id, session_id, lease_s=runtime.settings.lease_s)


async def renew(runtime: Runtime, organization_id: UUID, claimed: Claimed) -> bool:
    """Lengthen the lease; False if it was lost."""
    async with tenant_tx(runtime, organization_id) as tx:
        return await deliveries.renew(
            tx.connection, organization_id, claimed.id, claimed.fence, lease_s=runtime.settings.lease_s
        )


async def begin(runtime: Runtime, organization_id: UUID, claimed: Claimed, *, external_key: str | None) -> bool:
    """Write down the attempt, and the key that it is sent under; False if the message turns out to be sent already."""
    async with _held(runtime, organization_id, claimed) as tx:
        status = await deliveries.lock_message(tx.connection, organization_id, claimed.message_id)
        if status not in _NOT_YET_ACCEPTED:
            await deliveries.finish(tx.connection, organization_id, claimed)
            return False
        await deliveries.begin_attempt(
            tx.connection, organization_id, claimed, external_key=external_key, lease_s=runtime.settings.lease_s
        )
        await _announce(tx, claimed, ["status", "external_id", "error"])
        return True


async def settle(runtime: Runtime, organization_id: UUID, claimed: Claimed, verdict: Verdict) -> None:
    """Write down what became of the attempt."""
    async with _held(runtime, organization_id, claimed, new_key=verdict.external_key) as tx:
        status = await deliveries.lock_message(tx.connection, organization_id, claimed.message_id)
        if verdict.kind == "accepted" or status not in _NOT_YET_ACCEPTED:
            await _accept(tx, claimed, verdict.external_key)
        elif verdict.kind == "again":
            await _put_back(tx, claimed, verdict)
        elif verdict.kind == "failed":
            await deliveries.finish(tx.connection, organization_id, claimed)
            await _say(tx, claimed, "failed", verdict)
        else:
            await deliveries.doubt(tx.connection, organization_id, claimed, after_s=verdict.after_s)
            await _say(tx, claimed, "unknown", verdict)
        failpoints.hit("deliver.before_result_commit")
    failpoints.hit("deliver.after_result_commit")


async def postpone(runtime: Runtime, organization_id: UUID, claimed: Claimed, verdict: Verdict) -> None:
    """Give the lease back without an attempt: the channel rests. Said to the agent once, not at every turn."""
    async with _held(runtime, organization_id, claimed) as tx:
        await deliveries.put_back(
            tx.connection, organization_id, claimed, after_s=verdict.after_s, is_free=False, error=verdict.code
        )
        message = (await read_messages(tx.connection, [claimed.message_id]))[0]
        if message.status == "queued" and (message.error is None or message.error.code != verdict.code):
            await _say(tx, claimed, "queued", verdict)


async def keep_doubting(runtime: Runtime, organization_id: UUID, claimed: Claimed, *, after_s: float) -> None:
    """Give the lease back; look for evidence again in a while, unless an ack has settled it meanwhile."""
    async with _held(runtime, organization_id, claimed) as tx:
        if await deliveries.lock_message(tx.connection, organization_id, claimed.message_id) in _NOT_YET_ACCEPTED:
            await deliveries.doubt(tx.connection, organization_id, claimed, after_s=after_s)
        else:
            await deliveries.finish(tx.connection, organization_id, claimed)


async def leave_unknown(runtime: Runtime, organization_id: UUID, claimed: Claimed, verdict: Verdict) -> None:
    """Give up looking: the message stays `unknown`, says so, and lets the next ones pass."""
    async with _held(runtime, organization_id, claimed) as tx:
        status = await deliveries.lock_message(tx.connection, organization_id, claimed.message_id)
        await deliveries.finish(tx.connection, organization_id, claimed)
        if status in _NOT_YET_ACCEPTED:
            await _say(tx, claimed, "unknown", verdict)


@asynccontextmanager
async def _held(
    runtime: Runtime, organization_id: UUID, claimed: Claimed, *, new_key: str | None = None
) -> AsyncIterator[TenantTx]:
    """A transaction that holds the delivery under our fence.

    The lock of a new key comes before every other one; the session's, which what is parked under that key may change,
    before the message's.
    """
    async with tenant_tx(runtime, organization_id) as tx:
        if new_key is not None:
            await deliveries.lock_key(tx.connection, claimed.channel_config_id, new_key)
        if not await deliveries.hold(tx.connection, organization_id, claimed.id, claimed.fence):
            raise LeaseLost
        if new_key is not None:
            await deliveries.lock_session(tx.connection, organization_id, claimed.session_id)
        yield tx


async def _accept(tx: TenantTx, claimed: Claimed, external_key: str | None) -> None:
    await deliveries.finish(tx.connection, tx.organization_id, claimed)
    await deliveries.set_accepted(tx.connection, tx.organization_id, claimed.message_id, external_key=external_key)
    if external_key is not None:
        await deliveries.take_parked(tx.connection, tx.organization_id, claimed, external_key=external_key)
    await _announce(tx, claimed, ["status", "external_id", "error", "trace"])


async def _put_back(tx: TenantTx, claimed: Claimed, verdict: Verdict) -> None:
    await deliveries.put_back(
        tx.connection,
        tx.organization_id,
        claimed,
        after_s=verdict.after_s,
        is_free=not verdict.counts,
        error=verdict.code,
    )
    await _say(tx, claimed, "queued", verdict)


async def _say(tx: TenantTx, claimed: Claimed, status: str, verdict: Verdict) -> None:
    await deliveries.set_status(
        tx.connection,
        tx.organization_id,
        claimed.message_id,
        status=status,
        code=verdict.code,
        reason=verdict.message,
    )
    await _announce(tx, claimed, ["status", "error"])


async def _announce(tx: TenantTx, claimed: Claimed, changed: list[str]) -> None:
    message = (await read_messages(tx.connection, [claimed.message_id]))[0]
    tx.announce(MessageUpdated(message=message, changed=changed), session_id=claimed.session_id)
