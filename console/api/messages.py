"""The messages of a chat session: pages of them, and an agent's answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from console.api.access import PERMISSION
from console.api.answers import also, problems
from console.api.chat_sessions import LARGEST_SEQ, READING, Limit
from gateway.conversations.read import MessagePage, list_messages
from gateway.conversations.reply import Answer, reply
from gateway.errors import Invalid
from gateway.events import Message
from gateway.idempotency import once
from gateway.identity.principal import Principal
from gateway.ids import new_id
from gateway.runtime import Runtime

TAGS = ["messages"]
Number = Annotated[int | None, QueryParameter(ge=0, le=LARGEST_SEQ)]


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent says. `client_message_id` is the sender's own id of it: the same one again stores nothing."""

    text: str | None = None
    type: str = "text"
    reply_to: UUID | None = None
    internal: bool = False
    client_message_id: str | None = None


@get(
    "/api/v1/chat-sessions/{session_id:uuid}/messages",
    operation_id="list_messages",
    opt=READING,
    tags=TAGS,
    summary="Messages of a session",
    responses=problems(404, 422),
)
async def list_session_messages(
    session_id: FromPath[UUID],
    runtime: NamedDependency[Runtime],
    principal: NamedDependency[Principal],
    before: Number = None,
    after: Number = None,
    limit: Limit = 50,
) -> MessagePage:
    """In order of `seq`: the newest, or those before or after a number; `next` is the number to go on from."""
    return await list_messages(runtime, principal.organization_id, session_id, before=before, after=after, limit=limit)


@post(
    "/api/v1/chat-sessions/{session_id:uuid}/messages",
    operation_id="send_message",
    opt={PERMISSION: "messages.create"},
    status_code=201,
    tags=TAGS,
    summary="Answer the customer",
    responses=problems(404, 409, 422) | {200: also(Message, "It was stored before")},
)
async def send_message(
    session_id: FromPath[UUID],
    data: JSONBody[NewMessage],
    runtime: NamedDependency[Runtime],
    principal: NamedDependency[Principal],
    idempotency_key: Annotated[str | None, HeaderParameter(name="Idempotency-Key")] = None,
) -> Response[Message]:
    """Store the message and send it; 201 for a new one, 200 with the same message if it was stored before."""
    if data.type != "text":
        raise Invalid("Only text can be sent", errors={"type": "Only `text` is known here"})
    answer = Answer(
        text=(data.text or "").replace("\0", ""),
        client_message_id=data.client_message_id or f"server-{new_id()}",
        is_internal=data.internal,
        reply_to=data.reply_to,
    )
    asked = once(idempotency_key, f"messages:{session_id}".encode(), msgspec.json.encode(data))
    replied = await reply(runtime, principal, session_id, answer, once=asked)
    return Response(replied.message, status_code=201 if replied.is_new else 200)
