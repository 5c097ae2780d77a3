"""One socket of `switchboard.v1` as a state machine: frames and the clock in, actions out. No I/O, no loop.

    OPENED --auth--> CHECKING --admit--> CATCHING_UP --caught_up--> LIVE
                                              ^                      |
                                              +-----resume---- WAITING <--reset

Durable frames do not pass through here: a live socket is sent the same bytes as all others of its organization.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple, TypeAlias
from uuid import UUID

from console import commands
from console.closes import Close
from console.commands import AnyCommand, BadCommand, Since
from console.frames import PROTOCOL, Control, Err, Hello, Ready, Reset, Sync
from gateway.feed import Why
from gateway.stream import Position

AUTH_S = 5.0
ANSWER_S = 10.0
JITTER = 0.2
MOST_BYTES_IN = 16 * 1024
FRAMES_PER_S, FRAMES_BURST = 20.0, 40.0
TYPING_PER_S, TYPING_BURST = 1.0, 2.0
MOST_STRIKES = 5
MOST_REFUSED = 40


class Send(NamedTuple):
    """Send this frame."""

    frame: Control


class Check(NamedTuple):
    """Find out whose ticket this is, then `admit` or `refuse`."""

    ticket: str
    since: Position | None


class CatchUp(NamedTuple):
    """Send what follows this position, then say `caught_up`."""

    since: Position


class Beat(NamedTuple):
    """Send a heartbeat with the end of the log and a fresh reconnect ticket."""


class Type(NamedTuple):
    """Tell the others that this agent types."""

    session_id: UUID
    on: bool


class Look(NamedTuple):
    """Tell the others what this agent looks at."""

    session_id: UUID | None


class HangUp(NamedTuple):
    """Close the socket."""

    code: Close
    reason: str = ""


Action: TypeAlias = Send | Check | CatchUp | Beat | Type | Look | HangUp


class State(Enum):
    """How far the line has come."""

    OPENED = auto()
    CHECKING = auto()
    CATCHING_UP = auto()
    LIVE = auto()
    WAITING = auto()
    CLOSED = auto()


class Protocol:
    """The state of one socket. `hb_s` is the mean time between heartbeats."""

    __slots__ = (
        "_answer_by",
        "_auth_by",
        "_beat_at",
        "_frames",
        "_hb_s",
        "_jitter",
        "_refused",
        "_strikes",
        "_typing",
        "conn",
        "state",
    )

    def __init__(self, conn: str, *, now: float, hb_s: float, jitter: Callable[[], float] = random.random) -> None:
        self.conn = conn
        self.state = State.OPENED
        self._hb_s = hb_s
        self._jitter = jitter
        self._auth_by = now + AUTH_S
        self._beat_at = now
        self._answer_by: float | None = None
        self._strikes = 0
        self._refused = 0
        self._frames = _Bucket(FRAMES_PER_S, FRAMES_BURST, now)
        self._typing = _Bucket(TYPING_PER_S, TYPING_BURST, now)

    def opened(self) -> list[Action]:
        """The socket is open."""
        return [Send(Hello(conn=self.conn, hb=self._hb_s, max_in=MOST_BYTES_IN))]

    def received(self, data: str | bytes, now: float) -> list[Action]:
        """The client sent a frame."""
        if self.state is State.CLOSED:
            return []
        if not self._frames.take(now):
            return self._refuse_rate(now)
        self._refused = 0
        if len(data) > MOST_BYTES_IN:
            return self._hang_up(Close.BAD_FRAME, "a frame is larger than max_in")
        try:
            if isinstance(data, bytes):
                raise BadCommand("Frames are text", re=None)
            command = commands.decode(data)
        except BadCommand as error:
            return self._strike(error.re, "bad_frame", str(error))
        self._answer_by = None
        return self._obey(command, now)

    def admit(
        self, *, user: UUID, org: UUID, head: Position, recovered: bool, rt: str, now: float, at: str | None = None
    ) -> list[Action]:
        """The ticket is good; `head` is where the log ends, and all up to there follows if `recovered`."""
        if self.state is not State.CHECKING:
            return []
        self.state = State.CATCHING_UP
        self._beat_at = self._next_beat(now)
        return [Send(Ready(user=user, org=org, s=head.s, id=head.id, recovered=recovered, rt=rt, at=at))]

    def refuse(self, code: Close, reason: str = "") -> list[Action]:
        """The client is not let in, or not any more."""
        return self._hang_up(code, reason)

    def caught_up(self, position: Position, *, announce: bool) -> list[Action]:
        """The client was sent everything up to here; from now on it gets what everybody gets."""
        if self.state is not State.CATCHING_UP:
            return []
        self.state = State.LIVE
        return [Send(Sync(s=position.s, id=position.id))] if announce else []

    def reset(self, why: Why) -> list[Action]:
        """The client must drop its state; it is sent no events until it resumes."""
        if self.state not in (State.CATCHING_UP, State.LIVE):
            return []
        self.state = State.WAITING
        return [Send(Reset(why=why))]

    def tick(self, now: float) -> list[Action]:
        """Time has passed."""
        if self.state is State.CLOSED:
            return []
        if self.state in (State.OPENED, State.CHECKING):
            return self._hang_up(Close.NOT_AUTHENTICATED, "no auth in time") if now >= self._auth_by else []
        if self._answer_by is not None:
            return self._hang_up(Close.HEARTBEAT) if now >= self._answer_by else []
        if now >= self._beat_at:
            self._beat_at = self._next_beat(now)
            self._answer_by = now + ANSWER_S
            return [Beat()]
        return []

    def closed(self) -> None:
        """The socket is gone."""
        self.state = State.CLOSED

    def _obey(self, command: AnyCommand, now: float) -> list[Action]:
        match command:
            case commands.Auth():
                return self._auth(command)
            case _ if self.state is State.OPENED:
                return self._hang_up(Close.NOT_AUTHENTICATED, "auth comes first")
            case _ if self.state is State.CHECKING:
                return self._strike(None, "too_early", "Wait for ready")
            case commands.Hb():
                return []
            case commands.Resume():
                return self._resume(command)
            case commands.Type():
                return [Type(command.session, command.on)] if self._typing.take(now) else []
            case commands.Focus():
                return [Look(command.session)]

    def _auth(self, command: commands.Auth) -> list[Action]:
        if self.state is not State.OPENED:
            return self._strike("auth", "already", "This socket is signed in")
        if command.proto not in (None, PROTOCOL):
            return self._hang_up(Close.VERSION, f"this is {PROTOCOL}")
        self.state = State.CHECKING
        return [Check(command.ticket, _position(command.since))]

    def _resume(self, command: commands.Resume) -> list[Action]:
        if self.state is not State.WAITING:
            return self._strike("resume", "not_reset", "Only after a reset")
        self.state = State.CATCHING_UP
        return [CatchUp(Position(command.since.s, command.since.id))]

    def _refuse_rate(self, now: float) -> list[Action]:
        self._refused += 1
        if self._refused > MOST_REFUSED:
            return self._hang_up(Close.RATE)
        retry_ms = self._frames.wait_ms(now)
        return [Send(Err(re=None, code="rate", message="Too many frames", retry_ms=retry_ms))]

    def _strike(self, re: str | None, code: str, message: str) -> list[Action]:
        self._strikes += 1
        if self._strikes >= MOST_STRIKES or self.state is State.OPENED:
            return self._hang_up(Close.BAD_FRAME, message)
        return [Send(Err(re=re, code=code, message=message))]

    def _hang_up(self, code: Close, reason: str = "") -> list[Action]:
        if self.state is State.CLOSED:
            return []
        self.state = State.CLOSED
        return [HangUp(code, reason)]

    def _next_beat(self, now: float) -> float:
        return now + self._hb_s * (1 - JITTER + 2 * JITTER * self._jitter())


class _Bucket:
    """So many a second, and a burst."""

    __slots__ = ("_at", "_burst", "_left", "_per_s")

    def __init__(self, per_s: float, burst: float, now: float) -> None:
        self._per_s, self._burst = per_s, burst
        self._left, self._at = burst, now

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def wait_ms(self, now: float) -> int:
        """How long until there is one."""
        left = self._left + (now - self._at) * self._per_s
        return max(0, round((1 - left) / self._per_s * 1000))


def _position(since: Since | None) -> Position | None:
    return None if since is None else Position(since.s, since.id)
