"""Every fact in the log: one tagged struct each, and the state that it carries.

An event carries the whole new state of what changed, with its `rev`, so that applying it twice is harmless.
The union is closed: an unknown field is a bug, and an unknown type cannot be announced. No I/O here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What REST, snapshot and events show alike: one serializer for all three."""


class Media(State, frozen=True, kw_only=True):
    url: str | None
    mimetype: str | None
    filename: str | None = None
    size: int | None = None
    error: str | None = None


class Quoted(State, frozen=True, kw_only=True):
    """The message that this one answers; `id` is null while the quoted one is not known here."""

    id: UUID | None
    external_id: str | None
    text: str | None
    sender_name: str | None = None


class Reaction(State, frozen=True, kw_only=True):
    by: str
    emoji: str
    at: datetime


class Failure(State, frozen=True, kw_only=True):
    """Why a send failed or is unknown: a stable code, and the sentence that the agent reads."""

    code: str
    message: str


class Trace(State, frozen=True, kw_only=True):
    """The times of a message's way; `published` is measured by the reader, never stored."""

    provider: datetime | None = None
    received: datetime | None = None
    committed: datetime | None = None
    accepted: datetime | None = None
    sent: datetime | None = None
    delivered: datetime | None = None
    read: datetime | None = None


class Message(State, frozen=True, kw_only=True):
    id: UUID
    session_id: UUID
    seq: int
    direction: str
    sender_type: str
    sender_id: UUID | None
    sender_name: str | None
    type: str
    text: str | None
    content: dict[str, Any] | None
    media: Media | None
    reply_to: Quoted | None
    reactions: list[Reaction]
    status: str
    error: Failure | None
    client_message_id: str | None
    external_id: str | None
    sent_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    revoked_at: datetime | None
    late: bool = False  # it came more than a minute after it was written
    rev: int
    trace: Trace


class Customer(State, frozen=True, kw_only=True):
    id: UUID
    channel_config_id: UUID
    name: str | None
    phone: str | None
    channel_user_id: str
    avatar_url: str | None
    is_blocked: bool
    rev: int


class Session(State, frozen=True, kw_only=True):
    id: UUID
    customer: Customer
    channel_config_id: UUID
    external_chat_id: str | None
    agent_id: UUID | None
    status: str
    priority: str
    tags: list[str]
    unread_count: int
    total_messages: int
    message_seq: int
    last_message_id: UUID | None
    last_message_at: datetime | None
    last_message_preview: str | None
    last_message_sender: str | None
    waiting_since: datetime | None
    queued_at: datetime | None
    snoozed_until: datetime | None
    started_at: datetime
    ended_at: datetime | None
    rev: int


class Agent(State, frozen=True, kw_only=True):
    id: UUID
    user_id: UUID
    name: str
    availability: str
    rev: int


class Channel(State, frozen=True, kw_only=True):
    id: UUID
    channel: str
    name: str
    identifier: str
    is_active: bool
    health: str
    status: str
    rev: int


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact. `tag` is its type on the wire; its fields are the `d` of the frame."""


class MessageCreated(Event, frozen=True, kw_only=True, tag_field="t", tag="message.created"):
    message: Message


class MessageUpdated(Event, frozen=True, kw_only=True, tag_field="t", tag="message.updated"):
    message: Message
    changed: list[str]


class SessionCreated(Event, frozen=True, kw_only=True, tag_field="t", tag="session.created"):
    session: Session


class SessionUpdated(Event, frozen=True, kw_only=True, tag_field="t", tag="session.updated"):
    session: Session
    changed: list[str]


class CustomerCreated(Event, frozen=True, kw_only=True, tag_field="t", tag="customer.created"):
    customer: Customer


class CustomerUpdated(Event, frozen=True, kw_only=True, tag_field="t", tag="customer.updated"):
    customer: Customer


class AgentUpdated(Event, frozen=True, kw_only=True, tag_field="t", tag="agent.updated"):
    agent: Agent


class ChannelUpdated(Event, frozen=True, kw_only=True, tag_field="t", tag="channel.updated"):
    channel: Channel


class AccessChanged(Event, frozen=True, kw_only=True, tag_field="t", tag="access.changed"):
    """Somebody's rights, or a sign-in, changed; sockets of `user_id` (or all, if null) are looked at again."""

    user_id: UUID | None
    session_ended: UUID | None = None


AnyEvent = (
    MessageCreated
    | MessageUpdated
    | SessionCreated
    | SessionUpdated
    | CustomerCreated
    | CustomerUpdated
    | AgentUpdated
    | ChannelUpdated
    | AccessChanged
)
EVENT_TYPES: frozenset[str] = frozenset(
    str(kind.__struct_config__.tag)
    for kind in (
        MessageCreated,
        MessageUpdated,
        SessionCreated,
        SessionUpdated,
        CustomerCreated,
        CustomerUpdated,
        AgentUpdated,
        ChannelUpdated,
        AccessChanged,
    )
)
