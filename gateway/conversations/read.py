"""Reading conversations: lists, one session, pages of its messages; and how far an agent has read."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from gateway.conversations.states import read_messages, read_sessions
from gateway.errors import Invalid, NotFound
from gateway.events import Message, Session
from gateway.transaction import tenant_tx
from orm.conversations import reading

if TYPE_CHECKING:
    from gateway.runtime import Runtime

MOST_ITEMS = 200
_MOST_FOUND_CUSTOMERS = 500
_LONGEST_SEARCH = 200


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some sessions, and where the next page begins; null at the end."""

    items: list[Session]
    next: str | None


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some messages in order of `seq`, and the `seq` to go on from in the same direction; null at the end."""

    items: list[Message]
    next: int | None


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions are asked for; null asks for all."""

    statuses: tuple[str, ...] | None = None
    agent_id: UUID | None = None
    customer_id: UUID | None = None
    channel_config_id: UUID | None = None
    text: str | None = None


async def list_sessions(
    runtime: Runtime, organization_id: UUID, wanted: SessionFilter, *, after: str | None, limit: int
) -> SessionPage:
    """A page of the sessions that fit the filter, newest first."""
    before = _id_of(after) if after else None
    async with tenant_tx(runtime, organization_id) as tx:
        found = None
        if text := (wanted.text or "").replace("\0", "").strip()[:_LONGEST_SEARCH]:
            found = await reading.customers_like(tx.connection, organization_id, text, limit=_MOST_FOUND_CUSTOMERS)
        ids = await reading.session_ids(
            tx.connection,
            organization_id,
            statuses=wanted.statuses,
            agent_id=wanted.agent_id,
            customer_id=wanted.customer_id,
            channel_config_id=wanted.channel_config_id,
            customer_ids=found,
            before=before,
            limit=limit + 1,
        )
        items = await read_sessions(tx.connection, ids[:limit])
    return SessionPage(items=items, next=_cursor_of(ids[limit - 1]) if len(ids) > limit else None)


async def get_session(runtime: Runtime, organization_id: UUID, session_id: UUID) -> Session:
    """One session, with its customer."""
    async with tenant_tx(runtime, organization_id) as tx:
        found = await read_sessions(tx.connection, [session_id])
    if not found:
        raise NotFound("There is no such conversation")
    return found[0]


async def list_messages(
    runtime: Runtime, organization_id: UUID, session_id: UUID, *, before: int | None, after: int | None, limit: int
) -> MessagePage:
    """A page of a session's messages in order of `seq`: the newest, or those next to a number."""
    if before is not None and after is not None:
        raise Invalid("Ask for messages before a number or after one, not both")
    async with tenant_tx(runtime, organization_id) as tx:
        if not await reading.has_session(tx.connection, organization_id, session_id):
            raise NotFound("There is no such conversation")
        ids = await reading.message_ids(
            tx.connection, organization_id, session_id, before=before, after=after, limit=limit + 1
        )
        items = await read_messages(tx.connection, ids[:limit])
    farthest = items[-1].seq if len(ids) > limit else None
    return MessagePage(items=items if after is not None else items[::-1], next=farthest)


def _cursor_of(id_: UUID) -> str:
    return base64.urlsafe_b64encode(id_.bytes).rstrip(b"=").decode()


def _id_of(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error):
        raise Invalid(
            "This cursor is not one of ours", errors={"after": "Take it from `next` of the page before"}
        ) from None
