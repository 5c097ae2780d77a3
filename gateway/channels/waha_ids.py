"""WAHA's names for messages, chats and times, brought to one form each."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from gateway.channels.inbound import ChatKind, Party, TimeProblem
from gateway.channels.waha_payloads import Number

_KEY_LIMIT = 200
_ADDRESS_LIMIT = 128
_NAME_LIMIT = 255
_EARLIEST_MS = 1_420_070_400_000  # 2015-01-01
_DAY_MS = 86_400_000
_SECONDS_LIMIT = 100_000_000_000  # more than this is milliseconds: GOWS mixes both up
_KINDS: dict[str, ChatKind] = {
    "c.us": "person",
    "lid": "person",
    "g.us": "group",
    "newsletter": "newsletter",
    "broadcast": "broadcast",
}


class MessageName(NamedTuple):
    """`{fromMe}_{chat}_{key}[_{participant}]`, taken apart; a bare id has its key only."""

    key: str | None
    chat: str | None = None
    from_me: bool | None = None
    participant: str | None = None


def message_name(id_: str | None) -> MessageName:
    """Take a message id apart; the key is equal for every form in which WAHA names the message."""
    pieces = (id_ or "").split("_", 3)
    if len(pieces) >= 3 and pieces[0] in ("true", "false"):
        participant = pieces[3] if len(pieces) == 4 and "@" in pieces[3] else None  # WEBJS: `_out` to oneself
        return MessageName(_bounded_key(pieces[2]), pieces[1], pieces[0] == "true", participant)
    elif id_ and len(pieces) == 1:
        return MessageName(_bounded_key(id_))
    else:
        return MessageName(None)


def party(address: str | None, alt: str | None = None, *, name: str | None = None) -> Party | None:
    """Whom an address names; `alt` is the engine's other name for the same person (phone or LID)."""
    known = _bounded(address)
    if known is None:
        return None
    phone, lid = known.phone, known.lid
    if alt and known.kind == "person" and (other := _bounded(alt)):
        phone, lid = phone or other.phone, lid or other.lid
    name = (name or "").strip()[:_NAME_LIMIT] or None
    return Party(address=known.address, kind=known.kind, phone=phone, lid=lid, name=name)


def time_ms(value: Number, *, now_ms: int) -> tuple[int | None, TimeProblem | None]:
    """Milliseconds of WAHA's time (seconds, float seconds, milliseconds or text), or what is wrong with it."""
    ms = milliseconds(value)
    if ms is None:
        return None, "missing"
    elif ms < _EARLIEST_MS or ms > now_ms + _DAY_MS:
        return None, "wild"
    else:
        return ms, None


def milliseconds(value: Number) -> int | None:
    """Unix milliseconds, whatever the unit was."""
    number = number_of(value)
    if number is None:
        return None
    return round(number if number > _SECONDS_LIMIT else number * 1000)


def number_of(value: Number) -> float | None:
    """A finite number, also out of text; anything else is none."""
    try:
        number = float(value) if value is not None else float("nan")
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e18 else None


def _bounded(address: str | None) -> _Known | None:
    return _known(address) if address and len(address) <= _ADDRESS_LIMIT else None


class _Known(NamedTuple):
    address: str
    kind: ChatKind
    phone: str | None
    lid: str | None


@lru_cache(maxsize=8192)
def _known(address: str) -> _Known | None:
    user, at, domain = address.partition("@")
    if not user or not at or not domain:
        return None
    domain = "c.us" if domain == "s.whatsapp.net" else domain
    kind: ChatKind = "status" if address == "status@broadcast" else _KINDS.get(domain, "unknown")
    if kind == "person":
        user = user.partition(":")[0]  # the device: `6281…:7@s.whatsapp.net`
    address = f"{user}@{domain}"
    is_number = user.isascii() and user.isdigit()
    phone = user if domain == "c.us" and is_number and 5 <= len(user) <= 20 else None
    return _Known(address, kind, phone, address if domain == "lid" and is_number else None)


def _bounded_key(key: str) -> str | None:
    return (key or None) if len(key) <= _KEY_LIMIT else "sha256:" + hashlib.sha256(key.encode()).hexdigest()
