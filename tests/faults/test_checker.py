"""The checker is checked: a true story passes, and each way in which it could be false is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gateway.waha.simulator.messages import Message
from tests.faults.agent import Agent
from tests.faults.checker import Ledgers, compare

Story = tuple[Ledgers, Agent]


@pytest.fixture
def story() -> Story:
    """One customer wrote, and was answered twice."""
    rows = [
        row(1, "inbound", "hello", "K1"),
        row(2, "outbound", "one", "K2", client_message_id="client of one"),
        row(3, "outbound", "two", "K3", client_message_id="client of two"),
    ]
    session = {"id": "S", "customer_id": "C", "status": "queued", "unread_count": 1, "message_seq": 3, "rev": 3}
    events = [event(1, "session.created"), *(event(seq, "message.created") for seq in (2, 3, 4))]
    ledgers = Ledgers(
        phone=[said("K1", "hello", from_me=False), said("K2", "one"), said("K3", "two")],
        acknowledged={"K1"},
        messages=rows,
        sessions=[session | {"total_messages": 3, "customer_messages": 1}],
        log=events,
        head={"seq": 4, "last_event_id": "E4"},
    )
    agent = Agent(None, [""], None)  # type: ignore[arg-type]  # it never calls
    agent.stored = {"client of one": "one", "client of two": "two"}
    agent.fold.sessions = {"S": session}
    agent.fold.messages = {
        each["id"]: each | {"text": each["message_text"], "status": each["delivery_status"]} for each in rows
    }
    return ledgers, agent


def row(seq: int, direction: str, text: str, key: str, **more: Any) -> dict[str, Any]:
    about = {"id": f"M{seq}", "session_id": "S", "seq": seq, "direction": direction, "external_id": key, "rev": 1}
    return about | {"message_text": text, "delivery_status": "delivered", "client_message_id": None} | more


def event(seq: int, type_: str) -> dict[str, Any]:
    return {"seq": seq, "id": f"E{seq}", "type": type_, "session_id": "S"}


def said(key: str, text: str, *, from_me: bool = True) -> Message:
    return Message(key=key, chat_id="1@c.us", person=None, from_me=from_me, text=text, at_ms=0)


def test_a_true_story_has_no_differences(story: Story) -> None:
    ledgers, agent = story
    assert compare(ledgers, [agent]) == []


FALSE: dict[str, Callable[[Ledgers], Ledgers]] = {
    "lost: K1 was acknowledged": lambda true: replace(true, messages=true.messages[1:]),
    "lost: K9 was written": lambda true: replace(true, phone=[*true.phone, said("K9", "?", from_me=False)]),
    "made up: K1": lambda true: replace(true, phone=true.phone[1:]),
    "doubled: K1 is 2 rows": lambda true: replace(true, messages=[*true.messages, true.messages[0]]),
    "doubled: 'two' is 2 rows": lambda true: replace(true, messages=[*true.messages, true.messages[2]]),
    "doubled: 'two' is 2 times on the phone": lambda true: replace(true, phone=[*true.phone, said("K9", "two")]),
    "lost: 'two' is delivered and not on the phone": lambda true: replace(true, phone=true.phone[:2]),
    "lost: 'three' is on the phone only": lambda true: replace(true, phone=[*true.phone, said("K9", "three")]),
    "lost: 'two' is still sending": lambda true: _change(true, 2, delivery_status="sending"),
    "marked unknown: ['two'], expected []": lambda true: _change(true, 2, delivery_status="unknown"),
    "out of order: 'one' (2) was sent after 3": lambda true: replace(true, phone=[true.phone[n] for n in (0, 2, 1)]),
    "customer C has 2 open sessions": lambda true: replace(true, sessions=[*true.sessions, true.sessions[0]]),
    "session S: seq is [1, 2, 4], not [1, 2, 3]": lambda true: _change(true, 2, seq=4),
    "session S: unread_count is 2, not 1": lambda true: replace(
        true, sessions=[{**true.sessions[0], "unread_count": 2}]
    ),
    "the log is numbered [1, 3, 4]": lambda true: replace(true, log=[true.log[n] for n in (0, 2, 3)]),
    "the ids of the log do not rise": lambda true: replace(true, log=[{**each, "id": "E4"} for each in true.log]),
    "the log ends at (3, 'E3')": lambda true: replace(true, log=true.log[:3]),
    "events of created messages": lambda true: replace(true, log=true.log[:3]),
    "agent 0: lost: 'two' was said to be stored": lambda true: replace(true, messages=true.messages[:2]),
    "agent 0: shows None": lambda true: replace(true, messages=[*true.messages, row(4, "inbound", "!", "K9")]),
    "agent 0: shows ('S', 2, 'K2', 1, 'delivered', 'one')": lambda true: _change(true, 1, rev=2),
    "agent 0: shows ('queued', 1, 3, 3)": lambda true: replace(true, sessions=[{**true.sessions[0], "rev": 4}]),
}


def _change(true: Ledgers, nth: int, **changed: Any) -> Ledgers:
    rows = [dict(each) for each in true.messages]
    rows[nth] |= changed
    return replace(true, messages=rows)


@pytest.mark.parametrize("told", FALSE)
def test_a_false_story_is_told(story: Story, told: str) -> None:
    ledgers, agent = story
    assert any(told in line for line in compare(FALSE[told](ledgers), [agent]))


def test_a_fold_objects_to_a_log_with_a_hole_and_to_a_state_that_goes_back(story: Story) -> None:
    _, agent = story
    older = {"id": "M2", "rev": 1}
    agent.fold.apply({"t": "message.updated", "s": 2, "id": "E2", "d": {"message": older}})
    assert agent.fold.objections == ["event 2 came after event 0", "event 2: M2 went from rev 1 to 1"]


def test_a_fold_objects_to_what_is_created_twice_or_changed_before_it_was(story: Story) -> None:
    _, agent = story
    state = {"id": "M2", "rev": 2}
    agent.fold.apply({"t": "message.created", "s": 1, "id": "E1", "d": {"message": state}})
    agent.fold.apply({"t": "message.updated", "s": 2, "id": "E2", "d": {"message": state | {"id": "M9"}}})
    assert [objection[:18] for objection in agent.fold.objections] == ["event 1: M2 is cre", "event 2: M9 is upd"]
