"""The shapes of WAHA's webhook bodies, and how to read them without ever tripping over a field.

Every field is optional, what we do not use is not listed, and a field of the wrong type is read as absent:
of 152 bodies captured from the real server not one fits WAHA's own OpenAPI models.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, TypeVar, get_args

import msgspec

from gateway.errors import BadRequest

Number = int | float | str | None
RawObject = dict[str, msgspec.Raw] | None
Body = TypeVar("Body", bound="Fields")


class Fields(msgspec.Struct, kw_only=True, gc=False):
    """Some fields of a JSON object."""


class MeBody(Fields, kw_only=True, gc=False):
    id: str | None = None
    push_name: str | None = msgspec.field(default=None, name="pushName")
    lid: str | None = None


class Environment(Fields, kw_only=True, gc=False):
    version: str | None = None
    engine: str | None = None


class Envelope(Fields, kw_only=True, gc=False):
    id: str | None = None
    event: str | None = None
    session: str | None = None
    timestamp: Number = None
    me: MeBody | None = None
    engine: str | None = None  # absent on GOWS (2026.2.1)
    environment: Environment | None = None
    payload: msgspec.Raw = msgspec.Raw(b"null")


class GowsInfo(Fields, kw_only=True, gc=False):
    sender: str | None = msgspec.field(default=None, name="Sender")
    sender_alt: str | None = msgspec.field(default=None, name="SenderAlt")
    recipient_alt: str | None = msgspec.field(default=None, name="RecipientAlt")
    push_name: str | None = msgspec.field(default=None, name="PushName")


class NowebKey(Fields, kw_only=True, gc=False):
    chat_alt: str | None = msgspec.field(default=None, name="remoteJidAlt")
    participant_alt: str | None = msgspec.field(default=None, name="participantAlt")


class EngineData(Fields, kw_only=True, gc=False):
    """`_data`: GOWS has Info and Message, NOWEB key and message, WEBJS and WPP type and notifyName."""

    info: GowsInfo | None = msgspec.field(default=None, name="Info")
    gows_message: RawObject = msgspec.field(default=None, name="Message")
    key: NowebKey | None = None
    noweb_message: RawObject = msgspec.field(default=None, name="message")
    push_name: str | None = msgspec.field(default=None, name="pushName")
    type: str | None = None
    notify_name: str | None = msgspec.field(default=None, name="notifyName")
    duration: Number = None
    size: Number = None


class MediaBody(Fields, kw_only=True, gc=False):
    url: str | None = None
    mimetype: str | None = None
    filename: str | None = None
    error: Any = None


class LocationBody(Fields, kw_only=True, gc=False):
    """Coordinates are text on GOWS and NOWEB, numbers on WEBJS."""

    latitude: Number = None
    longitude: Number = None
    live: bool | None = None
    name: str | None = None
    address: str | None = None
    url: str | None = None
    description: str | None = None


class ReplyBody(Fields, kw_only=True, gc=False):
    id: str | None = None
    participant: str | None = None
    body: str | None = None


class MessageBody(Fields, kw_only=True, gc=False):
    id: str | None = None
    timestamp: Number = None
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    participant: str | None = None
    from_me: bool | None = msgspec.field(default=None, name="fromMe")
    source: str | None = None
    body: str | None = None
    has_media: bool | None = msgspec.field(default=None, name="hasMedia")
    media: MediaBody | None = None
    ack: int | None = None
    ack_name: str | None = msgspec.field(default=None, name="ackName")
    location: LocationBody | None = None
    vcards: list[str] | None = msgspec.field(default=None, name="vCards")
    reply_to: ReplyBody | None = msgspec.field(default=None, name="replyTo")
    edited_message_id: str | None = msgspec.field(default=None, name="editedMessageId")
    data: EngineData | None = msgspec.field(default=None, name="_data")


class ActorBody(Fields, kw_only=True, gc=False):
    """The part that every fact about a chat shares with a message."""

    id: str | None = None
    timestamp: Number = None
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    participant: str | None = None
    from_me: bool | None = msgspec.field(default=None, name="fromMe")
    data: EngineData | None = msgspec.field(default=None, name="_data")


class AckBody(ActorBody, kw_only=True, gc=False):
    ack: int | None = None
    ack_name: str | None = msgspec.field(default=None, name="ackName")


class ReactionPart(Fields, kw_only=True, gc=False):
    text: str | None = None
    message_id: str | None = msgspec.field(default=None, name="messageId")


class ReactionBody(ActorBody, kw_only=True, gc=False):
    reaction: ReactionPart | None = None


class RevokeBody(Fields, kw_only=True, gc=False):
    after: ActorBody | None = None
    before: ActorBody | None = None
    revoked_message_id: str | None = msgspec.field(default=None, name="revokedMessageId")


class VotePart(ActorBody, kw_only=True, gc=False):
    options: list[str] | None = msgspec.field(default=None, name="selectedOptions")


class PollVoteBody(Fields, kw_only=True, gc=False):
    vote: VotePart | None = None
    poll: ActorBody | None = None
    data: EngineData | None = msgspec.field(default=None, name="_data")


class CallBody(ActorBody, kw_only=True, gc=False):
    is_video: bool | None = msgspec.field(default=None, name="isVideo")


class PresencePart(Fields, kw_only=True, gc=False):
    participant: str | None = None
    state: str | None = msgspec.field(default=None, name="lastKnownPresence")
    last_seen: Number = msgspec.field(default=None, name="lastSeen")


class PresenceBody(Fields, kw_only=True, gc=False):
    id: str | None = None
    presences: list[PresencePart] | None = None


class StatusPart(Fields, kw_only=True, gc=False):
    status: str | None = None
    timestamp: Number = None


class StatusBody(Fields, kw_only=True, gc=False):
    status: str | None = None
    statuses: list[StatusPart] | None = None
    data: dict[str, Any] | None = None


def read(kind: type[Body], raw: bytes | msgspec.Raw) -> Body:
    """Read the fields of `kind`; those of a wrong type are left out, and what is no object has no fields."""
    try:
        return _decoder(kind).decode(raw)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        pass
    try:
        return _read_field_by_field(kind, _OBJECT.decode(raw))
    except msgspec.ValidationError:
        return kind()


def mend(raw: bytes) -> bytes:
    """The same JSON without what PostgreSQL cannot store: NUL is dropped, a lone surrogate becomes U+FFFD."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_int=_parse_int, parse_constant=lambda _: None)
        return msgspec.json.encode(_clean(value))
    except (ValueError, RecursionError) as problem:
        raise BadRequest("The body is not JSON that can be read", code="bad_json") from problem


@lru_cache(maxsize=64)
def _decoder(kind: type[Body]) -> msgspec.json.Decoder[Body]:
    return msgspec.json.Decoder(kind)


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _read_field_by_field(kind: type[Body], parts: dict[str, msgspec.Raw]) -> Body:
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name in parts:
            try:
                values[field.name] = _read_field(field.type, parts[field.encode_name])
            except msgspec.ValidationError:
                continue
    return kind(**values)


def _read_field(kind: Any, raw: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError:
        for part in get_args(kind):
            if isinstance(part, type) and issubclass(part, Fields):
                return _read_field_by_field(part, _OBJECT.decode(raw))
        raise


def _parse_int(digits: str) -> float:
    return int(digits) if len(digits) < 19 else float(digits)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value.replace("\0", ""))
    elif isinstance(value, dict):
        return {_clean(name): _clean(part) for name, part in value.items()}
    elif isinstance(value, list):
        return [_clean(part) for part in value]
    else:
        return value
