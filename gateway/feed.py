"""A contiguous, resumable view of each organization's log on this node: ring, hints, range reads, head checks.

Whoever follows is told every event once and in order, whatever Redis does. Events come by hint; what a hint did not
bring is read from the table; and once a second the heads are compared, so that nothing stays unnoticed.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal, Protocol
from uuid import UUID

from gateway import logs
from gateway.clock import now_ms
from gateway.errors import GatewayError, Unavailable
from gateway.ids import time_ms
from gateway.log_reader import CHUNK, LogReader
from gateway.ring import GAP_S, MOST_FRAMES, Diverged, Follower
from gateway.stream import Frame, Hint, Position
from gateway.tasks import Tasks
from gateway.transaction import Doors

MOST_BEHIND = 10_000
SWEEP_S = 1.0
SWEEP_CHUNK = 1_000
LINGER_S = 60.0

Why = Literal["too_old", "diverged", "access", "overflow"]

log = logs.get(__name__)


class Reset(Exception):
    """The follower's position cannot be continued: it needs a new snapshot."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Listener(Protocol):
    """Who is told, in the loop and without waiting, what happens in an organization."""

    def passed(self, frames: list[Frame], /) -> None:
        """The log went on by these frames."""

    def was_reset(self, why: Why, /) -> None:
        """The log is not the one that was followed; every position of it is void."""

    def whispered(self, body: bytes, /) -> None:
        """An ephemeral frame has come."""


