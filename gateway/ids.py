"""Ids: UUIDv7 for what we make, a function of the message for what a provider made."""

from __future__ import annotations

import hashlib
from uuid import UUID

import uuid_utils.compat

_TAIL_BITS = 74


def new_id() -> UUID:
    """A new UUIDv7, monotonic within this process."""
    return uuid_utils.compat.uuid7()


def message_id(channel_config_id: UUID, direction: str, external_key: str, *, sent_at_ms: int) -> UUID:
    """The id that this provider message has for ever: its time in ms, then a hash of what names it.

    Two deliveries of one message, under whatever event id or chat id, give the same UUIDv7, so the primary key
    alone makes ingest idempotent. `external_key` is the provider's bare message key.
    """
    named = f"{channel_config_id}:{direction}:{external_key}".encode("utf-8", "surrogatepass")
    tail = int.from_bytes(hashlib.sha256(named).digest(), "big") >> (256 - _TAIL_BITS)
    rand_a, rand_b = tail >> 62, tail & ((1 << 62) - 1)
    return UUID(int=(sent_at_ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def time_ms(id_: UUID) -> int:
    """The Unix milliseconds that a UUIDv7 begins with."""
    return id_.int >> 80
