"""What a room makes of the log for each of those in it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from console.room import visible
from gateway.ids import new_id
from gateway.stream import Frame
from tests.logs import log_of

ME = f"user:{new_id()}"
AUDIENCES = ("agents", ME, f"user:{new_id()}")


def frames_for(audiences: list[str]) -> list[Frame]:
    return [
        frame._replace(audience=audience) for frame, audience in zip(log_of(len(audiences)), audiences, strict=True)
    ]


@given(st.lists(st.sampled_from(AUDIENCES), max_size=30))
def test_whoever_may_not_see_an_event_is_taken_over_it(audiences: list[str]) -> None:
    frames = frames_for(audiences)
    shown = {frame.body for frame in frames if frame.audience in ("agents", ME)}
    cursor = 0
    for sent in visible(frames, ME):
        frame = json.loads(sent)
        if frame["t"] == "sync":
            assert frame["s"] > cursor
            assert frame["id"] == str(frames[frame["s"] - 1].id)
        else:
            assert frame["s"] == cursor + 1
            assert sent in shown
            shown.discard(sent)
        cursor = frame["s"]
    assert not shown
    assert cursor == len(frames)


def test_what_everybody_may_see_goes_out_as_it_stands_in_the_log() -> None:
    frames = frames_for(["agents"] * 5)
    assert visible(frames, ME) == [frame.body for frame in frames]
    assert all(sent is frame.body for sent, frame in zip(visible(frames, ""), frames, strict=True))


def test_hidden_events_in_a_row_are_one_step() -> None:
    other = AUDIENCES[2]
    sent = [json.loads(each) for each in visible(frames_for(["agents", other, other, other, "agents", other]), ME)]
    assert [(frame["t"], frame["s"]) for frame in sent] == [
        ("agent.updated", 1),
        ("sync", 4),
        ("agent.updated", 5),
        ("sync", 6),
    ]