class Feed:
    """The logs that somebody on this node follows."""

    def __init__(self, doors: Doors) -> None:
        self._bus = doors.bus
        self._reader = LogReader(doors)
        self._channels: dict[UUID, _Channel] = {}
        self._reads: dict[tuple[UUID, Position], asyncio.Task[list[Frame]]] = {}
        self._sweep_now = asyncio.Event()
        self._tasks = Tasks("feed")

    def start(self) -> None:
        """Begin to compare heads once a second."""
        self._tasks.keep(self._sweep_for_ever)

    async def stop(self) -> None:
        """End every read."""
        await self._tasks.stop()

    async def join(self, organization_id: UUID, listener: Listener) -> Position:
        """Tell this listener everything after the position that is returned."""
        channel, follower = await self._primed(organization_id)
        channel.listeners.add(listener)
        return follower.head

    def leave(self, organization_id: UUID, listener: Listener) -> None:
        """Tell this listener no more. The ring stays warm for a while, for those who come back."""
        if channel := self._channels.get(organization_id):
            channel.listeners.discard(listener)
            channel.idle_since = _now()

    def head(self, organization_id: UUID) -> Position | None:
        """Where the log ends, as far as this node knows; None if nobody here follows it."""
        channel = self._channels.get(organization_id)
        return channel.follower.head if channel and channel.follower else None

    async def read(self, organization_id: UUID, since: Position) -> list[Frame]:
        """Some of the frames that follow `since`, or none when `since` is where the log ends.

        Nothing is awaited between finding the end and returning, so the caller may go live at once. Raises `Reset`
        when `since` is not a position of this log, or too far behind.
        """
        while True:
            channel, follower = await self._primed(organization_id)
            try:
                frames = follower.ring.after(since)
            except Diverged as error:
                raise Reset("diverged") from error
            if frames is not None:
                return frames[:CHUNK]
            if since.s > follower.head.s:
                await self._look_ahead(channel, follower, since)
            elif follower.head.s - since.s > MOST_BEHIND:
                raise Reset("overflow")
            else:
                older = await self._read_older(channel, since)
                # No further than the ring's end: what lies beyond comes to the listeners as news.
                if within := [frame for frame in older if frame.s <= follower.head.s]:
                    return within
                raise Reset("diverged")

    # What the bus tells.

    def hinted(self, organization_id: UUID, hint: Hint) -> None:
        """Take a hint."""
        channel = self._channels.get(organization_id)
        if channel is None:
            return
        if channel.follower is None:
            del channel.early[: -MOST_FRAMES + 1]
            channel.early.append(hint)
        else:
            self._take(channel, channel.follower, hint)

    def whispered(self, organization_id: UUID, body: bytes) -> None:
        """Take an ephemeral frame."""
        if channel := self._channels.get(organization_id):
            for listener in tuple(channel.listeners):
                listener.whispered(body)

    def reconnected(self) -> None:
        """Compare heads at once: hints may have been lost."""
        self._sweep_now.set()

    # Following.

    def _take(self, channel: _Channel, follower: Follower, hint: Hint) -> None:
        passed = follower.offer(hint.frames, _now())
        if not hint.frames:
            follower.expect(hint.head, _now())
        channel.pass_on(passed)
        self._watch_gap(channel, follower)

    def _watch_gap(self, channel: _Channel, follower: Follower) -> None:
        if follower.has_gap and channel.watch is None:
            channel.watch = asyncio.get_running_loop().call_later(GAP_S, self._fill_if_due, channel, follower)

    def _fill_if_due(self, channel: _Channel, follower: Follower) -> None:
        channel.watch = None
        if channel.follower is not follower or channel.filling is not None:
            return
        if follower.gap_is_due(_now() + 0.001):
            self._start_filling(channel, follower)
        else:
            self._watch_gap(channel, follower)

    def _start_filling(self, channel: _Channel, follower: Follower) -> asyncio.Task[None]:
        if channel.filling is None:
            channel.filling = self._tasks.start(self._fill(channel, follower))
        return channel.filling

    async def _fill(self, channel: _Channel, follower: Follower) -> None:
        try:
            while follower.has_gap and channel.follower is follower:
                target = follower.target
                since = follower.head
                frames = await self._reader.range(channel.organization_id, since)
                if channel.follower is not follower:
                    return
                channel.pass_on(follower.fill(frames, _now(), since=since))
                if len(frames) <= CHUNK and follower.target == target:
                    follower.caught_up()
        except Diverged:
            self._reset(channel)
        except GatewayError as error:
            log.warning("a gap in the log is not filled yet", error=str(error))
        finally:
            channel.filling = None

    def _reset(self, channel: _Channel) -> None:
        log.warning("the log is not the one that was followed", organization_id=str(channel.organization_id))
        channel.follower = None
        for listener in tuple(channel.listeners):
            listener.was_reset("diverged")
        self._prime(channel)

    # Priming.

    async def _primed(self, organization_id: UUID) -> tuple[_Channel, Follower]:
        channel = self._channels.get(organization_id)
        if channel is None:
            channel = self._channels[organization_id] = _Channel(organization_id)
        channel.idle_since = _now()
        while channel.follower is None:
            await asyncio.shield(self._prime(channel))
        return channel, channel.follower

    def _prime(self, channel: _Channel) -> asyncio.Task[None]:
        if channel.priming is None:
            channel.priming = self._tasks.start(self._fill_ring(channel))
        return channel.priming

    async def _fill_ring(self, channel: _Channel) -> None:
        # Subscribe, then read: what is committed meanwhile comes as a hint, and waits.
        try:
            await self._bus.subscribe(channel.organization_id)
            follower = channel.follower = _follow(*await self._reader.tail(channel.organization_id))
            early, channel.early = channel.early, []
            for hint in early:
                self._take(channel, follower, hint)
        finally:
            channel.priming = None

    # Reading for one who is behind, or ahead.

    async def _read_older(self, channel: _Channel, since: Position) -> list[Frame]:
        frames = await self._read_shared(channel.organization_id, since)
        if since.s == 0 and frames and frames[0].s == 1:
            return frames
        if frames and frames[0].position == since:
            return frames[1:]
        raise Reset("diverged" if frames and frames[0].s == since.s else "too_old")

    async def _read_shared(self, organization_id: UUID, since: Position) -> list[Frame]:
        key = (organization_id, since)
        task = self._reads.get(key)
        if task is None:
            task = self._reads[key] = self._tasks.start(self._reader.range(organization_id, since))
            task.add_done_callback(lambda _: self._reads.pop(key, None))
        return await asyncio.shield(task)

    async def _look_ahead(self, channel: _Channel, follower: Follower, since: Position) -> None:
        # The client heard of more than this node has: either a hint is on its way, or the log was set back.
        head = await self._reader.head(channel.organization_id)
        if since.s > head.s:
            raise Reset("diverged")
        follower.expect(head, _now())
        await asyncio.shield(self._start_filling(channel, follower))
        if channel.follower is follower and since.s > follower.head.s:
            raise Unavailable("The event log cannot be read now", retry_after_s=1)

    # Comparing heads.

    async def _sweep_for_ever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._sweep_now.wait(), SWEEP_S)
            self._sweep_now.clear()
            self._forget_idle()
            try:
                await self._sweep()
            except GatewayError as error:
                log.warning("the heads of the logs are not compared", error=str(error))

    def _forget_idle(self) -> None:
        for channel in list(self._channels.values()):
            if not channel.listeners and channel.priming is None and _now() - channel.idle_since > LINGER_S:
                del self._channels[channel.organization_id]
                self._tasks.start(self._bus.unsubscribe(channel.organization_id))

    async def _sweep(self) -> None:
        channels = list(self._channels.values())
        for channel in channels:
            if channel.follower is None and channel.listeners:
                self._prime(channel)
        for start in range(0, len(channels), SWEEP_CHUNK):
            await self._compare(channels[start : start + SWEEP_CHUNK])

    async def _compare(self, channels: list[_Channel]) -> None:
        before = [(channel, channel.follower, channel.follower.head) for channel in channels if channel.follower]
        if not before:
            return
        heads = await self._reader.heads([channel.organization_id for channel, _, _ in before])
        for channel, follower, was in before:
            if channel.follower is follower:
                self._meet(channel, follower, was=was, found=heads[channel.organization_id])

    def _meet(self, channel: _Channel, follower: Follower, *, was: Position, found: Position) -> None:
        # `found` may be older than our head, if a hint came while the query ran; then our ring knows that position.
        known = follower.ring.at(found.s)
        if found.s < was.s or (known is not None and known != found):
            self._reset(channel)
        else:
            follower.expect(found, _now())
            self._watch_gap(channel, follower)


class _Channel:
    """One organization on this node."""

    def __init__(self, organization_id: UUID) -> None:
        self.organization_id = organization_id
        self.follower: Follower | None = None
        self.listeners: set[Listener] = set()
        self.early: list[Hint] = []
        self.watch: asyncio.TimerHandle | None = None
        self.priming: asyncio.Task[None] | None = None
        self.filling: asyncio.Task[None] | None = None
        self.idle_since = 0.0

    def pass_on(self, frames: list[Frame]) -> None:
        """Tell everyone who listens."""
        if frames:
            for listener in tuple(self.listeners):
                listener.passed(frames)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _follow(head: Position, tail: list[Frame]) -> Follower:
    # The oldest frame of the tail is only the foot that the ring stands on: its own predecessor is not known.
    if not tail or tail[-1].position != head:
        return Follower(head)
    follower = Follower(tail[0].position)
    wall_ms, now = now_ms(), _now()
    for frame in tail[1:]:
        follower.ring.append(frame, now - max(0.0, (wall_ms - time_ms(frame.id)) / 1000))
    return follower
