"""Chat sessions: lists, one of them, how far it was read, to whom it is given, whether it is done."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from console.api.access import PERMISSION
from console.api.answers import problems
from gateway.conversations import sessions
from gateway.conversations.read import MOST_ITEMS, SessionFilter, SessionPage, get_session, list_sessions
from gateway.errors import Invalid
from gateway.events import Session
from gateway.identity.principal import Principal
from gateway.runtime import Runtime

TAGS = ["chat-sessions"]
READING = {PERMISSION: "chat_sessions.read"}
CHANGING = {PERMISSION: "chat_sessions.update"}
STATUSES = frozenset({"bot", "queued", "active", "waiting", "snoozed", "resolved", "closed"})
LARGEST_SEQ = 2**63 - 1  # of a bigint
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_ITEMS)]


class Watermark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to which message (its `seq`) a session was read; null means all of it."""

    seq: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SEQ)] | None = None


class Assignment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom a session is given; null puts it back into the queue."""

    agent_id: UUID | None


@get(
    "/api/v1/chat-sessions",
    operation_id="list_chat_sessions",
    opt=READING,
    tags=TAGS,
    summary="List chat sessions",
    responses=problems(422),
)
async def list_chat_sessions(
    runtime: NamedDependency[Runtime],
    principal: NamedDependency[Principal],
    status: FromQuery[str | None] = None,
    agent_id: FromQuery[UUID | None] = None,
    customer_id: FromQuery[UUID | None] = None,
    channel_config_id: FromQuery[UUID | None] = None,
    q: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    limit: Limit = 50,
) -> SessionPage:
    """The newest first, with customer and last message; `status` takes several, separated by commas."""
    wanted = SessionFilter(
        statuses=_statuses(status),
        agent_id=agent_id,
        customer_id=customer_id,
        channel_config_id=channel_config_id,
        text=q,
    )
    return await list_sessions(runtime, principal.organization_id, wanted, after=after, limit=limit)


@get(
    "/api/v1/chat-sessions/{session_id:uuid}",
    operation_id="get_chat_session",
    opt=READING,
    tags=TAGS,
    summary="One chat session",
    responses=problems(404),
)
async def get_chat_session(
    session_id: FromPath[UUID], runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]
) -> Session:
    """The session with its customer."""
    return await get_session(runtime, principal.organization_id, session_id)


@put(
    "/api/v1/chat-sessions/{session_id:uuid}/read",
    operation_id="read_chat_session",
    opt=CHANGING,
    tags=TAGS,
    summary="Mark a session as read",
    responses=problems(404, 422),
)
async def read_chat_session(
    session_id: FromPath[UUID],
    data: JSONBody[Watermark],
    runtime: NamedDependency[Runtime],
    principal: NamedDependency[Principal],
) -> Session:
    """Everything up to a message was read; telling it twice, or in another order, does no harm."""
    return await sessions.mark_read(runtime, principal, session_id, seq=data.seq)


@delete(
    "/api/v1/chat-sessions/{session_id:uuid}/read",
    operation_id="unread_chat_session",
    opt=CHANGING,
    status_code=200,
    tags=TAGS,
    summary="Mark a session as unread",
    responses=problems(404),
)
async def unread_chat_session(
    session_id: FromPath[UUID], runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]
) -> Session:
    """Let the session count as unread again."""
    return await sessions.mark_unread(runtime, principal, session_id)


@put(
    "/api/v1/chat-sessions/{session_id:uuid}/assignment",
    operation_id="assign_chat_session",
    opt=CHANGING,
    tags=TAGS,
    summary="Assign a session",
    responses=problems(404, 409, 422),
)
async def assign_chat_session(
    session_id: FromPath[UUID],
    data: JSONBody[Assignment],
    runtime: NamedDependency[Runtime],
    principal: NamedDependency[Principal],
) -> Session:
    """Give the session to an agent, or back to the queue."""
    return await sessions.assign(runtime, principal, session_id, agent_id=data.agent_id)


@post(
    "/api/v1/chat-sessions/{session_id:uuid}/resolution",
    operation_id="resolve_chat_session",
    opt=CHANGING,
    status_code=200,
    tags=TAGS,
    summary="Resolve a session",
    responses=problems(404),
)
async def resolve_chat_session(
    session_id: FromPath[UUID], runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]
) -> Session:
    """The session is done; the customer's next message opens another one."""
    return await sessions.resolve(runtime, principal, session_id)


@delete(
    "/api/v1/chat-sessions/{session_id:uuid}/resolution",
    operation_id="reopen_chat_session",
    opt=CHANGING,
    status_code=200,
    tags=TAGS,
    summary="Open a session again",
    responses=problems(404, 409),
)
async def reopen_chat_session(
    session_id: FromPath[UUID], runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]
) -> Session:
    """Take a resolved session up again."""
    return await sessions.reopen(runtime, principal, session_id)


def _statuses(text: str | None) -> tuple[str, ...] | None:
    if not text:
        return None
    asked = tuple(part.strip() for part in text.split(","))
    if unknown := set(asked) - STATUSES:
        sentence = f"There is no status {', '.join(sorted(unknown))}"
        raise Invalid(sentence, errors={"status": sentence})
    return asked
