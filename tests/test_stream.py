"""Frames and the hints that carry them."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ids import new_id
from gateway.stream import HINT_LIMIT, BadHint, Frame, Position, decode_hint, encode_hint
from tests.logs import log_of


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20), st.integers(1, 2**60), st.booleans())
def test_a_hint_says_what_was_put_into_it(bodies: list[bytes], first: int, has_past: bool) -> None:
    frames: list[Frame] = []
    prev: UUID | None = new_id() if has_past else None
    for s, body in enumerate(bodies, first):
        frames.append(Frame(s, new_id(), prev, "agents" if s % 2 else f"user:{new_id()}", body))
        prev = frames[-1].id
    hint = decode_hint(encode_hint(frames))
    assert hint.frames == frames
    assert hint.head == frames[-1].position


def test_a_hint_that_would_be_too_large_says_only_where_the_log_ends() -> None:
    frames = [frame._replace(body=b"x" * (HINT_LIMIT // 2 + 1)) for frame in log_of(2)]
    data = encode_hint(frames)
    assert len(data) < 1000
    assert decode_hint(data) == (frames[-1].position, [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}",
        b"[1]\n",
        b"\xff\xfe",
        encode_hint(log_of(2))[:-1],
        encode_hint(log_of(2)) + b"x",
        b'[1,"not an id",null,[]]\n',
    ],
)
def test_bytes_that_are_no_hint_are_refused(data: bytes) -> None:
    with pytest.raises(BadHint):
        decode_hint(data)


def test_a_frame_knows_its_type_and_its_position() -> None:
    [frame] = log_of(1)
    assert frame.type == "agent.updated"
    assert frame.position == Position(1, frame.id)
