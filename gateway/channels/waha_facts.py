"""From the payload of each WAHA event to the fact that it tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gateway.channels.inbound import (
    AnyFact,
    Call,
    CallState,
    DeliveryStatus,
    Edit,
    Ignored,
    Inbound,
    Party,
    PollVote,
    Presence,
    PresenceState,
    Reaction,
    Receipt,
    ReplyTo,
    Revoke,
    Status,
    StatusPoint,
    TimeProblem,
    Typing,
)
from gateway.channels.waha_content import TEXT_LIMIT, Content, content_of
from gateway.channels.waha_ids import MessageName, message_name, milliseconds, party, time_ms
from gateway.channels.waha_payloads import (
    AckBody,
    ActorBody,
    CallBody,
    EngineData,
    Fields,
    MessageBody,
    Number,
    PollVoteBody,
    PresenceBody,
    ReactionBody,
    ReactionPart,
    RevokeBody,
    StatusBody,
)

_LEVELS: dict[int, DeliveryStatus] = {-1: "failed", 0: "accepted", 1: "sent", 2: "delivered", 3: "read", 4: "played"}
_LEVEL_NAMES = {"ERROR": -1, "PENDING": 0, "SERVER": 1, "DEVICE": 2, "READ": 3, "PLAYED": 4}
_PRESENCES: dict[str, PresenceState] = {
    "online": "online",
    "offline": "offline",
    "typing": "typing",
    "recording": "recording",
    "paused": "paused",
}
_SHOWN_PARTIES = 64
_STATE_LIMIT = 60


class Clock(NamedTuple):
    """The two times that a fact may need beside its own: ours, and when WAHA made the event."""

    now_ms: int
    event_time: Number


class _Where(NamedTuple):
    """The chat of a fact, its writer and its time, and the bare key of what told it."""

    chat: Party
    from_me: bool
    sender: Party | None
    key: str | None
    at_ms: int | None
    time_problem: TimeProblem | None

    @property
    def shared(self) -> dict[str, Any]:
        return {
            "chat": self.chat,
            "from_me": self.from_me,
            "sender": self.sender,
            "at_ms": self.at_ms,
            "time_problem": self.time_problem,
        }


def _message(body: MessageBody, clock: Clock) -> AnyFact:
    where = _where(body, clock)
    if where is None or where.key is None:
        return Ignored(why="a message without an id or a chat")
    content = content_of(body)
    if content is None:
        return Ignored(why="a notice between apps")
    return _inbound(body, where, content)


def _waiting(body: MessageBody, clock: Clock) -> AnyFact:
    where = _where(body, clock)
    if where is None or where.key is None:
        return Ignored(why="a message without an id or a chat")
    return _inbound(body, where, Content("unsupported", None, is_placeholder=True))


def _inbound(body: MessageBody, where: _Where, content: Content) -> Inbound:
    return Inbound(
        chat=where.chat,
        from_me=where.from_me,
        sender=where.sender,
        at_ms=where.at_ms,
        time_problem=where.time_problem,
        key=where.key or "",
        type=content.type,
        text=content.text,
        content=content.content,
        media=content.media,
        reply_to=_reply_to(body),
        source="api" if body.source == "api" else "app" if body.source == "app" else None,
        status=_LEVELS.get(_level(body.ack, body.ack_name) or 0) if where.from_me else None,
        is_placeholder=content.is_placeholder,
    )


def _reply_to(body: MessageBody) -> ReplyTo | None:
    if body.reply_to is None:
        return None
    key = message_name(body.reply_to.id).key
    writer = party(body.reply_to.participant)
    text = body.reply_to.body[:TEXT_LIMIT] if body.reply_to.body else None
    return ReplyTo(key=key, text=text, participant=writer.address if writer else None) if key else None


def _receipt(body: AckBody, clock: Clock) -> AnyFact:
    # The body's own time is the message's (WEBJS sends the whole message), so the event's time is taken.
    where, level = _where(body, clock, time=clock.event_time), _level(body.ack, body.ack_name)
    if where is None or where.key is None:
        return Ignored(why="a receipt without an id or a chat")
    if level is None or level not in _LEVELS:
        return Ignored(why="a receipt of an unknown level")
    reader = party(body.participant) or (where.chat if where.chat.kind == "person" else None)
    return Receipt(**{**where.shared, "sender": reader}, key=where.key, status=_LEVELS[level], level=level)


def _reaction(body: ReactionBody, clock: Clock) -> AnyFact:
    where, reaction = _where(body, clock), body.reaction or ReactionPart()
    target = message_name(reaction.message_id)
    if where is None or target.key is None:
        return Ignored(why="a reaction to nothing")
    emoji = (reaction.text or "")[:_STATE_LIMIT]
    return Reaction(**where.shared, key=target.key, target_from_me=target.from_me, emoji=emoji, own_key=where.key)


def _edit(body: MessageBody, clock: Clock) -> AnyFact:
    key, own_key = message_name(body.edited_message_id).key, message_name(body.id).key
    # On WEBJS the edit has the id, and so the time, of the message itself.
    time = clock.event_time if key == own_key or body.timestamp is None else body.timestamp
    where = _where(body, clock, time=time)
    if where is None or key is None:
        return Ignored(why="an edit of nothing")
    text = body.body[:TEXT_LIMIT] if body.body else None
    return Edit(**where.shared, key=key, text=text, own_key=own_key)


def _revoke(body: RevokeBody, clock: Clock) -> AnyFact:
    actor = body.after or body.before or ActorBody()
    time = clock.event_time if actor.timestamp is None else actor.timestamp
    where = _where(actor, clock, time=time)
    key = message_name(body.revoked_message_id).key or message_name(body.before.id if body.before else None).key
    if where is None or key is None:
        return Ignored(why="a revoke of nothing")
    return Revoke(**where.shared, key=key, own_key=where.key)


def _poll_vote(body: PollVoteBody, clock: Clock) -> AnyFact:
    return _vote(body, clock, is_readable=True)


def _poll_vote_failed(body: PollVoteBody, clock: Clock) -> AnyFact:
    return _vote(body, clock, is_readable=False)


def _vote(body: PollVoteBody, clock: Clock, *, is_readable: bool) -> AnyFact:
    poll = message_name(body.poll.id if body.poll else None)
    if body.vote is None or poll.key is None:
        return Ignored(why="a vote for nothing")
    if body.vote.data is None:
        body.vote.data = body.data
    where = _where(body.vote, clock)
    if where is None:
        return Ignored(why="a vote for nothing")
    options = [option[:1024] for option in (body.vote.options or [])[:_SHOWN_PARTIES]] if is_readable else None
    return PollVote(**where.shared, key=poll.key, options=options, own_key=where.key)


def _call_received(body: CallBody, clock: Clock) -> AnyFact:
    return _call(body, clock, "received")


def _call_accepted(body: CallBody, clock: Clock) -> AnyFact:
    return _call(body, clock, "accepted")


def _call_rejected(body: CallBody, clock: Clock) -> AnyFact:
    return _call(body, clock, "rejected")


def _call(body: CallBody, clock: Clock, state: CallState) -> AnyFact:
    chat = party(body.from_)
    if chat is None or not body.id or len(body.id) > 200:
        return Ignored(why="a call from nobody")
    at_ms, problem = time_ms(body.timestamp, now_ms=clock.now_ms)
    where = _Where(chat, False, chat, None, at_ms, problem)
    return Call(**where.shared, call_id=body.id, state=state, is_video=body.is_video is True)


def _typing(body: PresenceBody, clock: Clock) -> AnyFact:
    chat = party(body.id)
    if chat is None:
        return Ignored(why="a presence without a chat")
    shown: list[Presence] = []
    for each in (body.presences or [])[:_SHOWN_PARTIES]:
        who, state = party(each.participant), _PRESENCES.get(each.state or "")
        if who is not None and state is not None:
            shown.append(Presence(who=who, state=state, last_seen_ms=time_ms(each.last_seen, now_ms=clock.now_ms)[0]))
    return Typing(chat=chat, presences=shown)


def _status(body: StatusBody, clock: Clock) -> AnyFact:
    if not body.status:
        return Ignored(why="a session status without a state")
    history = [
        StatusPoint(state=point.status[:_STATE_LIMIT], at_ms=milliseconds(point.timestamp))
        for point in (body.statuses or [])[-3:]
        if point.status
    ]
    at_ms = time_ms(clock.event_time, now_ms=clock.now_ms)[0] or (history[-1].at_ms if history else None)
    return Status(state=body.status[:_STATE_LIMIT], at_ms=at_ms, history=history, data=body.data)


def _level(ack: int | None, name: str | None) -> int | None:
    return ack if ack is not None else _LEVEL_NAMES.get(name or "")


def _where(body: MessageBody | ActorBody, clock: Clock, *, time: Number = None) -> _Where | None:
    named, data = message_name(body.id), body.data
    from_me = body.from_me if body.from_me is not None else named.from_me is True
    chat_alt, writer_alt, writer_name = _alternatives(data, from_me=from_me)
    address = named.chat or (body.to if from_me and body.to else body.from_)
    is_person_chat = address is not None and address.endswith(("@c.us", "@lid", "@s.whatsapp.net"))
    if is_person_chat and not from_me:
        chat = sender = party(address, chat_alt or writer_alt, name=writer_name)
    else:
        chat = party(address, chat_alt)
        sender = None if from_me else _writer(body, named, writer_alt, writer_name)
    if chat is None:
        return None
    at_ms, problem = time_ms(body.timestamp if time is None else time, now_ms=clock.now_ms)
    return _Where(chat, from_me, sender, named.key, at_ms, problem)


def _writer(body: MessageBody | ActorBody, named: MessageName, alt: str | None, name: str | None) -> Party | None:
    address = body.participant or named.participant or (body.data and body.data.info and body.data.info.sender)
    writer = party(address or body.from_, alt, name=name)
    return writer if writer is not None and writer.kind == "person" else None


def _alternatives(data: EngineData | None, *, from_me: bool) -> tuple[str | None, str | None, str | None]:
    """The engine's other name of the chat and of the writer, and the writer's display name."""
    if data is None:
        return None, None, None
    elif data.info is not None:
        info = data.info
        return (info.recipient_alt if from_me else None), info.sender_alt, info.push_name
    elif data.key is not None:
        return data.key.chat_alt, data.key.participant_alt, data.push_name
    else:
        return None, None, data.notify_name


Reader = Callable[[Any, Clock], AnyFact]
READERS: dict[str, tuple[type[Fields], Reader]] = {
    "message": (MessageBody, _message),
    "message.any": (MessageBody, _message),
    "message.waiting": (MessageBody, _waiting),
    "message.ack": (AckBody, _receipt),
    "message.ack.group": (AckBody, _receipt),
    "message.reaction": (ReactionBody, _reaction),
    "message.edited": (MessageBody, _edit),
    "message.revoked": (RevokeBody, _revoke),
    "poll.vote": (PollVoteBody, _poll_vote),
    "poll.vote.failed": (PollVoteBody, _poll_vote_failed),
    "call.received": (CallBody, _call_received),
    "call.accepted": (CallBody, _call_accepted),
    "call.rejected": (CallBody, _call_rejected),
    "presence.update": (PresenceBody, _typing),
    "session.status": (StatusBody, _status),
}
