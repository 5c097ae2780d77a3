"""Logs made up for tests."""

from __future__ import annotations

from uuid import UUID

from gateway.ids import new_id
from gateway.stream import START, Frame, Position


def log_of(count: int, *, after: Position = START, audience: str = "agents", size: int = 0) -> list[Frame]:
    """So many frames that follow one another."""
    frames: list[Frame] = []
    prev: UUID | None = after.id
    for s in range(after.s + 1, after.s + count + 1):
        id_ = new_id()
        body = f'{{"t":"agent.updated","s":{s},"id":"{id_}","at":"2026-01-01T00:00:00Z","d":{{"n":{s}}}}}'.encode()
        frames.append(Frame(s, id_, prev, audience, body.ljust(size)))
        prev = id_
    return frames
