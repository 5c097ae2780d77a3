"""Tickets for a socket: signed, short-lived, bound to one sign-in and one origin, and good on every node.

That a ticket is used once is kept in Redis, as far as Redis is there; that its sign-in still lives is asked of
PostgreSQL every time.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Literal
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from console.closes import Close

TICKET_S = 30
RETURN_S = 120

Kind = Literal["ticket", "return"]
_LIFE_S: dict[Kind, int] = {"ticket": TICKET_S, "return": RETURN_S}
_DIGEST = "sha256"
_DIGEST_BYTES = 32


class Ticket(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a ticket says, once its signature is found good."""

    kind: Kind
    nonce: str
    sign_in_id: UUID
    origin: str
    expires_at: float


class BadTicket(Exception):
    """A ticket that opens nothing, and the close code that says whether another one would."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Tickets:
    """Mints and reads tickets under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mint(self, sign_in_id: UUID, *, origin: str, kind: Kind, now: float) -> str:
        """A new ticket."""
        body = msgspec.json.encode(Ticket(kind, secrets.token_hex(12), sign_in_id, origin, now + _LIFE_S[kind]))
        return base64.urlsafe_b64encode(hmac.digest(self._key, body, _DIGEST) + body).decode()

    def read(self, text: str, *, origin: str, now: float) -> Ticket:
        """The ticket in this text, if it is ours, for this origin, and not too old."""
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadTicket(Close.NOT_AUTHENTICATED, "this is no ticket") from error
        signature, body = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if not hmac.compare_digest(signature, hmac.digest(self._key, body, _DIGEST)):
            raise BadTicket(Close.NOT_AUTHENTICATED, "this is no ticket")
        ticket = msgspec.json.decode(body, type=Ticket)
        if ticket.origin != origin:
            raise BadTicket(Close.NOT_AUTHENTICATED, "a ticket of another origin")
        if now >= ticket.expires_at:
            raise BadTicket(Close.TICKET, "the ticket is too old")
        return ticket


async def use_up(redis: Redis, prefix: str, ticket: Ticket) -> bool:
    """Whether this is the ticket's first use; with Redis away it is taken to be."""
    try:
        key = f"{prefix}ticket:{ticket.nonce}"
        return bool(await redis.set(key, b"1", nx=True, ex=_LIFE_S[ticket.kind]))
    except (RedisError, OSError, TimeoutError):
        return True
