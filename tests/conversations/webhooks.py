"""WAHA's webhooks for tests: bodies of a made-up shop's customers, signed and delivered over real HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import msgspec

from gateway.events import AnyEvent
from tests.databases import Database
from tests.serving import Served
from tests.world import Tenant

_numbers = itertools.count(1)


def signed(raw: bytes, key: str) -> dict[str, str]:
    """The headers that WAHA sends."""
    return {
        "content-type": "application/json",
        "x-webhook-hmac": hmac.new(key.encode(), raw, hashlib.sha512).hexdigest(),
        "x-webhook-hmac-algorithm": "sha512",
        "x-webhook-request-id": f"request-{next(_numbers)}",
    }


def envelope(event: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One event of the session `default`."""
    return {
        "id": f"evt_{next(_numbers):026d}",
        "timestamp": int(time.time() * 1000),
        "event": event,
        "session": "default",
        "me": {"id": "628110000001@c.us", "pushName": "Shop"},
        "payload": payload,
        "engine": "NOWEB",
    } | more


def message(
    key: str,
    text: str | None = "hello",
    *,
    chat: str = "628120000002@c.us",
    alt: str | None = None,
    at: float | None = None,
    from_me: bool = False,
    name: str = "Ana",
    participant: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The payload of a message as NOWEB tells it."""
    name_of = f"{str(from_me).lower()}_{chat}_{key}" + (f"_{participant}" if participant else "")
    return {
        "id": name_of,
        "timestamp": int(time.time() if at is None else at),
        "from": chat,
        "fromMe": from_me,
        "source": "app",
        "body": text,
        "participant": participant,
        "hasMedia": False,
        "ack": 1 if from_me else 2,
        "_data": {"key": {"remoteJidAlt": alt} if alt else {}, "pushName": name},
    } | more


def arrives(key: str, text: str | None = "hello", *, event: str = "message.any", **more: Any) -> dict[str, Any]:
    """A whole webhook that tells a message."""
    return envelope(event, message(key, text, **more))


def ack(key: str, level: int, *, chat: str = "628120000002@c.us") -> dict[str, Any]:
    """A whole webhook that tells how far a message of ours has come."""
    return envelope("message.ack", {"id": f"true_{chat}_{key}", "from": chat, "fromMe": True, "ack": level})


def edit(key: str, text: str, *, own_key: str = "3AED1T", at: float | None = None, **more: Any) -> dict[str, Any]:
    """A whole webhook that tells the new text of a message."""
    return envelope("message.edited", message(own_key, text, at=at, **more) | {"editedMessageId": key})


def revoke(key: str, *, own_key: str = "3ADE1", **more: Any) -> dict[str, Any]:
    """A whole webhook that tells that a message was deleted for everyone."""
    after = message(own_key, None, **more)
    return envelope("message.revoked", {"before": None, "after": after, "revokedMessageId": key})


def reaction(
    key: str,
    emoji: str,
    *,
    on_ours: bool = False,
    chat: str = "628120000002@c.us",
    at: float | None = None,
    participant: str | None = None,
    from_me: bool = False,
    event_ms: int | None = None,
) -> dict[str, Any]:
    """A whole webhook that tells an emoji on a message; the empty one takes it back."""
    payload = message("3A4EAC", None, chat=chat, at=at, participant=participant, from_me=from_me)
    target = f"{str(on_ours).lower()}_{chat}_{key}"
    told = envelope("message.reaction", payload | {"reaction": {"text": emoji, "messageId": target}})
    return told if event_ms is None else told | {"timestamp": event_ms}


def vote(key: str, options: list[str], *, chat: str = "628120000002@c.us") -> dict[str, Any]:
    """A whole webhook that tells what somebody chose in a poll."""
    voter = {"id": f"false_{chat}_3AB07E", "from": chat, "fromMe": False, "timestamp": int(time.time())}
    poll = {"id": f"true_{chat}_{key}", "fromMe": True}
    return envelope("poll.vote", {"vote": voter | {"selectedOptions": options}, "poll": poll})


@dataclass
class Line:
    """A provider's line to the gateway, and what came of it in the database."""

    served: Served
    database: Database
    tenant: Tenant
    http: aiohttp.ClientSession
    answers: list[int] = field(default_factory=list)

    async def post(self, body: dict[str, Any] | bytes, *, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Deliver one webhook; the status and the decoded answer."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        url = f"{self.served.url}/webhooks/waha/{self.tenant.webhook_token}"
        headers = signed(raw, self.tenant.hmac_key) if headers is None else headers
        async with self.http.post(url, data=raw, headers=headers, allow_redirects=False) as answer:
            self.answers.append(answer.status)
            return answer.status, msgspec.json.decode(await answer.read())

    async def deliver(self, *bodies: dict[str, Any]) -> None:
        """Deliver these one after the other; each is accepted."""
        for body in bodies:
            assert await self.post(body) == (200, {"accepted": 1})

    async def deliver_at_once(self, *bodies: dict[str, Any]) -> None:
        """Deliver these all at once; each is accepted."""
        assert set(await asyncio.gather(*(self._status(body) for body in bodies))) == {200}

    async def _status(self, body: dict[str, Any]) -> int:
        return (await self.post(body))[0]

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the owner reads in the database."""
        connection = await asyncpg.connect(self.database.owner_url)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def messages(self) -> list[asyncpg.Record]:
        """All messages of the tenant, in order."""
        return await self.rows(
            "SELECT m.*, c.channel_user_id FROM messages m JOIN chat_sessions s ON s.id = m.session_id"
            " JOIN customers c ON c.id = s.customer_id WHERE m.organization_id = $1 ORDER BY m.session_id, m.seq",
            self.tenant.organization_id,
        )

    async def message(self) -> asyncpg.Record:
        """The only message there is."""
        [only] = await self.messages()
        return only

    async def session(self) -> asyncpg.Record:
        """The only session there is."""
        [only] = await self.rows("SELECT * FROM chat_sessions WHERE organization_id = $1", self.tenant.organization_id)
        return only

    async def frames(self) -> list[Frame]:
        """The log, decoded strictly."""
        rows = await self.rows(
            "SELECT seq, id, type, session_id, body FROM events WHERE organization_id = $1 ORDER BY seq",
            self.tenant.organization_id,
        )
        return [Frame.read(row) for row in rows]

    async def events(self) -> list[AnyEvent]:
        """What the log says."""
        return [frame.event for frame in await self.frames()]


@dataclass(frozen=True)
class Frame:
    """A frame of the log."""

    seq: int
    id: UUID
    type: str
    session_id: UUID | None
    event: AnyEvent

    @classmethod
    def read(cls, row: asyncpg.Record) -> Frame:
        """Decode a row of the log; a field too many or too few fails."""
        body = msgspec.json.decode(row["body"], type=_Wire)
        assert (body.s, body.id, body.t) == (row["seq"], row["id"], row["type"])
        event: AnyEvent = _event.decode(b'{"t":"%b",%b' % (body.t.encode(), bytes(body.d)[1:]))
        return cls(row["seq"], row["id"], row["type"], row["session_id"], event)


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    t: str
    s: int
    id: UUID
    at: str
    d: msgspec.Raw


_event: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
