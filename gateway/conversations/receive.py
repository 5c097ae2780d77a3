"""Receiving: what a provider told us, in durable rows, and one event for each change."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

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

_SUSPECT_AFTER = 3
_SUSPECT_S = 60.0
_MOST_SUSPECTS = 1_000
_STORED_CHATS = frozenset({"person", "group", "unknown"})


class StillFailing(GatewayError):
    """A webhook that is kept already was tried again, and cannot be stored."""


class Suspects:
    """Channels whose webhooks failed several times of late."""

    def __init__(self) -> None:
        self._failed: dict[UUID, list[float]] = {}

    def note(self, waha_session_id: UUID) -> None:
        """One of this channel's webhooks has failed."""
        times = self._failed.pop(waha_session_id, [])
        self._failed[waha_session_id] = [*times[1 - _SUSPECT_AFTER :], time.monotonic()]
        if len(self._failed) > _MOST_SUSPECTS:
            del self._failed[next(iter(self._failed))]

    def __contains__(self, waha_session_id: UUID) -> bool:
        if not self._failed:
            return False
        times = self._failed.get(waha_session_id, [])
        return len(times) == _SUSPECT_AFTER and times[0] > time.monotonic() - _SUSPECT_S


class Receiver:
    """The way in of one process: two lanes, one for messages and one for what only names a message."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._messages = Lane(runtime, "receive", write=ingest.ingest, give_up=self._bury)
        self._receipts = Lane(runtime, "receipt", write=ingest.ingest_receipts, give_up=self._bury)
        # What keeps failing is tried piece by piece, and must not hold up anybody else meanwhile.
        self._suspects = Suspects()
        self._suspect_messages = Lane(runtime, "receive", write=ingest.ingest, give_up=self._bury)
        self._suspect_receipts = Lane(runtime, "receipt", write=ingest.ingest_receipts, give_up=self._bury)
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
        self.counts[type(fact).__name__] += 1
        # Looking at the type itself: `isinstance` of a struct goes through its metaclass, ten times as slow.
        if type(fact) is Inbound and fact.chat.kind in _STORED_CHATS:
            is_suspect = arrival.endpoint.waha_session_id in self._suspects
            lane = self._suspect_messages if is_suspect else self._messages
            await lane.put(message_row(arrival, parsed, fact, is_released=is_released))
        elif isinstance(fact, Typing):
            typists.show(self._runtime, arrival.endpoint, fact)
        elif isinstance(fact, Status):
            await connection_status.note(self._runtime, arrival, parsed, fact)
        else:
            is_suspect = arrival.endpoint.waha_session_id in self._suspects
            lane = self._suspect_receipts if is_suspect else self._receipts
            await lane.put(_row(arrival, parsed))

    async def stop(self) -> None:
        """Commit what waits."""
        lanes = (self._messages, self._receipts, self._suspect_messages, self._suspect_receipts)
        await asyncio.gather(*(lane.stop() for lane in lanes))

    async def _bury(self, row: Row, error: Exception) -> None:
        if row[0] is None:
            raise StillFailing(repr(error)) from error
        self.counts["failed"] += 1
        self._suspects.note(row[1])
        log.error(
            "a webhook could not be stored, its body is kept", webhook=str(row[0]), kind=row[5], error=repr(error)
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


def _row(arrival: Arrival, parsed: Parsed) -> Row:
    """The row of what names a message by its key; or of what is only kept, which names none."""
    match parsed.fact:
        case Receipt() as fact if fact.from_me and fact.chat.kind in _STORED_CHATS:
            return receipt_row(arrival, parsed, fact)
        case Reaction() | Edit() | Revoke() | PollVote() as fact if fact.chat.kind in _STORED_CHATS:
            return note_row(arrival, parsed, fact)
        case _:
            return unused_row(arrival, parsed, _why(parsed))


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
