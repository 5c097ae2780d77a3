"""Delivering: the queued messages of a conversation go to the provider one by one, in order, each written down first.

Crash where it may, the row says how far it came: `queued` is sent, `sending` with a key of ours is sent again under the
same key, `sending` without one is `unknown` until evidence is found.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from gateway import clock, failpoints, logs
from gateway.channels.errors import SendFailed, SendResult
from gateway.channels.waha_client import ENGINES_WITH_MESSAGE_IDS, WahaClient
from gateway.conversations import outbox
from gateway.conversations.breaker import Breaker
from gateway.conversations.evidence import find_evidence
from gateway.conversations.outbox import LeaseLost
from gateway.conversations.verdict import Attempt, Verdict, doubt_left_s, judge
from gateway.errors import Unavailable
from gateway.jobs import job
from gateway.secrets import Unreadable

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from orm.relay.deliveries import Claimed

_log = logs.get(__name__)
_breaker = Breaker()
_SETTLE_AGAIN_S = (0.1, 0.5, 2.0)
_LOOK_AGAIN_S = 3.0

_INTERRUPTED = SendFailed(
    fate="unknown",
    code="outcome_unknown",
    message="It is not known whether the message was sent. It is being looked into.",
    detail="the worker that sent it has died",
)
_GIVEN_UP = "It could not be found out whether this message was sent. Look at the phone before you send it again."
_NO_WAY_OUT = SendFailed(
    fate="permanent", code="no_sender", message="This channel has no WhatsApp session that could send the message."
)
_NO_KEY = SendFailed(
    fate="retry",
    code="secret_unreadable",
    message="The key of the WhatsApp connection cannot be read. An administrator has to check the settings.",
    stops_channel=True,
)


@job
async def deliver_conversation(runtime: Runtime, organization_id: str, session_id: str) -> None:
    """Deliver what is due in one conversation, until nothing is, or something has to wait."""
    await deliver(runtime, UUID(organization_id), UUID(session_id))


async def deliver(runtime: Runtime, organization_id: UUID, session_id: UUID) -> None:
    """Deliver what is due in one conversation; whoever holds the lease of its oldest message does the work."""
    while (claimed := await outbox.claim(runtime, organization_id, session_id)) is not None:
        failpoints.hit("deliver.after_claim")
        try:
            await _attend(runtime, organization_id, claimed)
        except LeaseLost:
            _log.warning("deliver.lease_lost", message_id=str(claimed.message_id), fence=claimed.fence)
            return


async def _attend(runtime: Runtime, organization_id: UUID, claimed: Claimed) -> None:
    if (held := _breaker.held(claimed.channel_config_id)) is not None:
        await outbox.postpone(runtime, organization_id, claimed, held)
        return
    client = _client(runtime, claimed)
    if isinstance(client, SendFailed):
        await _settle(runtime, organization_id, claimed, client)
    elif claimed.status == "unknown":
        await _look_into(runtime, organization_id, claimed, client)
    elif claimed.status == "sending" and claimed.external_key is None:
        await _settle(runtime, organization_id, claimed, _INTERRUPTED)
    else:
        await _send(runtime, organization_id, claimed, client)


async def _send(runtime: Runtime, organization_id: UUID, claimed: Claimed, client: WahaClient) -> None:
    async with _keeping(runtime, organization_id, claimed):
        key = await _key(claimed, client)
        if isinstance(key, SendFailed):
            await _settle(runtime, organization_id, claimed, key)
            return
        if not await outbox.begin(runtime, organization_id, claimed, external_key=key):
            return
        failpoints.hit("deliver.before_call")
        result = await client.send_text(claimed.chat_id or "", claimed.text, message_id=key, reply_to=claimed.reply_to)
        failpoints.hit("deliver.after_call")
        begun = msgspec.structs.replace(claimed, attempts=claimed.attempts + 1, external_key=key)
        await _settle(runtime, organization_id, begun, result, is_begun=True)


async def _key(claimed: Claimed, client: WahaClient) -> str | SendFailed | None:
    """The key to send under: that of the first attempt, or a new one where the engine makes them."""
    if claimed.external_key is not None or claimed.engine not in ENGINES_WITH_MESSAGE_IDS:
        return claimed.external_key
    return await client.new_message_id()


async def _look_into(runtime: Runtime, organization_id: UUID, claimed: Claimed, client: WahaClient) -> None:
    async with _keeping(runtime, organization_id, claimed):
        key = await find_evidence(runtime, organization_id, claimed, client)
        if key is not None:
            await outbox.settle(runtime, organization_id, claimed, Verdict(kind="accepted", external_key=key))
        elif (left_s := _doubt_left_s(runtime, claimed)) > 0:
            await outbox.keep_doubting(runtime, organization_id, claimed, after_s=min(_LOOK_AGAIN_S, left_s))
        else:
            final = Verdict(kind="unknown", code="outcome_unknown", message=_GIVEN_UP)
            await outbox.leave_unknown(runtime, organization_id, claimed, final)


def _doubt_left_s(runtime: Runtime, claimed: Claimed) -> float:
    return doubt_left_s(claimed.failed_at, clock.now(), evidence_s=runtime.settings.evidence_s)


async def _settle(
    runtime: Runtime, organization_id: UUID, claimed: Claimed, result: SendResult, *, is_begun: bool = False
) -> None:
    """Write down the result, whatever it takes: a result that is lost is a message in doubt."""
    verdict = _verdict(claimed, result)
    if not is_begun:
        verdict = msgspec.structs.replace(verdict, counts=True)  # no attempt was counted that could be taken back
    for pause_s in _SETTLE_AGAIN_S:
        with suppress(Unavailable):
            await outbox.settle(runtime, organization_id, claimed, verdict)
            return
        await asyncio.sleep(pause_s)
    await outbox.settle(runtime, organization_id, claimed, verdict)


def _verdict(claimed: Claimed, result: SendResult) -> Verdict:
    is_failing = isinstance(result, SendFailed) and (result.stops_channel or result.is_unknown)
    if isinstance(result, SendFailed) and is_failing:
        _breaker.failed(claimed.channel_config_id, result)
    else:
        _breaker.succeeded(claimed.channel_config_id)
    attempt = Attempt(
        number=max(claimed.attempts, 1),
        has_key=claimed.external_key is not None,
        age=clock.now() - claimed.created_at,
    )
    verdict = judge(result, attempt, chance=random.random())  # noqa: S311 - spreads retries, guards nothing
    log = _log.info if verdict.kind == "accepted" else _log.warning
    detail = result.detail if isinstance(result, SendFailed) else None
    log("deliver.attempted", message_id=str(claimed.message_id), verdict=verdict.kind, code=verdict.code, detail=detail)
    return verdict


def _client(runtime: Runtime, claimed: Claimed) -> WahaClient | SendFailed:
    if claimed.waha_session_id is None or claimed.chat_id is None:
        return _NO_WAY_OUT
    try:
        api_key = (
            runtime.keyring.open(
                claimed.api_key_enc, column="waha_sessions.api_key_enc", row_id=claimed.waha_session_id
            )
            if claimed.api_key_enc
            else ""
        )
    except Unreadable:
        return _NO_KEY
    return WahaClient(
        runtime.http, base_url=claimed.base_url or "", api_key=api_key, session=claimed.session_name or ""
    )


@asynccontextmanager
async def _keeping(runtime: Runtime, organization_id: UUID, claimed: Claimed) -> AsyncIterator[None]:
    """Renew the lease while the work inside lasts; if it is lost all the same, the fence keeps our result out.

    So the lease only has to outlive a slow moment, not the slowest provider.
    """

    async def renew() -> None:
        is_ours = True
        while is_ours:
            await asyncio.sleep(runtime.settings.lease_s / 3)
            with suppress(Unavailable):
                is_ours = await outbox.renew(runtime, organization_id, claimed)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError, Unavailable):
            await renewing
