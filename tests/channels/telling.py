"""A fact in one line, so that a table of cases can be read."""

from __future__ import annotations

import json

from gateway.channels.inbound import (
    AnyFact,
    Call,
    Edit,
    Ignored,
    Inbound,
    InChat,
    Party,
    PollVote,
    Reaction,
    Receipt,
    Revoke,
    Status,
    Typing,
)


def tell(fact: AnyFact) -> str:
    """What was understood: kind, chat, direction, writer, and what the kind has of its own."""
    if isinstance(fact, Ignored):
        return f"ignored: {fact.why}"
    elif isinstance(fact, Status):
        history = ">".join(point.state for point in fact.history) or "nothing"
        return f"status {fact.state} after {history}{_data(fact.data)}"
    elif isinstance(fact, Typing):
        return f"typing in {_party(fact.chat)}: " + ", ".join(
            f"{each.who.address} {each.state}" for each in fact.presences
        )
    else:
        return f"{_own(fact)} | {_where(fact)}"


def _own(fact: InChat) -> str:
    if isinstance(fact, Inbound):
        return _message(fact)
    elif isinstance(fact, Receipt):
        return f"receipt {fact.key} {fact.status} {fact.level}"
    elif isinstance(fact, Reaction):
        return f"reaction {fact.emoji or 'none'} on {'our' if fact.target_from_me else 'their'} {fact.key}"
    elif isinstance(fact, Edit):
        return f"edit of {fact.key}: {fact.text}"
    elif isinstance(fact, Revoke):
        return f"revoke of {fact.key}"
    elif isinstance(fact, PollVote):
        return f"vote on {fact.key}: {fact.options}"
    elif isinstance(fact, Call):
        return f"call {fact.call_id} {fact.state}"
    else:
        raise TypeError(fact)


def _message(fact: Inbound) -> str:
    parts = [fact.type, fact.key, repr(fact.text)]
    if fact.content is not None:
        parts.append(_data(fact.content).strip())
    if fact.media is not None:
        media = fact.media
        told = [media.mimetype, media.filename, media.size, media.duration_s and f"{media.duration_s}s"]
        told += ["voice" if media.is_voice else None, media.error, "at url" if media.url else "no url"]
        parts.append("file(" + ", ".join(str(each) for each in told if each) + ")")
    if fact.reply_to is not None:
        parts.append(f"re {fact.reply_to.key} {fact.reply_to.text!r}")
    parts += [each for each in (fact.source, fact.status, "placeholder" if fact.is_placeholder else None) if each]
    return " ".join(parts)


def _where(fact: InChat) -> str:
    time = fact.time_problem or "in time"
    return f"{fact.chat.kind} {_party(fact.chat)} | {_writer(fact)} | {time}"


def _writer(fact: InChat) -> str:
    if fact.sender is None:
        return "ours" if fact.from_me else "by nobody"
    writer = "them" if fact.sender == fact.chat else _party(fact.sender)
    return f"ours, read by {writer}" if fact.from_me else f"by {writer}"


def _party(party: Party) -> str:
    """`address=other address name`: a phone that did not come from a phone address would show."""
    others = [each for each in (party.phone, party.lid) if each and each not in party.address]
    return "=".join([party.address, *others]) + (f" {party.name}" if party.name else "")


def _data(data: object) -> str:
    return "" if data is None else " " + json.dumps(data, ensure_ascii=False)
