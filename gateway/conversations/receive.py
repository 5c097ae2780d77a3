"""Receiving: what a provider told us, in durable rows, and one event for each change."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from gateway import clock, logs
from gateway.channels import waha
from gateway.channels.inbound import (
    Call,
    Edit,
    Ignored,
    Inbound,
    Parsed,
    PollVote,
    Reaction,
    Receipt,
    Revoke,
    Status,
    Typing,
)
from gateway.conversations import connection_status, typists
from gateway.conversations.arrivals import (
    Arrival,
    Row,
    message_row,
    new_arrival,
    note_row,
    receipt_row,
    unused_row,
)
from gateway.conversations.endpoints import Endpoint
from gateway.conversations.lane import Lane
from gateway.errors import BadRequest, GatewayError, Unavailable
from orm.connection import AWAY
from orm.conversations import ingest

if TYPE_CHECKING:
    from gateway.runtime import Runtime

log = logs.get(__name__)

_STORED_CHATS = frozenset({"person", "group", "unknown"})


class StillFailing(GatewayError):
    """A webhook that is kept already was tried again, and cannot be stored."""


class Receiver:
    """The way in of one process: two lanes, one for messages and one for what only names a message."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._messages = Lane(runtime, "receive", write=ingest.ingest, give_up=self._bury)
        self._receipts = Lane(runtime, "receipt", write=ingest.ingest_receipts, give_up=self._bury)
        self.counts: Counter[str] = Counter()

    async def receive(self, endpoint: Endpoint, raw: bytes, *, request_id: str | None = None) -> int:
        """Read a webhook whose signature was checked, and come back when what it says is committed."""
        arrival = new_arrival(endpoint, raw, request_id=request_id, received_ms=clock.now_ms())
        try:
            parsed = waha.parse(raw, now_ms=arrival.received_ms)
        except BadRequest as error:
            await self._keep_failed(unused_row(arrival, _UNREADABLE, ""), error)
            raise
        await self.dispatch(arrival, parsed)
        return 1

    async def dispatch(self, arrival: Arrival, parsed: Parsed, *, is_released: bool = False) -> None:
        """Act on a fact, and come back when it is committed."""
        fact = parsed.fact
        match fact:
            case Inbound() if fact.chat.kind in _STORED_CHATS:
                await self._messages.put(message_row(arrival, parsed, fact, is_released=is_released))
            case Receipt() if fact.from_me and fact.chat.kind in _STORED_CHATS:
                await self._receipts.put(receipt_row(arrival, parsed, fact))
            case Reaction() | Edit() | Revoke() | PollVote() if fact.chat.kind in _STORED_CHATS:
                await self._receipts.put(note_row(arrival, parsed, fact))
            case Typing():
                typists.show(self._runtime, arrival.endpoint, fact)
            case Status():
                await connection_status.note(self._runtime, arrival, parsed, fact)
            case _:
                await self._receipts.put(unused_row(arrival, parsed, _why(parsed)))
        self.counts[type(fact).__name__] += 1

    async def stop(self) -> None:
        """Commit what waits."""
        await asyncio.gather(self._messages.stop(), self._receipts.stop())

    async def _bury(self, row: Row, error: Exception) -> None:
        if row[0] is None:
            raise StillFailing(repr(error)) from error
        self.counts["failed"] += 1
        log.error(
            "a webhook could not be stored, its body is kept", webhook=str(row[0]), event=row[5], error=repr(error)
        )
        await self._keep_failed(row, error)

    async def _keep_failed(self, row: Row, error: Exception) -> None:
        try:
            async with self._runtime.pool.acquire(timeout=5.0) as connection:
                await ingest.keep_failed_webhook(connection, row[:10], error=f"{type(error).__name__}: {error}"[:2000])
        except AWAY as away:
            raise Unavailable("The gateway cannot store webhooks just now", retry_after_s=2) from away


_UNREADABLE = Parsed(
    event_id=None,
    event="unreadable",
    session=None,
    engine=None,
    version=None,
    at_ms=None,
    me=None,
    fact=Ignored(why="unreadable"),
)


def _why(parsed: Parsed) -> str:
    match parsed.fact:
        case Ignored(why=why):
            return why
        case Receipt():
            return "a receipt of a message that is not ours"
        case Call(state=state):
            return f"a call was {state}"
        case _:
            return "not a conversation: a story, a channel or a list"
