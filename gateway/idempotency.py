"""Idempotency keys: a durable write that is asked for twice under one key is done once."""

from __future__ import annotations

import hashlib
from uuid import UUID

import msgspec

from gateway.errors import Invalid
from gateway.transaction import TenantTx
from orm.relay import idempotency

LONGEST_KEY = 255


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """A caller's key, and a fingerprint of what was asked for under it."""

    key: str
    request_hash: str


def once(key: str | None, *asked: bytes) -> Once | None:
    """The key of a request, if it brought one; `asked` is the path and the body."""
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters", code="bad_idempotency_key")
    return Once(key=key, request_hash=hashlib.sha256(b"\0".join(asked)).hexdigest())


async def recall(tx: TenantTx, asked: Once) -> UUID | None:
    """Take the key for this transaction; if it was used, what it made, provided that the same was asked for.

    Two requests with one key wait for each other here, before they lock anything else.
    """
    found = await idempotency.take(tx.connection, tx.organization_id, asked.key, asked.request_hash)
    if found is None:
        return None
    if found.request_hash != asked.request_hash:
        raise Invalid("This Idempotency-Key was used for another request", code="idempotency_key_reused")
    return found.made_id


async def remember(tx: TenantTx, asked: Once, made_id: UUID) -> None:
    """Note what was made under the key."""
    await idempotency.note(tx.connection, tx.organization_id, asked.key, made_id)
