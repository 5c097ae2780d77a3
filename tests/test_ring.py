"""The ring, and what a follower lets pass."""

from __future__ import annotations

import pytest

from gateway.ids import new_id
from gateway.ring import GAP_S, MOST_AGE_S, MOST_BYTES, MOST_FRAMES, Diverged, Follower, Ring
from gateway.stream import START, Position
from tests.logs import log_of


def ring_of(count: int, **options: int) -> tuple[Ring, list[Position]]:
    ring, frames = Ring(START), log_of(count, **options)  # type: ignore[arg-type]
    for frame in frames:
        ring.append(frame, 0.0)
    return ring, [START, *(frame.position for frame in frames)]


def test_the_ring_answers_for_every_position_that_it_holds() -> None:
    ring, positions = ring_of(5)
    assert [[f.s for f in ring.after(p) or []] for p in positions] == [
        [1, 2, 3, 4, 5],
        [2, 3, 4, 5],
        [3, 4, 5],
        [4, 5],
        [5],
        [],
    ]


def test_the_ring_does_not_answer_for_what_lies_outside_of_it() -> None:
    ring, positions = ring_of(MOST_FRAMES + 2)
    assert ring.after(positions[1]) is None
    assert ring.after(positions[2]) is not None
    assert ring.after(Position(MOST_FRAMES + 3, new_id())) is None


def test_a_position_with_another_id_was_never_in_this_log() -> None:
    ring, _ = ring_of(3)
    with pytest.raises(Diverged):
        ring.after(Position(2, new_id()))
    with pytest.raises(Diverged):
        ring.after(Position(3, new_id()))


def test_the_ring_holds_so_many_frames_and_no_more() -> None:
    ring, _ = ring_of(MOST_FRAMES + 50)
    assert len(ring) == MOST_FRAMES
    assert ring.base.s == 50


def test_the_ring_holds_so_many_bytes_and_no_more() -> None:
    size = 100_000
    ring, _ = ring_of(30, size=size)
    assert len(ring) == MOST_BYTES // size


def test_the_ring_forgets_what_is_old() -> None:
    ring, frames = Ring(START), log_of(3)
    ring.append(frames[0], 0.0)
    ring.append(frames[1], MOST_AGE_S)
    ring.append(frames[2], MOST_AGE_S + 1)
    assert [frame.s for frame in ring.after(frames[0].position) or []] == [2, 3]
    assert ring.after(START) is None


def test_frames_in_order_pass_at_once() -> None:
    follower, frames = Follower(START), log_of(3)
    assert follower.offer(frames[:2], 0.0) == frames[:2]
    assert follower.offer(frames[2:], 0.0) == frames[2:]
    assert not follower.has_gap


def test_a_frame_that_came_before_is_dropped() -> None:
    follower, frames = Follower(START), log_of(3)
    follower.offer(frames, 0.0)
    assert follower.offer(frames, 0.0) == []
    assert follower.offer([frames[1]], 0.0) == []
    assert not follower.has_gap


def test_a_frame_that_came_early_waits_for_its_predecessor() -> None:
    follower, frames = Follower(START), log_of(4)
    assert follower.offer([frames[0], frames[3]], 0.0) == frames[:1]
    assert follower.offer([frames[2]], 0.0) == []
    assert follower.has_gap
    assert follower.offer([frames[1]], 0.0) == frames[1:]
    assert not follower.has_gap


def test_a_gap_is_due_after_a_while_and_each_gap_has_its_own() -> None:
    follower, frames = Follower(START), log_of(6)
    follower.offer([frames[1]], 0.0)
    assert not follower.gap_is_due(GAP_S / 2)
    assert follower.gap_is_due(GAP_S)
    follower.offer([frames[0], frames[3]], GAP_S)
    assert not follower.gap_is_due(GAP_S * 1.5)
    assert follower.gap_is_due(GAP_S * 2)


def test_a_read_from_the_log_closes_the_gap_and_lets_the_early_ones_pass() -> None:
    follower, frames = Follower(START), log_of(5)
    follower.offer([frames[0], frames[4]], 0.0)
    assert follower.fill(frames[:4], 0.0, since=frames[0].position) == frames[1:]
    assert not follower.has_gap


def test_a_frame_of_another_past_does_not_pass_on_its_own_word() -> None:
    follower, frames = Follower(START), log_of(2)
    follower.offer(frames[:1], 0.0)
    stranger = frames[1]._replace(id=new_id(), prev=new_id())
    assert follower.offer([stranger], 0.0) == []
    assert follower.is_suspect
    assert follower.fill(frames, 0.0, since=frames[0].position) == frames[1:]
    assert not follower.has_gap


def test_a_hint_that_comes_while_the_log_is_read_is_not_taken_for_another_log() -> None:
    follower, frames = Follower(START), log_of(6)
    follower.offer([frames[0], frames[3]], 0.0)
    since, read = follower.head, frames[:4]
    assert follower.offer(frames[1:5], 0.0) == frames[1:5]
    assert follower.fill(read, 0.0, since=since) == []
    assert follower.offer(frames[5:], 0.0) == frames[5:]


def test_a_log_that_differs_from_what_was_passed_on_meanwhile_is_another_log() -> None:
    follower, frames = Follower(START), log_of(3)
    follower.offer(frames[:1], 0.0)
    since = follower.head
    follower.offer(frames[1:], 0.0)
    with pytest.raises(Diverged):
        follower.fill([frames[0], frames[1]._replace(id=new_id())], 0.0, since=since)


def test_a_twin_of_the_head_with_another_id_raises_suspicion() -> None:
    follower, frames = Follower(START), log_of(1)
    follower.offer(frames, 0.0)
    follower.offer([frames[0]._replace(id=new_id())], 0.0)
    assert follower.is_suspect


def test_a_log_that_does_not_hold_the_head_is_another_log() -> None:
    frames = log_of(3)
    follower = Follower(frames[1].position)
    follower.expect(Position(9, new_id()), 0.0)
    other = log_of(3)
    for read in ([], other[1:], frames[2:], [frames[0]]):
        with pytest.raises(Diverged):
            follower.fill(read, 0.0, since=frames[1].position)


def test_what_a_hint_promised_and_the_log_does_not_have_is_forgotten() -> None:
    follower, frames = Follower(START), log_of(2)
    follower.offer(frames[:1], 0.0)
    follower.expect(Position(7, new_id()), 0.0)
    assert follower.has_gap
    follower.fill(frames[:1], 0.0, since=frames[0].position)
    follower.caught_up()
    assert not follower.has_gap
    assert follower.offer(frames[1:], 0.0) == frames[1:]


def test_early_frames_are_bounded() -> None:
    follower, frames = Follower(START), log_of(3 * MOST_FRAMES)
    assert follower.offer(frames[1:], 0.0) == []
    passed = follower.offer(frames[:1], 0.0)
    assert len(passed) == MOST_FRAMES + 1
    assert follower.has_gap
