"""The frames that the server sends beside the log's own, and how waiting frames share one WebSocket message.

Control frames are flat (`hello ready sync hb reset err`). A durable event is `{t, s, id, at, d}`, made when it was
appended and sent byte for byte. An ephemeral (`gateway/ephemerals.py`) is `{t, d}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal
from uuid import UUID

import msgspec

from gateway.stream import Position

PROTOCOL = "switchboard.v1"
MESSAGE_LIMIT = 64 * 1024


class Control(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """A frame about the line itself."""


class Hello(Control, frozen=True, kw_only=True, tag="hello"):
    """On open: the connection's name, seconds between heartbeats, and the largest frame that is read."""

    conn: str
    proto: str = PROTOCOL
    hb: float
    max_in: int


class Ready(Control, frozen=True, kw_only=True, tag="ready", omit_defaults=True):
    """After `auth`: `s, id` is where the log ends now; with `recovered` everything up to there follows.

    `at` is the server's clock, so that a client can say how old an event is whatever its own clock shows.
    """

    user: UUID
    org: UUID
    s: int
    id: UUID | None
    recovered: bool
    rt: str
    at: str | None = None


class Sync(Control, frozen=True, kw_only=True, tag="sync"):
    """Moves the cursor: over events that this client may not see, or to the end of what it asked to resume."""

    s: int
    id: UUID | None


class Heartbeat(Control, frozen=True, kw_only=True, tag="hb"):
    """Every 25 s ± 20 %: where the log ends, and a fresh reconnect ticket. Answer `{"t":"hb"}` within 10 s."""

    s: int
    id: UUID | None
    rt: str


class Reset(Control, frozen=True, kw_only=True, tag="reset"):
    """Drop the state, take a new snapshot, and say `resume` with its position."""

    why: Literal["too_old", "diverged", "access", "overflow"]


class Err(Control, frozen=True, kw_only=True, tag="err"):
    """The answer to a client frame that was refused; `re` is the frame's type, as far as it was understood."""

    re: str | None
    code: str
    message: str
    retry_ms: int | None = None


def encode(frame: Control) -> bytes:
    """A control frame's bytes."""
    return msgspec.json.encode(frame)


def sync(position: Position) -> bytes:
    """The bytes of a `sync` to this position."""
    return encode(Sync(s=position.s, id=position.id))


def coalesce(frames: Iterable[bytes], *, limit: int = MESSAGE_LIMIT) -> Iterator[bytes]:
    """WebSocket messages that carry these frames in order: one alone, or a JSON array up to the limit.

    A frame over the limit goes alone.
    """
    waiting: list[bytes] = []
    size = 1
    for frame in frames:
        if waiting and size + len(frame) + 1 > limit:
            yield _message(waiting)
            waiting, size = [], 1
        waiting.append(frame)
        size += len(frame) + 1
    if waiting:
        yield _message(waiting)


def _message(frames: list[bytes]) -> bytes:
    return frames[0] if len(frames) == 1 else b"[" + b",".join(frames) + b"]"
