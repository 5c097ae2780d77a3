"""What travels between nodes: frames of an organization's log, their positions, and the hint that carries them.

A hint is believed only as far as it joins on to what is known already; PostgreSQL decides everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

HINT_LIMIT = 256 * 1024


class Position(NamedTuple):
    """A place in an organization's log; an equal id means an equal past. An empty log is `(0, None)`."""

    s: int
    id: UUID | None


START = Position(0, None)


class Frame(NamedTuple):
    """One event as it is sent, byte for byte, and what decides who may see it."""

    s: int
    id: UUID
    prev: UUID | None
    audience: str
    body: bytes

    @property
    def position(self) -> Position:
        """The place of a client that has applied this frame."""
        return Position(self.s, self.id)

    @property
    def type(self) -> str:
        """The event's type, read from the head of the body without decoding it."""
        return self.body[6 : self.body.index(b'"', 6)].decode()


class Hint(NamedTuple):
    """What a node says after a commit: the new frames, or only the new position where they were too large."""

    head: Position
    frames: list[Frame]


class _Header(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    s: int
    id: UUID
    prev: UUID | None
    frames: list[tuple[UUID, str, int]]


_decoder = msgspec.json.Decoder(_Header)


class BadHint(ValueError):
    """Bytes on the hint channel that are no hint of ours."""


def encode_hint(frames: Sequence[Frame]) -> bytes:
    """The hint for frames that follow one another; bodies over the limit are left out, and read from the log."""
    last = frames[-1]
    fits = sum(len(frame.body) for frame in frames) <= HINT_LIMIT
    parts = [(frame.id, frame.audience, len(frame.body)) for frame in frames] if fits else []
    header = msgspec.json.encode(_Header(last.s, last.id, frames[0].prev, parts))
    return b"".join([header, b"\n", *(frame.body for frame in frames if fits)])


def decode_hint(data: bytes) -> Hint:
    """The hint in these bytes."""
    header_bytes, _, bodies = data.partition(b"\n")
    try:
        header = _decoder.decode(header_bytes)
    except msgspec.MsgspecError as error:
        raise BadHint(str(error)) from error
    if sum(length for _, _, length in header.frames) != len(bodies):
        raise BadHint("the bodies are not as long as the header says")
    return Hint(Position(header.s, header.id), _frames(header, bodies))


def _frames(header: _Header, bodies: bytes) -> list[Frame]:
    frames: list[Frame] = []
    start, prev = 0, header.prev
    first = header.s - len(header.frames) + 1
    for s, (id_, audience, length) in enumerate(header.frames, first):
        frames.append(Frame(s, id_, prev, audience, bodies[start : start + length]))
        start, prev = start + length, id_
    return frames
