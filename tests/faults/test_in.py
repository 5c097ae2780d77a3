"""A power cut at each step of the way in: the provider's message, its acks, the log, and the agent's screen."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.checker import agree
from tests.faults.rig import Rig
from tests.wait import eventually

pytestmark = pytest.mark.faults

# The head check's second, and room for a busy machine; without it the next sign of a lost tail is 25 s away.
HEAD_CHECK_S = 3.0


async def test_a_message_that_was_not_committed_is_delivered_again_and_stored_once(rig: Rig) -> None:
    gateway = await rig.gateway(dies_at="receive.before_commit")
    person = rig.simulator.people[0]
    message = rig.simulator.write(person, "is anybody there?")
    await gateway.dies()
    assert message.key not in rig.simulator.acknowledged()
    assert await rig.value("SELECT count(*) FROM messages") == 0

    agent = await rig.agent(await rig.gateway())
    await agent.sees("is anybody there?")
    await agree(rig)


async def test_a_message_that_was_committed_but_not_answered_is_no_second_row(rig: Rig) -> None:
    gateway = await rig.gateway(dies_at="receive.after_commit")
    message = rig.simulator.write(rig.simulator.people[0], "only once, please")
    await gateway.dies()
    assert message.key not in rig.simulator.acknowledged()
    assert await rig.value("SELECT count(*) FROM messages") == 1

    agent = await rig.agent(await rig.gateway())
    await eventually(lambda: message.key in rig.simulator.acknowledged(), what="the redelivery is acknowledged")
    await agree(rig)
    assert [each["rev"] for each in agent.fold.messages.values()] == [1]


async def test_what_was_committed_but_not_published_is_on_the_screen_after_the_head_check(rig: Rig) -> None:
    gateway, other = await asyncio.gather(rig.gateway(dies_at="receive.after_commit"), rig.another_gateway())
    agent = await rig.agent(other)
    rig.simulator.write(rig.simulator.people[0], "nobody heard the hint")
    await gateway.dies()
    await agent.sees("nobody heard the hint", within_s=HEAD_CHECK_S)
    print(f"\non the screen after {agent.ages_s[agent.fold.s]:.2f} s")
    await rig.gateway()
    await agree(rig)


async def test_a_batch_that_dies_half_way_is_stored_once_and_whole(rig: Rig) -> None:
    gateway = await rig.gateway(dies_at="receive.after_commit:3", ingest_batch=10)  # so that there are more than three
    agent = await rig.agent(gateway)
    texts = [f"message {nth}" for nth in range(60)]
    for text in texts:
        rig.simulator.write(rig.dice.choice(rig.simulator.people), text)
        await asyncio.sleep(0)
    await gateway.dies()
    assert rig.simulator.acknowledged() < {message.key for message in rig.simulator.account().history.all()}

    await rig.gateway()
    await agree(rig)
    assert sorted(each["text"] for each in agent.fold.messages.values()) == sorted(texts)


@pytest.mark.parametrize(("step", "is_applied"), [("receipt.before_commit", False), ("receipt.after_commit", True)])
async def test_a_tick_that_was_lost_with_the_gateway_is_set_once(rig: Rig, step: str, is_applied: bool) -> None:
    gateway = await rig.gateway()
    worker = rig.worker()
    agent = await rig.agent(gateway)
    person = rig.simulator.people[0]
    rig.simulator.write(person, "hello")
    await agent.answer((await agent.sees("hello"))["session_id"], "hello to you")
    await eventually(lambda: agent.status("hello to you") == "delivered", what="the answer is delivered")
    await gateway.kill()

    gateway = await rig.gateway(dies_at=step)
    rig.simulator.read(person)
    await gateway.dies()
    rows = await rig.rows("SELECT delivery_status FROM messages WHERE direction = 'outbound'")
    assert [row["delivery_status"] for row in rows] == ["read" if is_applied else "delivered"]
    await rig.gateway()
    await eventually(lambda: agent.status("hello to you") == "read", what="the tick turns read")
    await agree(rig)
    assert worker.is_running


@pytest.mark.parametrize(
    ("step", "is_stored"), [("transaction.before_commit", False), ("transaction.before_publish", True)]
)
async def test_an_answer_that_was_not_confirmed_is_asked_for_again_and_stored_once(
    rig: Rig, step: str, is_stored: bool
) -> None:
    gateway, doomed = await asyncio.gather(rig.gateway(), rig.another_gateway(dies_at=step))
    agent = await rig.agent(gateway)
    rig.simulator.write(rig.simulator.people[0], "hello")
    session_id = (await agent.sees("hello"))["session_id"]

    assert not await agent.try_to_answer(session_id, "hello to you", url=doomed.url)
    await doomed.dies()
    if is_stored:
        await agent.sees("hello to you", within_s=HEAD_CHECK_S)
    assert bool(agent.message("hello to you")) == is_stored
    rig.worker()
    await agent.answer(session_id, "hello to you")
    await agree(rig)
