"""One socket's protocol, without a loop: frames and the clock in, actions out."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.closes import Close
from console.frames import Err, Hello, Ready, Reset, Sync
from console.protocol import (
    ANSWER_S,
    AUTH_S,
    FRAMES_BURST,
    MOST_BYTES_IN,
    MOST_REFUSED,
    MOST_STRIKES,
    Beat,
    CatchUp,
    Check,
    HangUp,
    Look,
    Protocol,
    Send,
    State,
    Type,
)
from gateway.ids import new_id
from gateway.stream import START, Position

USER, ORGANIZATION = uuid4(), uuid4()
HEAD = Position(7, new_id())
HB_S = 25.0


def opened(*, jitter: float = 0.5) -> Protocol:
    return Protocol("c1", now=0.0, hb_s=HB_S, jitter=lambda: jitter)


def checking() -> Protocol:
    protocol = opened()
    protocol.received(frame("auth", ticket="t"), 0.0)
    return protocol


def live(*, jitter: float = 0.5) -> Protocol:
    protocol = opened(jitter=jitter)
    protocol.received(frame("auth", ticket="t"), 0.0)
    protocol.admit(user=USER, org=ORGANIZATION, head=HEAD, recovered=True, rt="r", now=0.0)
    protocol.caught_up(HEAD, announce=False)
    assert protocol.state is State.LIVE
    return protocol


def frame(t: str, **fields: Any) -> str:
    return json.dumps({"t": t, **{name: str(v) if isinstance(v, UUID) else v for name, v in fields.items()}})


def test_it_says_hello_when_it_is_opened() -> None:
    assert opened().opened() == [Send(Hello(conn="c1", hb=HB_S, max_in=MOST_BYTES_IN))]


def test_a_ticket_is_checked_and_then_the_client_is_let_in() -> None:
    protocol = opened()
    since = {"s": 3, "id": str(HEAD.id)}
    assert protocol.received(frame("auth", ticket="t", since=since), 1.0) == [Check("t", Position(3, HEAD.id))]
    ready = Ready(user=USER, org=ORGANIZATION, s=7, id=HEAD.id, recovered=True, rt="r")
    assert protocol.admit(user=USER, org=ORGANIZATION, head=HEAD, recovered=True, rt="r", now=1.0) == [Send(ready)]
    assert protocol.caught_up(HEAD, announce=False) == []
    assert protocol.state is State.LIVE


def test_a_client_without_a_state_begins_at_the_end_of_the_log() -> None:
    assert opened().received(frame("auth", ticket="t"), 1.0) == [Check("t", None)]


def test_who_does_not_say_who_they_are_is_hung_up_on() -> None:
    protocol = opened()
    assert protocol.tick(AUTH_S - 0.1) == []
    assert protocol.tick(AUTH_S) == [HangUp(Close.NOT_AUTHENTICATED, "no auth in time")]
    assert protocol.tick(AUTH_S + 1) == []
    assert protocol.received(frame("auth", ticket="t"), AUTH_S + 1) == []


@pytest.mark.parametrize(
    "first", [frame("hb"), frame("focus", session=None), frame("resume", since={"s": 0, "id": None})]
)
def test_whoever_begins_with_anything_but_auth_is_hung_up_on(first: str) -> None:
    assert opened().received(first, 0.0) == [HangUp(Close.NOT_AUTHENTICATED, "auth comes first")]


def test_a_client_of_another_version_is_sent_away_for_good() -> None:
    [action] = opened().received(frame("auth", ticket="t", proto="switchboard.v9"), 0.0)
    assert isinstance(action, HangUp)
    assert action.code is Close.VERSION


def test_auth_is_said_once() -> None:
    [action] = live().received(frame("auth", ticket="t"), 1.0)
    assert isinstance(action, Send)
    assert isinstance(action.frame, Err)
    assert (action.frame.re, action.frame.code) == ("auth", "already")


BAD = [
    "",
    "null",
    "[]",
    "{}",
    '{"t":"__class__"}',
    '{"t":"Command"}',
    '{"t":["hb"]}',
    '{"t":"hb","x":1}',
    '{"t":"focus"}',
    '{"t":"focus","session":"not an id"}',
    '{"t":"typing","session":1,"on":true}',
    '{"t":"typing","session":"0198c8a0-0000-7000-8000-000000000000","on":"yes"}',
    '{"t":"resume","since":{"s":-1,"id":null}}',
    '{"t":"resume","since":{"s":1}}',
    '{"t":"resume","since":{"s":99999999999999999999,"id":null}}',
    '{"t":"ack","s":5}',
    "{" * 5000,
    "[" * 10_000,
    "\ud800",
    b"\xff\xff",
    b'{"t":"hb"}',
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_frame_that_is_none_of_ours_is_answered_and_counted(bad: str | bytes) -> None:
    protocol = live()
    for _ in range(MOST_STRIKES - 1):
        [action] = protocol.received(bad, 1.0)
        assert isinstance(action, Send)
        assert isinstance(action.frame, Err)
        assert action.frame.code == "bad_frame"
    [last] = protocol.received(bad, 1.0)
    assert isinstance(last, HangUp)
    assert last.code is Close.BAD_FRAME


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_a_stranger_gets_no_second_try(bad: str | bytes) -> None:
    [action] = opened().received(bad, 0.0)
    assert isinstance(action, HangUp)
    assert action.code in (Close.BAD_FRAME, Close.NOT_AUTHENTICATED)


def test_the_answer_to_a_bad_frame_names_only_types_that_are_ours() -> None:
    protocol = live()
    [known] = protocol.received('{"t":"focus","session":5}', 1.0)
    [unknown] = protocol.received('{"t":"os.system"}', 1.0)
    assert isinstance(known, Send)
    assert isinstance(known.frame, Err)
    assert known.frame.re == "focus"
    assert isinstance(unknown, Send)
    assert isinstance(unknown.frame, Err)
    assert unknown.frame.re is None


def test_a_frame_over_the_limit_closes_at_once() -> None:
    [action] = live().received(" " * (MOST_BYTES_IN + 1), 1.0)
    assert isinstance(action, HangUp)
    assert action.code is Close.BAD_FRAME


def test_too_many_frames_are_refused_with_a_time_to_come_back() -> None:
    protocol = live()
    for _ in range(int(FRAMES_BURST) - 1):
        assert protocol.received(frame("hb"), 0.0) == []
    [refused] = protocol.received(frame("hb"), 0.0)
    assert isinstance(refused, Send)
    assert isinstance(refused.frame, Err)
    assert refused.frame.code == "rate"
    assert refused.frame.retry_ms == 50
    assert protocol.received(frame("hb"), 0.06) == []


def test_who_goes_on_regardless_is_hung_up_on_but_may_return() -> None:
    protocol = live()
    actions = [
        action for _ in range(int(FRAMES_BURST) + MOST_REFUSED + 1) for action in protocol.received(frame("hb"), 0.0)
    ]
    assert actions[-1] == HangUp(Close.RATE)
    assert Close.RATE.may_return


def test_heartbeats_come_at_their_time_with_jitter() -> None:
    for jitter, due in ((0.0, HB_S * 0.8), (0.5, HB_S), (1.0, HB_S * 1.2)):
        protocol = live(jitter=jitter)
        assert protocol.tick(due - 0.01) == []
        assert protocol.tick(due + 0.01) == [Beat()]


def test_a_heartbeat_without_an_answer_ends_the_line() -> None:
    protocol = live()
    assert protocol.tick(HB_S) == [Beat()]
    assert protocol.tick(HB_S + ANSWER_S - 0.1) == []
    assert protocol.tick(HB_S + ANSWER_S) == [HangUp(Close.HEARTBEAT)]


@pytest.mark.parametrize("sign_of_life", [frame("hb"), frame("focus", session=None)])
def test_any_frame_answers_a_heartbeat(sign_of_life: str) -> None:
    protocol = live()
    protocol.tick(HB_S)
    protocol.received(sign_of_life, HB_S + 1)
    assert protocol.tick(HB_S + ANSWER_S) == []
    assert protocol.tick(HB_S * 2) == [Beat()]


def test_a_frame_that_is_none_of_ours_is_no_sign_of_life() -> None:
    protocol = live()
    protocol.tick(HB_S)
    protocol.received("rubbish", HB_S + 1)
    assert protocol.tick(HB_S + ANSWER_S) == [HangUp(Close.HEARTBEAT)]


def test_a_client_that_was_reset_gets_nothing_until_it_resumes() -> None:
    protocol = live()
    assert protocol.reset("diverged") == [Send(Reset(why="diverged"))]
    assert protocol.state is State.WAITING
    assert protocol.reset("diverged") == []
    assert protocol.received(frame("resume", since={"s": 0, "id": None}), 1.0) == [CatchUp(START)]
    assert protocol.caught_up(HEAD, announce=True) == [Send(Sync(s=7, id=HEAD.id))]
    assert protocol.state is State.LIVE


def test_only_a_client_that_was_reset_may_resume() -> None:
    [action] = live().received(frame("resume", since={"s": 0, "id": None}), 1.0)
    assert isinstance(action, Send)
    assert isinstance(action.frame, Err)
    assert action.frame.code == "not_reset"


def test_a_reset_during_catching_up_wins() -> None:
    protocol = checking()
    protocol.admit(user=USER, org=ORGANIZATION, head=HEAD, recovered=True, rt="r", now=0.0)
    assert protocol.reset("access") == [Send(Reset(why="access"))]
    assert protocol.caught_up(HEAD, announce=False) == []
    assert protocol.state is State.WAITING


def test_nobody_is_let_in_after_hanging_up() -> None:
    protocol = checking()
    protocol.closed()
    assert protocol.admit(user=USER, org=ORGANIZATION, head=HEAD, recovered=True, rt="r", now=0.0) == []
    assert protocol.refuse(Close.REVOKED) == []
    assert protocol.reset("access") == []


def test_while_the_ticket_is_checked_nothing_else_is_heard() -> None:
    [action] = checking().received(frame("focus", session=None), 0.0)
    assert isinstance(action, Send)
    assert isinstance(action.frame, Err)
    assert action.frame.code == "too_early"


def test_typing_is_passed_on_but_not_too_often() -> None:
    protocol, session_id = live(), uuid4()
    on = frame("typing", session=session_id, on=True)
    assert protocol.received(on, 10.0) == [Type(session_id, True)]
    assert protocol.received(frame("typing", session=session_id, on=False), 10.1) == [Type(session_id, False)]
    assert protocol.received(on, 10.2) == []
    assert protocol.received(on, 12.0) == [Type(session_id, True)]


def test_what_an_agent_looks_at_is_passed_on() -> None:
    protocol, session_id = live(), uuid4()
    assert protocol.received(frame("focus", session=session_id), 1.0) == [Look(session_id)]
    assert protocol.received(frame("focus", session=None), 1.0) == [Look(None)]


@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.binary(max_size=40),
            st.sampled_from(
                [
                    frame("hb"),
                    frame("auth", ticket="t"),
                    frame("focus", session=None),
                    frame("resume", since={"s": 1, "id": None}),
                ]
            ),
        ),
        max_size=80,
    )
)
def test_whatever_a_client_sends_the_line_holds_or_ends(frames: list[str | bytes]) -> None:
    protocol = opened()
    ended = False
    for n, sent in enumerate(frames):
        actions = protocol.received(sent, n * 0.01)
        assert not (ended and actions)
        for action in actions:
            if isinstance(action, Check):
                protocol.admit(user=USER, org=ORGANIZATION, head=HEAD, recovered=False, rt="", now=0.0)
                protocol.caught_up(HEAD, announce=False)
            ended = ended or isinstance(action, HangUp)
    assert ended == (protocol.state is State.CLOSED)


def test_every_close_code_says_by_its_number_whether_to_return() -> None:
    assert {code.name for code in Close if code.may_return} == {
        "INTERNAL",
        "DRAINING",
        "SLOW",
        "HEARTBEAT",
        "POSITION",
        "TICKET",
        "RATE",
    }
    assert all(4000 <= code < 4600 for code in Close)
