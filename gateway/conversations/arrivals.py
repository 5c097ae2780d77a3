"""What one webhook hands to the database: a row of plain values, in the order of the SQL function's arrays.

Plain tuples, because a batch is turned into arrays by one `zip`, and building one must take microseconds.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import msgspec

from gateway.channels.inbound import Edit, Inbound, Parsed, Party, PollVote, Reaction, Receipt, ReplyTo, Revoke
from gateway.conversations.endpoints import Endpoint
from gateway.ids import message_id, new_id

Row = tuple[Any, ...]
Note = Reaction | Edit | Revoke | PollVote

_encode = msgspec.json.Encoder().encode


class Arrival(msgspec.Struct, frozen=True):
    """One webhook as it came: for whom, when, and its bytes. `raw_id` is null where its bytes are kept already."""

    endpoint: Endpoint
    raw: bytes | None
    raw_id: UUID | None
    request_id: str | None
    received_ms: int


def message_row(arrival: Arrival, parsed: Parsed, fact: Inbound, *, is_released: bool = False) -> Row:
    """The row of a message, for `ingest`."""
    endpoint, chat = arrival.endpoint, fact.chat
    writer = parsed.me if fact.from_me else fact.sender
    at_ms = fact.at_ms
    direction = "outbound" if fact.from_me else "inbound"
    return (
        *envelope_values(arrival, parsed),
        message_id(
            endpoint.channel_config_id,
            direction,
            fact.key,
            sent_at_ms=arrival.received_ms if at_ms is None else at_ms,
        ),
        fact.key,
        fact.from_me,
        fact.is_placeholder,
        at_ms is None,
        at_ms,
        arrival.received_ms,
        chat.address,
        chat.phone,
        chat.lid,
        chat.name,
        writer.name if writer is not None else None,
        fact.type,
        fact.text,
        fact.status,
        _details(fact, is_released=is_released),
    )


def receipt_row(arrival: Arrival, parsed: Parsed, fact: Receipt) -> Row:
    """The row of a receipt, for `ingest_receipts`."""
    at_ms = fact.at_ms or arrival.received_ms
    return (*envelope_values(arrival, parsed), arrival.received_ms, fact.key, at_ms, fact.status, None, None)


def note_row(arrival: Arrival, parsed: Parsed, fact: Note) -> Row:
    """The row of an edit, a revoke, a reaction or a vote, for `ingest_receipts`."""
    return (
        *envelope_values(arrival, parsed),
        arrival.received_ms,
        fact.key,
        None,
        None,
        _note(arrival, parsed, fact),
        None,
    )


def unused_row(arrival: Arrival, parsed: Parsed, why: str) -> Row:
    """The row of what is only kept, for `ingest_receipts`."""
    return (*envelope_values(arrival, parsed), arrival.received_ms, None, None, None, None, why)


def envelope_values(arrival: Arrival, parsed: Parsed) -> Row:
    """What every row begins with: ten values of the webhook itself."""
    endpoint = arrival.endpoint
    return (
        arrival.raw_id,
        endpoint.waha_session_id,
        endpoint.organization_id,
        endpoint.channel_config_id,
        parsed.event_id or hashlib.sha256(arrival.raw or b"").hexdigest(),
        parsed.event,
        parsed.at_ms,
        parsed.engine,
        arrival.request_id,
        arrival.raw,
    )


def _details(fact: Inbound, *, is_released: bool) -> str | None:
    """JSON of what most messages have not."""
    is_plain = fact.content is None and fact.media is None and fact.reply_to is None and fact.chat.kind == "person"
    if is_plain and not is_released:
        return None
    details: dict[str, Any] = {}
    if fact.content is not None:
        details["content"] = fact.content
    if fact.media is not None:
        details["media"] = _media(fact)
    if fact.reply_to is not None:
        details["reply_to"] = _reply_to(fact.reply_to)
    if fact.chat.kind != "person" and fact.sender is not None:
        details["author"] = _names(fact.sender)
    if is_released:
        details["released"] = True
    return _encode(details).decode() if details else None


def _media(fact: Inbound) -> dict[str, Any]:
    media = fact.media
    assert media is not None
    about = {"filename": media.filename, "duration_s": media.duration_s, "error": media.error}
    metadata = {name: value for name, value in about.items() if value is not None}
    if media.is_voice:
        metadata["is_voice"] = True
    return {"url": media.url, "mimetype": media.mimetype or _MIMETYPES.get(fact.type, _ANY), "size": media.size} | {
        "metadata": metadata
    }


# A file that is not there yet, and whose kind the engine does not tell, still shows as a file of its kind.
_ANY = "application/octet-stream"
_MIMETYPES = {"image": "image/*", "audio": "audio/*", "video": "video/*", "sticker": "image/webp"}


def _reply_to(quoted: ReplyTo) -> dict[str, Any]:
    return {"key": quoted.key, "text": quoted.text}


def _note(arrival: Arrival, parsed: Parsed, fact: Note) -> str:
    note: dict[str, Any] = {
        "from_me": fact.from_me,
        "chat": _names(fact.chat),
        "author": _names(fact.sender) if fact.sender is not None else [],
        "by": "me" if fact.from_me else (fact.sender or fact.chat).channel_user_id,
        # Providers count in seconds; what happened within one is told apart by the event's own time.
        "at": [fact.at_ms or arrival.received_ms, parsed.at_ms or arrival.received_ms],
    }
    match fact:
        case Reaction():
            note |= {"kind": "reaction", "emoji": fact.emoji, "target_from_me": fact.target_from_me}
        case Edit():
            note |= {"kind": "edit", "text": fact.text}
        case Revoke():
            note |= {"kind": "revoke"}
        case PollVote():
            note |= {"kind": "vote", "options": fact.options}
    return _encode(note).decode()


def _names(party: Party) -> list[str]:
    return [name for name in (party.phone, party.lid, party.address) if name is not None]


def new_arrival(endpoint: Endpoint, raw: bytes, *, request_id: str | None, received_ms: int) -> Arrival:
    """A webhook that has just come."""
    return Arrival(endpoint, raw, new_id(), request_id, received_ms)
