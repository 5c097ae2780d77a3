"""What agents do with a session: read it, assign it, resolve it, open it again. Each changes nothing twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.conversations.states import read_sessions
from gateway.errors import Conflict, Forbidden, NotFound
from gateway.events import Session, SessionUpdated
from gateway.transaction import TenantTx, tenant_tx
from orm.conversations import changing
from orm.conversations.changing import LockedSession

if TYPE_CHECKING:
    from gateway.identity.principal import Principal
    from gateway.runtime import Runtime

ENDED = frozenset({"resolved", "closed"})


async def mark_read(runtime: Runtime, principal: Principal, session_id: UUID, *, seq: int | None) -> Session:
    """Note that everything up to `seq` (all, if null) was read; one event, however many messages."""
    async with _agents_tx(runtime, principal) as tx:
        session = await lock(tx, session_id)
        left = 0
        if seq is not None and seq < session.message_seq and session.unread_count:
            left = await changing.count_unread(tx.connection, tx.organization_id, session_id, after=seq)
        # Two tabs may tell how far they are in any order: what was read stays read.
        if left < session.unread_count:
            await changing.set_unread(tx.connection, tx.organization_id, session_id, left)
            return await announce(tx, session_id, ["unread_count"])
        return await state_of(tx, session_id)


async def mark_unread(runtime: Runtime, principal: Principal, session_id: UUID) -> Session:
    """Let the session count as unread again, as a reminder to come back to it."""
    async with _agents_tx(runtime, principal) as tx:
        session = await lock(tx, session_id)
        if session.unread_count or not session.customer_messages:
            return await state_of(tx, session_id)
        await changing.set_unread(tx.connection, tx.organization_id, session_id, 1)
        return await announce(tx, session_id, ["unread_count"])


async def assign(runtime: Runtime, principal: Principal, session_id: UUID, *, agent_id: UUID | None) -> Session:
    """Give the session to an agent, or to nobody: then it waits in the queue."""
    async with _agents_tx(runtime, principal) as tx:
        session = await lock(tx, session_id)
        if session.status in ENDED:
            raise Conflict("This conversation is resolved: open it again first", code="session_ended")
        if agent_id is not None and not await changing.has_agent(tx.connection, tx.organization_id, agent_id):
            raise NotFound("There is no such agent")
        if session.agent_id == agent_id:
            return await state_of(tx, session_id)
        await changing.assign(tx.connection, tx.organization_id, session_id, agent_id)
        return await announce(tx, session_id, ["agent_id", "status", "queued_at"])


async def resolve(runtime: Runtime, principal: Principal, session_id: UUID) -> Session:
    """End the session as done; the customer's next message opens another one."""
    async with _agents_tx(runtime, principal) as tx:
        open_session_id, session = await _lock_with_customer(tx, session_id)
        if session.status in ENDED:
            return await state_of(tx, session_id)
        if open_session_id == session_id:
            await changing.set_open_session(tx.connection, tx.organization_id, session.customer_id, None)
        await changing.resolve(tx.connection, tx.organization_id, session_id, principal.agent_id)
        return await announce(tx, session_id, ["status", "ended_at", "waiting_since", "snoozed_until", "unread_count"])


async def reopen(runtime: Runtime, principal: Principal, session_id: UUID) -> Session:
    """Take a resolved session up again, unless the customer is in another one by now."""
    async with _agents_tx(runtime, principal) as tx:
        open_session_id, session = await _lock_with_customer(tx, session_id)
        if session.status not in ENDED:
            return await state_of(tx, session_id)
        if open_session_id is not None:
            raise Conflict(
                "This customer has another open conversation",
                code="other_session_open",
                conflict=await state_of(tx, open_session_id),
            )
        await changing.set_open_session(tx.connection, tx.organization_id, session.customer_id, session_id)
        await changing.reopen(tx.connection, tx.organization_id, session_id)
        return await announce(tx, session_id, ["status", "ended_at", "queued_at"])


def must_be_agent(principal: Principal) -> UUID:
    """The principal's agent; who has none may look, and change nothing."""
    if principal.agent_id is None:
        raise Forbidden("Only agents can do this", code="not_an_agent")
    return principal.agent_id


async def lock(tx: TenantTx, session_id: UUID) -> LockedSession:
    """Lock the session's row; another organization's session is not there."""
    session = await changing.lock_session(tx.connection, tx.organization_id, session_id)
    if session is None:
        raise NotFound("There is no such conversation")
    return session


async def announce(tx: TenantTx, session_id: UUID, changed: list[str]) -> Session:
    """Announce the session as it is now, and return it."""
    session = await state_of(tx, session_id)
    tx.announce(SessionUpdated(session=session, changed=changed), session_id=session_id)
    return session


async def state_of(tx: TenantTx, session_id: UUID) -> Session:
    """The session as it is now."""
    return (await read_sessions(tx.connection, [session_id]))[0]


@asynccontextmanager
async def _agents_tx(runtime: Runtime, principal: Principal) -> AsyncIterator[TenantTx]:
    must_be_agent(principal)
    async with tenant_tx(runtime, principal.organization_id) as tx:
        yield tx


async def _lock_with_customer(tx: TenantTx, session_id: UUID) -> tuple[UUID | None, LockedSession]:
    """Lock the customer, then the session, as ingest does; returns the customer's open session too."""
    customer_id = await changing.customer_of(tx.connection, tx.organization_id, session_id)
    if customer_id is None:
        raise NotFound("There is no such conversation")
    open_session_id = await changing.lock_customer(tx.connection, tx.organization_id, customer_id)
    return open_session_id, await lock(tx, session_id)
