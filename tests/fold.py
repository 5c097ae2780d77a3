"""The reference of what a console does with a snapshot and the events after it.

It decodes strictly, so an event with a field too many or too few fails here. Every entity is guarded by its `rev`: what
is older than what is known changes nothing, so that an event may be applied twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from gateway.events import Agent, AnyEvent, Channel, Customer, Message, Session

Entity = TypeVar("Entity", Agent, Channel, Customer, Message, Session)

ENDED = frozenset({"resolved", "closed"})

_event: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class Hole(Exception):
    """A frame came that does not follow the one before."""


class Screen:
    """The state of a console at one position of the log; with messages, as if every session were open in it."""

    def __init__(self, snapshot: dict[str, Any], messages: Iterable[Message] = ()) -> None:
        self.s: int = snapshot["s"]
        self.id: str | None = snapshot["id"]
        self.agents = {each.id: each for each in msgspec.convert(snapshot["agents"], list[Agent])}
        self.channels = {each.id: each for each in msgspec.convert(snapshot["channels"], list[Channel])}
        self.sessions = {each.id: each for each in msgspec.convert(snapshot["sessions"], list[Session])}
        self.customers = {each.customer.id: each.customer for each in self.sessions.values()}
        self.messages = {each.id: each for each in messages}
        self.types: set[str] = set()

    def apply(self, frame: dict[str, Any]) -> None:
        """Apply a frame of the log, or a step over one."""
        if frame["s"] <= self.s:
            return
        if frame["t"] != "sync":
            if frame["s"] != self.s + 1:
                raise Hole(f"{frame['s']} does not follow {self.s}")
            self.types.add(frame["t"])
            self.take(event_in(frame))
        self.s, self.id = frame["s"], frame["id"]

    def take(self, event: AnyEvent) -> None:
        """Take what an event says, wherever it stands in the log."""
        for name, known in (("message", self.messages), ("agent", self.agents), ("channel", self.channels)):
            if (state := getattr(event, name, None)) is not None:
                _put(known, state)
        if (customer := getattr(event, "customer", None)) is not None:
            _put(self.customers, customer)
        if (session := getattr(event, "session", None)) is not None:
            _put(self.customers, session.customer)
            _put(self.sessions, session)

    def shown(self) -> dict[str, Any]:
        """What a snapshot at this position would show."""
        open_ = [
            msgspec.structs.replace(session, customer=self.customers[session.customer.id])
            for session in self.sessions.values()
            if session.status not in ENDED
        ]
        return {
            "s": self.s,
            "id": self.id,
            "agents": _sorted(self.agents),
            "channels": _sorted(self.channels),
            "sessions": _sorted({session.id: session for session in open_}),
            "counts": _counts(open_),
            "messages": [self._with_quote(message) for message in _sorted(self.messages)],
        }

    def _with_quote(self, message: Message) -> Message:
        # A quote shows the quoted message as it is now; nothing is announced about all those who quoted it.
        quoted = self.messages.get(message.reply_to.id) if message.reply_to and message.reply_to.id else None
        if message.reply_to is None or quoted is None:
            return message
        text = None if quoted.text is None else quoted.text[:300]
        reply_to = msgspec.structs.replace(message.reply_to, text=text, sender_name=quoted.sender_name)
        return msgspec.structs.replace(message, reply_to=reply_to)


def event_in(frame: dict[str, Any]) -> AnyEvent:
    """The fact that a frame of the log tells."""
    return _event.decode(msgspec.json.encode({"t": frame["t"], **frame["d"]}))


def shown_by(snapshot: dict[str, Any], messages: Iterable[Message] = ()) -> dict[str, Any]:
    """The same of a snapshot, which must say of itself how many sessions there are."""
    screen = Screen(snapshot, messages)
    assert snapshot["counts"] == screen.shown()["counts"]
    return screen.shown()


def _put(known: dict[UUID, Entity], state: Entity) -> None:
    before = known.get(state.id)
    if before is None or state.rev >= before.rev:
        known[state.id] = state


def _sorted(known: dict[UUID, Entity]) -> list[Entity]:
    return [known[id_] for id_ in sorted(known)]


def _counts(sessions: list[Session]) -> dict[str, int]:
    return {
        "open": len(sessions),
        "unread": sum(session.unread_count > 0 for session in sessions),
        "unassigned": sum(session.agent_id is None for session in sessions),
    } | {
        status: sum(session.status == status for session in sessions)
        for status in ("bot", "queued", "active", "waiting", "snoozed")
    }
