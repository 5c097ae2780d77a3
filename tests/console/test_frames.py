"""How frames share one WebSocket message."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from console.frames import MESSAGE_LIMIT, Err, Heartbeat, Hello, Ready, Reset, Sync, coalesce, encode, sync
from gateway.ids import new_id
from gateway.stream import START, Position


def frames_in(message: bytes) -> list[object]:
    decoded = json.loads(message)
    return decoded if isinstance(decoded, list) else [decoded]


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(20, 900))
def test_messages_carry_all_frames_in_order_within_the_limit(sizes: list[int], limit: int) -> None:
    frames = [json.dumps({"n": n, "x": "." * size}).encode() for n, size in enumerate(sizes)]
    messages = list(coalesce(frames, limit=limit))
    assert [frame for message in messages for frame in frames_in(message)] == [json.loads(frame) for frame in frames]
    for message in messages:
        assert len(message) <= limit or len(frames_in(message)) == 1


def test_messages_are_filled() -> None:
    frames = [b"%d" % (10**9 + n) for n in range(20_000)]
    messages = list(coalesce(frames))
    assert len(messages) == -(-20_000 * 11 // MESSAGE_LIMIT)
    assert all(len(message) > MESSAGE_LIMIT - 20 for message in messages[:-1])


def test_a_frame_alone_is_no_array() -> None:
    assert list(coalesce([b"{}"])) == [b"{}"]
    assert list(coalesce([])) == []


def test_control_frames_are_flat_and_say_what_they_are() -> None:
    id_ = new_id()
    for frame, wire in (
        (
            Hello(conn="c", hb=25.0, max_in=1),
            {"t": "hello", "conn": "c", "proto": "switchboard.v1", "hb": 25.0, "max_in": 1},
        ),
        (Sync(s=1, id=id_), {"t": "sync", "s": 1, "id": str(id_)}),
        (Heartbeat(s=0, id=None, rt="r"), {"t": "hb", "s": 0, "id": None, "rt": "r"}),
        (Reset(why="too_old"), {"t": "reset", "why": "too_old"}),
        (Err(re=None, code="x", message="y"), {"t": "err", "re": None, "code": "x", "message": "y", "retry_ms": None}),
        (
            Ready(user=id_, org=id_, s=1, id=None, recovered=False, rt="r"),
            {"t": "ready", "user": str(id_), "org": str(id_), "s": 1, "id": None, "recovered": False, "rt": "r"},
        ),
    ):
        assert json.loads(encode(frame)) == wire


def test_a_sync_says_the_position() -> None:
    position = Position(5, new_id())
    assert msgspec.json.decode(sync(position), type=Sync) == Sync(s=5, id=position.id)
    assert msgspec.json.decode(sync(START), type=Sync) == Sync(s=0, id=None)
