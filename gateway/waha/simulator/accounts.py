"""A WAHA session: the account's configuration, status, and what has been said on it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Literal

import msgspec

from gateway.waha.simulator.messages import History, Message

Engine = Literal["GOWS", "NOWEB", "WEBJS"]
EVERYTHING = "*"
_NEVER_BY_STAR = ("engine.event", "state.change")


class Hmac(msgspec.Struct, kw_only=True):
    """The key that signs a webhook."""

    key: str | None = None


class Retries(msgspec.Struct, kw_only=True, rename="camel"):
    """How often, and how long apart, a failed webhook is sent again."""

    policy: Literal["constant", "linear", "exponential"] = "constant"
    delay_seconds: float = 2
    attempts: int = 15


class CustomHeader(msgspec.Struct, kw_only=True):
    """A header that the operator wants on each webhook."""

    name: str
    value: str


class Webhook(msgspec.Struct, kw_only=True, rename="camel"):
    """Where the events of a session go."""

    url: str
    events: list[str]
    hmac: Hmac | None = None
    retries: Retries | None = None
    custom_headers: list[CustomHeader] | None = None

    def wants(self, event: str) -> bool:
        """Whether it has subscribed to this kind of event."""
        return event in self.events or (EVERYTHING in self.events and event not in _NEVER_BY_STAR)


class _Config(msgspec.Struct, kw_only=True):
    webhooks: list[Webhook] | None = None
    metadata: dict[str, str] | None = None


class Account:
    """One session of WAHA, which is one WhatsApp account."""

    def __init__(self, name: str, *, engine: Engine, phone: str, push_name: str) -> None:
        self.name = name
        self.engine: Engine = engine
        self.phone = phone
        self.push_name = push_name
        self.status = "STOPPED"
        self._turned = asyncio.Event()
        self.statuses: list[dict[str, Any]] = []
        self.is_paired = False
        self.history = History()
        # What customers wrote while the account was not connected; WhatsApp hands it over afterwards.
        self.backlog: list[Message] = []
        self.presence: str | None = None
        self.activity_ms: int | None = None
        self.config: dict[str, Any] | None = None
        self.webhooks: list[Webhook] = []
        self.metadata: dict[str, str] = {}

    def configure(self, config: dict[str, Any] | None) -> None:
        """Take a whole configuration; raises msgspec.ValidationError where WAHA answers 400."""
        read = msgspec.convert(config or {}, _Config, strict=False)
        self.config = config
        self.webhooks = read.webhooks or []
        self.metadata = read.metadata or {}

    def turn(self, status: str, at_ms: int) -> None:
        """Go to another status; WAHA keeps the last three."""
        self.status = status
        self.statuses = [*self.statuses, {"status": status, "timestamp": at_ms}][-3:]
        self._turned.set()
        self._turned = asyncio.Event()

    async def reach(self, status: str, timeout_s: float) -> bool:
        """Wait a while for a status; the answer is whether it came."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self.status != status:
                    await self._turned.wait()
        return self.status == status

    @property
    def me(self) -> dict[str, Any] | None:
        """Who the account is, as this engine says it; nothing before pairing."""
        if not self.is_paired:
            return None
        me = {"id": f"{self.phone}@c.us", "pushName": self.push_name}
        if self.engine == "WEBJS":
            return me
        me["lid"] = f"{int(self.phone) * 3 % 10**11}@lid"
        return me if self.engine == "NOWEB" else {**me, "jid": f"{self.phone}:7@s.whatsapp.net"}

    @property
    def keeps_messages(self) -> bool:
        """Whether history can be asked for: NOWEB keeps it only when its store is on."""
        noweb = (self.config or {}).get("noweb") or {}
        return self.engine != "NOWEB" or bool((noweb.get("store") or {}).get("enabled"))
