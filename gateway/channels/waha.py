"""WhatsApp over WAHA: whether a webhook is signed, and what it says.

    {"id": "evt_01k…", "event": "message.any", "session": "shop", "timestamp": 1767225600000, "engine": "NOWEB",
     "me": {"id": "628110000001@c.us"}, "payload": {"id": "false_628120000002@c.us_3A01", "fromMe": false,
     "timestamp": 1767225600, "body": "Is it in stock?", "hasMedia": false, "ack": 2, "_data": {…}}}

One reader serves GOWS, NOWEB, WEBJS and WPP: it goes by the shape, not by the engine's name.
"""

from __future__ import annotations

import hmac

import msgspec

from gateway.channels.inbound import AnyFact, Ignored, Inbound, Me, Parsed
from gateway.channels.waha_facts import READERS, Clock
from gateway.channels.waha_ids import milliseconds, party
from gateway.channels.waha_payloads import Envelope, MeBody, MessageBody, mend, read
from gateway.errors import BadRequest

_UNUSED = frozenset(
    {
        "chat.archive",
        "engine.event",
        "event.response",
        "event.response.failed",
        "group.join",
        "group.leave",
        "group.v2.join",
        "group.v2.leave",
        "group.v2.participants",
        "group.v2.participants.join-request",
        "group.v2.update",
        "label.chat.added",
        "label.chat.deleted",
        "label.deleted",
        "label.upsert",
        "state.change",
    }
)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def verify(raw: bytes, header: str | bytes | None, key: str | bytes) -> bool:
    """Whether `X-Webhook-Hmac` is the hex HMAC-SHA512 of the raw body; compared in constant time."""
    if not header or not key:
        return False
    secret = key.encode() if isinstance(key, str) else key
    given = header.encode("utf-8", "surrogatepass") if isinstance(header, str) else header
    return hmac.compare_digest(hmac.digest(secret, raw, "sha512").hex().encode(), given.strip().lower())


def parse(raw: bytes, *, now_ms: int) -> Parsed:
    """Read one webhook body; only what is no JSON object raises (BadRequest), everything odd inside is read around."""
    try:
        return _parse(mend(raw) if b"\\u0000" in raw else raw, now_ms)
    except msgspec.DecodeError:
        return _parse_mended(raw, now_ms)
    except (UnicodeDecodeError, RecursionError) as problem:
        raise BadRequest("The body is not UTF-8, or nested too deeply", code="bad_json") from problem


def read_messages(raw: bytes, *, now_ms: int) -> list[Inbound]:
    """The messages of WAHA's history endpoint, read as the webhook's are; what is no message is left out."""
    try:
        items = _LIST.decode(mend(raw))
        facts = [READERS["message.any"][1](read(MessageBody, item), Clock(now_ms, None)) for item in items]
    except (msgspec.DecodeError, RecursionError) as problem:
        raise BadRequest("WAHA's history is not a list that can be read", code="bad_json") from problem
    return [fact for fact in facts if isinstance(fact, Inbound)]


def _parse_mended(raw: bytes, now_ms: int) -> Parsed:
    """JavaScript cuts emoji in half and sends the halves as lone surrogates: legal there, and refused by msgspec."""
    try:
        return _parse(mend(raw), now_ms)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise BadRequest("The body is not a JSON object that can be read", code="bad_json") from problem


def _parse(raw: bytes, now_ms: int) -> Parsed:
    if raw.lstrip(b" \t\r\n")[:1] != b"{":
        raise BadRequest("The body is not a JSON object", code="bad_json")
    envelope = read(Envelope, raw)
    environment = envelope.environment
    engine = envelope.engine or (environment.engine if environment else None)
    return Parsed(
        event_id=_short(envelope.id, 100),
        event=_short(envelope.event, 60) or "",
        session=_short(envelope.session, 100),
        engine=_short(engine, 10),
        version=_short(environment.version if environment else None, 40),
        at_ms=milliseconds(envelope.timestamp),
        me=_me(envelope.me),
        fact=_fact(envelope, now_ms),
    )


def _fact(envelope: Envelope, now_ms: int) -> AnyFact:
    event = envelope.event or ""
    if (reader := READERS.get(event)) is not None:
        kind, tell = reader
        return tell(read(kind, envelope.payload), Clock(now_ms, envelope.timestamp))
    elif event in _UNUSED:
        return Ignored(why=f"not used here: {event}")
    else:
        return Ignored(why=f"unknown event: {event[:60]}")


def _me(body: MeBody | None) -> Me | None:
    account = party(body.id, body.lid, name=body.push_name) if body else None
    if account is None:
        return None
    return Me(address=account.address, phone=account.phone, lid=account.lid, name=account.name)


def _short(text: str | None, limit: int) -> str | None:
    return text[:limit] if text else None
