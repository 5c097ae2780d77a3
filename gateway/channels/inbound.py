"""What a provider can tell us: one frozen value per kind of fact, the same for every channel.

`parse` of a channel makes these and does nothing else; `receive` acts on them. Every text here is safe to store:
no NUL, no lone surrogate, and no longer than its column.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

ChatKind = Literal["person", "group", "newsletter", "status", "broadcast", "unknown"]
MessageType = Literal[
    "text",
    "image",
    "audio",
    "video",
    "file",
    "location",
    "contact",
    "sticker",
    "button",
    "list",
    "poll",
    "form",
    "unsupported",
]
DeliveryStatus = Literal["accepted", "sent", "delivered", "read", "played", "failed"]
PresenceState = Literal["online", "offline", "typing", "recording", "paused"]
CallState = Literal["received", "accepted", "rejected"]
TimeProblem = Literal["missing", "wild"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One fact, as the provider told it."""


class Party(Value, frozen=True, kw_only=True):
    """A person, a group or another kind of chat, under every name that this one payload gives it."""

    address: str  # as replies name it: `6281…@c.us`, `…@lid`, `…@g.us`
    kind: ChatKind
    phone: str | None = None  # digits, only ever from a phone address, never from a LID
    lid: str | None = None  # `<digits>@lid`
    name: str | None = None  # what the person calls itself; never our own name

    @property
    def channel_user_id(self) -> str:
        """What this party is keyed by: the phone when it is known, else the LID, else the address."""
        return self.phone or self.lid or self.address


class Media(Value, frozen=True, kw_only=True):
    """A file that stays at the provider until a job fetches it; `url` is null when it is not there (yet)."""

    url: str | None = None
    mimetype: str | None = None
    filename: str | None = None
    size: int | None = None
    duration_s: int | None = None
    is_voice: bool = False
    error: str | None = None


class ReplyTo(Value, frozen=True, kw_only=True):
    """The message that this one answers, by its bare key."""

    key: str
    text: str | None = None
    participant: str | None = None


class InChat(Value, frozen=True, kw_only=True):
    """What every fact about a chat has: which chat, who did it and when, by the provider's clock.

    `at_ms` is null when the time is missing or wild (before 2015, or more than a day ahead of us).
    `sender` is null for our own account (`from_me`) and where the provider does not say.
    """

    chat: Party
    from_me: bool
    sender: Party | None = None
    at_ms: int | None = None
    time_problem: TimeProblem | None = None


class Inbound(InChat, frozen=True, kw_only=True):
    """A message, from the customer or, with `from_me`, from our own account (API or phone)."""

    key: str  # the bare provider key: equal for retries, twins, `message` and `message.any`
    type: MessageType
    text: str | None = None
    content: dict[str, Any] | None = None  # location, contacts, poll, button …: small, ready for jsonb
    media: Media | None = None
    reply_to: ReplyTo | None = None
    source: Literal["api", "app"] | None = None  # a hint only: our own sends are sometimes `app`
    status: DeliveryStatus | None = None  # of a `from_me` message, as far as it had come
    is_placeholder: bool = False  # nothing readable yet: shown as unsupported, upgraded under the same key


class Receipt(InChat, frozen=True, kw_only=True):
    """How far a message has come; in a group, `sender` is the reader."""

    key: str
    status: DeliveryStatus
    level: int


class Reaction(InChat, frozen=True, kw_only=True):
    """An emoji on a message; the empty one takes it back."""

    key: str  # of the message that is reacted to
    target_from_me: bool | None
    emoji: str
    own_key: str | None = None


class Edit(InChat, frozen=True, kw_only=True):
    """A message has a new text."""

    key: str  # of the message that is edited
    text: str | None
    own_key: str | None = None


class Revoke(InChat, frozen=True, kw_only=True):
    """A message was deleted for everyone."""

    key: str
    own_key: str | None = None


class PollVote(InChat, frozen=True, kw_only=True):
    """The whole present choice of one voter; `options` is empty when cleared, null when it could not be read."""

    key: str  # of the poll
    options: list[str] | None
    own_key: str | None = None


class Call(InChat, frozen=True, kw_only=True):
    """A call rang, was taken or was refused on the phone."""

    call_id: str
    state: CallState
    is_video: bool = False


class Presence(Value, frozen=True, kw_only=True):
    """What one person in a chat is doing just now."""

    who: Party
    state: PresenceState
    last_seen_ms: int | None = None


class Typing(Value, frozen=True, kw_only=True):
    """Who is typing, recording, online or gone in a chat; ephemeral."""

    chat: Party
    presences: list[Presence]


class Status(Value, frozen=True, kw_only=True):
    """The state of the connection to the provider; later ones win by `at_ms`, not by arrival."""

    state: str  # STOPPED, STARTING, SCAN_QR_CODE, PASSKEY_REQUIRED, …, WORKING, FAILED
    at_ms: int | None
    history: list[StatusPoint]
    data: dict[str, Any] | None = None  # passkey challenge or code, reach-out lock, message capping


class StatusPoint(Value, frozen=True, kw_only=True):
    """A state and since when."""

    state: str
    at_ms: int | None = None


class Ignored(Value, frozen=True, kw_only=True):
    """Nothing to do here; `why` is counted and logged."""

    why: str


AnyFact = Inbound | Receipt | Reaction | Edit | Revoke | PollVote | Call | Typing | Status | Ignored


class Me(Value, frozen=True, kw_only=True):
    """Our own account, as the envelope names it."""

    address: str
    phone: str | None = None
    lid: str | None = None
    name: str | None = None


class Parsed(Value, frozen=True, kw_only=True):
    """One webhook body: its envelope and the fact in it.

    `event_id` is for the log only: it is neither unique per delivery nor per event.
    """

    event_id: str | None
    event: str
    session: str | None
    engine: str | None
    version: str | None
    at_ms: int | None
    me: Me | None
    fact: AnyFact
