"""The newest part of one organization's log in memory, and what must be true before a hint may join it.

Pure: frames in, frames out, the clock passed in. Who reads PostgreSQL, and when, is the feed's business.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice

from gateway.stream import Frame, Position

MOST_FRAMES = 1_000
MOST_BYTES = 1024 * 1024
MOST_AGE_S = 600.0
GAP_S = 0.05


class Diverged(Exception):
    """Somebody stands at a position that this log never had."""


class Ring:
    """The frames after `base`, up to `head`, within limits of number, bytes and age."""

    def __init__(self, head: Position) -> None:
        self.base = head
        self.head = head
        self._frames: deque[tuple[float, Frame]] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._frames)

    def append(self, frame: Frame, now: float) -> None:
        """Take the frame that follows `head`, and forget what is over a limit."""
        self._frames.append((now, frame))
        self._bytes += len(frame.body)
        self.head = frame.position
        while len(self._frames) > MOST_FRAMES or self._bytes > MOST_BYTES:
            self._forget()
        self.expire(now)

    def expire(self, now: float) -> None:
        """Forget frames over the age limit."""
        while self._frames and now - self._frames[0][0] > MOST_AGE_S:
            self._forget()

    def after(self, since: Position) -> list[Frame] | None:
        """The frames that follow `since`, or None where only the table can tell; raises if `since` never was."""
        if not self.base.s <= since.s <= self.head.s:
            return None
        if self.at(since.s) != since:
            raise Diverged
        return [frame for _, frame in islice(self._frames, since.s - self.base.s, None)]

    def at(self, s: int) -> Position | None:
        """The position with this number, as far as it is remembered."""
        if s == self.base.s:
            return self.base
        index = s - self.base.s - 1
        return self._frames[index][1].position if 0 <= index < len(self._frames) else None

    def _forget(self) -> None:
        _, frame = self._frames.popleft()
        self._bytes -= len(frame.body)
        self.base = frame.position


class Follower:
    """Follows one log by hints: passes on what joins, keeps what came early, drops what is old, knows what lacks."""

    def __init__(self, head: Position) -> None:
        self.ring = Ring(head)
        self.target = head
        self.is_suspect = False
        self.gap_since: float | None = None
        self._gap_at = 0
        self._early: dict[int, Frame] = {}

    @property
    def head(self) -> Position:
        """The last position that was passed on."""
        return self.ring.head

    @property
    def has_gap(self) -> bool:
        """Whether something is known to be missing, or in doubt."""
        return self.is_suspect or self.target.s > self.head.s

    def gap_is_due(self, now: float) -> bool:
        """Whether the log must be read, because the hints had time enough to close the gap by themselves."""
        return self.gap_since is not None and now - self.gap_since >= GAP_S

    def offer(self, frames: Iterable[Frame], now: float) -> list[Frame]:
        """Take hinted frames in any order; returns what may be passed on, in order."""
        passed: list[Frame] = []
        for frame in frames:
            self._take(frame, passed, now)
        self._join_early(passed, now)
        self._look(now)
        return passed

    def expect(self, position: Position, now: float) -> None:
        """The log is known to reach at least here."""
        if position.s > self.target.s:
            self.target = position
        elif position.s == self.head.s and position != self.head:
            self.is_suspect = True
        self._look(now)

    def fill(self, frames: Iterable[Frame], now: float, *, since: Position) -> list[Frame]:
        """Take frames read from the log, from `since` on; the first is `since` itself, which proves the past.

        `since` was the head when the read began; hints may have moved the head on meanwhile. Returns what may be
        passed on. Raises `Diverged` where the log is another one than was followed.
        """
        passed: list[Frame] = []
        is_proved = since.s == 0
        for frame in frames:
            if not is_proved and frame.position != since:
                raise Diverged
            is_proved = True
            if frame.s > self.head.s + 1 or not self._fits(frame):
                raise Diverged
            if frame.s > self.head.s:
                self._pass(frame, passed, now)
        if not is_proved:
            raise Diverged
        self.is_suspect = False
        self._join_early(passed, now)
        self._look(now)
        return passed

    def caught_up(self) -> None:
        """The log was read to its end: what was said to come after it does not exist."""
        self.target = self.head
        self._early.clear()
        self._look(0.0)

    def _take(self, frame: Frame, passed: list[Frame], now: float) -> None:
        if frame.s > self.head.s + 1:
            self._keep(frame)
        elif frame.s == self.head.s + 1 and frame.prev == self.head.id:
            self._pass(frame, passed, now)
        elif frame.s == self.head.s + 1 or (frame.s == self.head.s and frame.id != self.head.id):
            # Not our past: Redis lies, or the log was set back and grew again. The table decides.
            self.is_suspect = True

    def _fits(self, frame: Frame) -> bool:
        return self.ring.at(frame.s) in (None, frame.position)

    def _keep(self, frame: Frame) -> None:
        if len(self._early) < MOST_FRAMES:
            self._early[frame.s] = frame
        if frame.s > self.target.s:
            self.target = frame.position

    def _join_early(self, passed: list[Frame], now: float) -> None:
        while self._early and not self.is_suspect:
            frame = self._early.pop(self.head.s + 1, None)
            if frame is None:
                break
            self._take(frame, passed, now)
        for s in [s for s in self._early if s <= self.head.s]:
            del self._early[s]

    def _pass(self, frame: Frame, passed: list[Frame], now: float) -> None:
        self.ring.append(frame, now)
        passed.append(frame)

    def _look(self, now: float) -> None:
        if not self.has_gap:
            self.gap_since = None
        elif self.gap_since is None or self._gap_at != self.head.s:
            # The wait begins anew with each gap: hints out of order mostly close it within a few milliseconds.
            self.gap_since, self._gap_at = now, self.head.s
