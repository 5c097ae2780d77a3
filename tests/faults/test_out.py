"""A power cut at each step of the way out: the answer that is stored, claimed, written down, sent, and settled."""

from __future__ import annotations

import pytest

from gateway.waha.simulator.accounts import Engine
from gateway.waha.simulator.messages import Message
from tests.faults.agent import Agent
from tests.faults.checker import agree
from tests.faults.conftest import StartRig
from tests.faults.node import Node
from tests.faults.rig import Rig
from tests.wait import eventually

pytestmark = pytest.mark.faults

BEFORE_THE_CALL = ["deliver.after_claim", "deliver.before_call"]
AFTER_THE_CALL = ["deliver.after_call", "deliver.before_result_commit", "deliver.after_result_commit"]


async def test_an_answer_whose_wake_up_was_lost_with_the_gateway_is_found_by_the_sweep(rig: Rig) -> None:
    gateway, doomed, agent, session_id = await _talk(rig, dies_at="reply.after_commit")
    rig.worker()
    assert not await agent.try_to_answer(session_id, "one", url=doomed.url)
    await doomed.dies()
    await eventually(lambda: _on_the_phone(rig) == ["one"], what="the answer is on the phone")
    await agent.answer(session_id, "one")
    await agree(rig)
    assert gateway.is_running


@pytest.mark.parametrize("step", [*BEFORE_THE_CALL, *AFTER_THE_CALL])
async def test_an_answer_is_once_on_the_phone_wherever_its_worker_dies(rig: Rig, step: str) -> None:
    await _two_answers_and_a_worker_that(rig, dies_at=step)
    rig.worker()
    await agree(rig)
    assert _on_the_phone(rig) == ["one", "two"]


@pytest.mark.parametrize("engine", ["GOWS", "NOWEB"])
async def test_a_provider_that_says_nothing_is_given_the_same_key_again(start_rig: StartRig, engine: Engine) -> None:
    rig = await start_rig(engine)
    _, _, agent, session_id = await _talk(rig)
    rig.simulator.faults.set("drop")
    await agent.answer(session_id, "one")
    await rig.worker(dies_at="deliver.after_call").dies()
    rig.worker()
    await agree(rig)
    assert [(message.text, message.sends) for message in _sent(rig)] == [("one", 2)]


@pytest.mark.parametrize("step", ["deliver.after_claim", *AFTER_THE_CALL])
async def test_without_keys_of_ours_the_provider_itself_gives_the_evidence(start_rig: StartRig, step: str) -> None:
    rig = await start_rig("WEBJS")
    await _two_answers_and_a_worker_that(rig, dies_at=step)
    rig.worker()
    await agree(rig)
    assert _on_the_phone(rig) == ["one", "two"]


async def test_without_an_echo_the_history_gives_the_evidence(start_rig: StartRig) -> None:
    rig = await start_rig("WEBJS")
    rig.simulator.faults.set("echo_never")
    await _two_answers_and_a_worker_that(rig, dies_at="deliver.after_call")
    rig.worker()
    await agree(rig)
    assert _on_the_phone(rig) == ["one", "two"]


async def test_an_echo_that_waited_long_for_a_worker_is_no_second_message(start_rig: StartRig) -> None:
    rig = await start_rig("WEBJS")
    await _two_answers_and_a_worker_that(rig, dies_at="deliver.after_call")
    await rig.simulator.settled()
    # As if there had been no worker for an hour.
    await rig.value("UPDATE parked_receipts SET received_at = received_at - interval '1 hour'")
    await rig.value("UPDATE deliveries SET lease_until = lease_until - interval '1 hour' WHERE state = 'leased'")
    assert await rig.value("SELECT count(*) FROM parked_receipts WHERE kind = 'echo'") == 1
    rig.worker()
    await agree(rig)
    assert _on_the_phone(rig) == ["one", "two"]


async def test_without_any_evidence_the_one_in_flight_is_unknown_and_is_not_sent_again(start_rig: StartRig) -> None:
    rig = await start_rig("WEBJS")
    agent = await _two_answers_and_a_worker_that(rig, dies_at="deliver.before_call")
    rig.worker()
    await agree(rig, unknown=["one"])
    assert _on_the_phone(rig) == ["two"]
    doubted = await agent.sees("one")
    assert doubted["error"]["code"] == "outcome_unknown"


@pytest.mark.parametrize(("engine", "fault"), [("GOWS", "slow"), ("WEBJS", "timeout_after_accept")])
async def test_a_worker_that_was_frozen_past_its_lease_has_nothing_to_say(
    start_rig: StartRig, engine: Engine, fault: str
) -> None:
    rig = await start_rig(engine)
    rig.simulator.faults.set(fault, times=1, measure=4)
    frozen = rig.worker()
    _, _, agent, session_id = await _talk(rig)
    await agent.answer(session_id, "one")
    await eventually(lambda: not rig.simulator.faults.is_on(fault), what="the provider has the call")
    frozen.freeze()

    rig.worker()
    await eventually(lambda: agent.status("one") == "delivered", within_s=15, what="another worker takes over")
    before = dict(agent.fold.messages)
    frozen.thaw()
    await eventually(lambda: "deliver.lease_lost" in frozen.said(), within_s=15, what="the late result is refused")
    await agree(rig)
    assert _on_the_phone(rig) == ["one"]
    assert agent.fold.messages == before


async def _talk(rig: Rig, *, dies_at: str = "") -> tuple[Node, Node, Agent, str]:
    """A customer has written, and an agent is about to answer; the second gateway may be a doomed one."""
    gateway = await rig.gateway()
    doomed = await rig.another_gateway(dies_at=dies_at) if dies_at else gateway
    agent = await rig.agent(gateway)
    rig.simulator.write(rig.simulator.people[0], "hello")
    return gateway, doomed, agent, (await agent.sees("hello"))["session_id"]


async def _two_answers_and_a_worker_that(rig: Rig, *, dies_at: str) -> Agent:
    """Two answers are stored, and the worker died over the first; whether the provider has it is as the step says."""
    _, _, agent, session_id = await _talk(rig)
    await agent.answer(session_id, "one")
    await agent.answer(session_id, "two")
    await rig.worker(dies_at=dies_at).dies()
    assert _on_the_phone(rig) == (["one"] if dies_at in AFTER_THE_CALL else [])
    return agent


def _on_the_phone(rig: Rig) -> list[str]:
    return [message.text for message in _sent(rig)]


def _sent(rig: Rig) -> list[Message]:
    return [message for message in rig.simulator.messages(rig.simulator.people[0]) if message.from_me]
