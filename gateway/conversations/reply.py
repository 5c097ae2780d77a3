"""Replying: an agent's message is stored once, queued for delivery in the same transaction, and announced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from gateway import failpoints
from gateway.conversations.deliver import deliver_conversation
from gateway.conversations.sessions import ENDED, announce, lock, must_be_agent
from gateway.conversations.states import read_messages
from gateway.errors import Conflict, Invalid, NotFound
from gateway.events import Message, MessageCreated
from gateway.idempotency import Once, recall, remember
from gateway.ids import new_id
from gateway.transaction import TenantTx, tenant_tx
from orm.conversations import changing
from orm.relay import deliveries

if TYPE_CHECKING:
    from gateway.identity.principal import Principal
    from gateway.runtime import Runtime
    from orm.conversations.changing import LockedSession

LONGEST_TEXT = 65_536
LONGEST_CLIENT_ID = 64
_ANSWERED = [
    "message_seq",
    "total_messages",
    "last_message_id",
    "last_message_at",
    "last_message_preview",
    "last_message_sender",
    "waiting_since",
    "status",
]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent wants to say; `is_internal` makes it a note that never leaves the house."""

    text: str
    client_message_id: str
    is_internal: bool = False
    reply_to: UUID | None = None


class Replied(NamedTuple):
    """The message as stored; `is_new` is false if the same request had stored it before."""

    message: Message
    is_new: bool


async def reply(
    runtime: Runtime, principal: Principal, session_id: UUID, answer: Answer, *, once: Once | None = None
) -> Replied:
    """Store the agent's message and wake its delivery; the same request again changes nothing and says the same."""
    agent_id = must_be_agent(principal)
    _check(answer)
    async with tenant_tx(runtime, principal.organization_id) as tx:
        if once is not None and (earlier := await recall(tx, once)) is not None:
            return Replied(await _state_of(tx, earlier), is_new=False)
        session = await lock(tx, session_id)
        earlier = await _same_before(tx, session_id, answer)
        message_id = earlier or await _store(tx, session, answer, agent_id=agent_id, sender_name=principal.name)
        if once is not None:
            await remember(tx, once, message_id)
        message = await _state_of(tx, message_id)
        if earlier is None:
            tx.announce(MessageCreated(message=message), session_id=session_id)
            await announce(tx, session_id, ["message_seq", "total_messages"] if answer.is_internal else _ANSWERED)
    failpoints.hit("reply.after_commit")
    if message.status == "queued":
        runtime.jobs.wake(deliver_conversation, str(principal.organization_id), str(session_id))
    return Replied(message, is_new=earlier is None)


def _check(answer: Answer) -> None:
    errors = {}
    if not answer.text.strip() or len(answer.text) > LONGEST_TEXT:
        errors["text"] = f"A text has 1 to {LONGEST_TEXT} characters"
    if not 0 < len(answer.client_message_id) <= LONGEST_CLIENT_ID or not answer.client_message_id.isprintable():
        errors["client_message_id"] = f"An id of yours has 1 to {LONGEST_CLIENT_ID} characters"
    if errors:
        raise Invalid("The message cannot be sent like this", errors=errors)


async def _same_before(tx: TenantTx, session_id: UUID, answer: Answer) -> UUID | None:
    found = await changing.sent_before(tx.connection, tx.organization_id, session_id, answer.client_message_id)
    if found is None:
        return None
    said = (found.message_text, found.direction == "internal", found.reply_to_message_id)
    if said != (answer.text, answer.is_internal, answer.reply_to):
        raise Conflict(
            "Another message was sent under this client_message_id",
            code="client_message_id_used",
            conflict=await _state_of(tx, found.id),
        )
    return found.id


async def _store(tx: TenantTx, session: LockedSession, answer: Answer, *, agent_id: UUID, sender_name: str) -> UUID:
    if session.status in ENDED and not answer.is_internal:
        raise Conflict("This conversation is resolved: open it again first", code="session_ended")
    reply_to = None
    if answer.reply_to is not None:
        reply_to = await changing.quoted(tx.connection, tx.organization_id, session.id, answer.reply_to)
        if reply_to is None:
            raise NotFound("The message to reply to is not in this conversation")
    message_id = new_id()
    await changing.insert_answer(
        tx.connection,
        tx.organization_id,
        session,
        id_=message_id,
        agent_id=agent_id,
        sender_name=sender_name,
        text=answer.text,
        is_internal=answer.is_internal,
        client_message_id=answer.client_message_id,
        reply_to=reply_to,
    )
    if not answer.is_internal:
        await deliveries.enqueue(tx.connection, tx.organization_id, session, message_id=message_id)
    return message_id


async def _state_of(tx: TenantTx, message_id: UUID) -> Message:
    return (await read_messages(tx.connection, [message_id]))[0]
