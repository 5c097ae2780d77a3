"""A client's fold of the log, and the proof that it is what the database holds."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from gateway.conversations.states import read_messages, read_sessions
from gateway.events import AnyEvent, CustomerUpdated, Message, Session
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx


def fold(events: Iterable[AnyEvent]) -> tuple[dict[UUID, Message], dict[UUID, Session]]:
    """Messages and sessions as a client has them after these events; whole states, so the last one stands."""
    messages: dict[UUID, Message] = {}
    sessions: dict[UUID, Session] = {}
    for event in events:
        if (message := getattr(event, "message", None)) is not None:
            messages[message.id] = message
        if (session := getattr(event, "session", None)) is not None:
            sessions[session.id] = session
        assert message is not None or session is not None or isinstance(event, CustomerUpdated)
    return messages, sessions


async def assert_folds(runtime: Runtime, organization_id: UUID, events: Iterable[AnyEvent]) -> None:
    """The fold of these events is what a fresh snapshot would show."""
    messages, sessions = fold(events)
    async with tenant_tx(runtime, organization_id) as tx:
        stored = await tx.connection.fetch("SELECT id FROM messages")
        opened = await tx.connection.fetch("SELECT id FROM chat_sessions")
        assert {row["id"] for row in stored} == set(messages)
        assert {row["id"] for row in opened} == set(sessions)
        assert await read_messages(tx.connection, list(messages)) == list(messages.values())
        assert await read_sessions(tx.connection, list(sessions)) == list(sessions.values())
