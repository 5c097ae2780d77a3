"""Faults while many talk: processes killed at random, Redis emptied and restarted under them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable
from typing import TypeVar

import pytest
from redis.asyncio import Redis

from gateway.embedded.valkey import Valkey
from tests.faults.agent import Agent
from tests.faults.checker import agree
from tests.faults.conftest import StartRig
from tests.faults.rig import Rig

pytestmark = pytest.mark.faults

T = TypeVar("T")

KILLS = 3  # of each kind
REST_S = 1.5
MESSAGES_PER_S = 40
ANSWERS_PER_S = 8
CUSTOMERS = 20
# The head check's second, and room for a busy machine.
LATE_S = 3.0


async def test_processes_killed_at_random_lose_nothing_and_double_nothing(rig: Rig) -> None:
    agents = await _open(rig)
    killed = await _under_load(rig, agents, _kill_at_random(rig))
    await agree(rig)
    print(f"\nkilled {killed}; {_told(rig, agents)}")


async def test_redis_emptied_and_restarted_costs_a_moment_and_no_reset(start_rig: StartRig, valkey: Valkey) -> None:
    rig = await start_rig(redis_url=valkey.start())
    agents = await _open(rig)
    await _under_load(rig, agents, _empty_and_restart(rig, valkey))
    await agree(rig)
    latest_s = max(age_s for agent in agents for age_s in agent.ages_s.values())
    print(f"\nthe latest event came after {latest_s:.2f} s; {_told(rig, agents)}")
    assert latest_s < LATE_S
    assert [agent.trouble for agent in agents] == [[], []], "no socket was lost"


async def _open(rig: Rig) -> list[Agent]:
    """Two gateways with an agent at each, and two workers."""
    first, second = await asyncio.gather(rig.gateway(), rig.another_gateway())
    rig.worker()
    rig.worker()
    return [await rig.agent(first, second), await rig.agent(second, first)]


async def _under_load(rig: Rig, agents: list[Agent], faults: Awaitable[T]) -> T:
    """Let customers write and agents answer until the faults have happened; answers are repeated until stored."""
    talking = [asyncio.create_task(_write(rig)), asyncio.create_task(_answer(rig, agents))]
    result = await faults
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    await asyncio.gather(*(agent.answered() for agent in agents))
    return result


async def _write(rig: Rig) -> None:
    people = [*rig.simulator.people, *(rig.simulator.whatsapp.meet() for _ in range(CUSTOMERS))]
    for nth in itertools.count():
        rig.simulator.write(rig.dice.choice(people), f"message {nth}")
        await asyncio.sleep(1 / MESSAGES_PER_S)


async def _answer(rig: Rig, agents: list[Agent]) -> None:
    for nth, agent in enumerate(itertools.cycle(agents)):
        if agent.fold.sessions:
            agent.begin_answer(rig.dice.choice(sorted(agent.fold.sessions)), f"answer {nth}")
        await asyncio.sleep(1 / ANSWERS_PER_S)


async def _kill_at_random(rig: Rig) -> list[str]:
    roles = ["gateway", "worker"] * KILLS
    rig.dice.shuffle(roles)
    for role in roles:
        await asyncio.sleep(rig.dice.uniform(0.2, 0.8))
        node = rig.dice.choice([node for node in rig.nodes if node.role == role and node.is_running])
        await node.kill()
        await rig.again(node)
    return roles


async def _empty_and_restart(rig: Rig, valkey: Valkey) -> None:
    await asyncio.sleep(REST_S)
    async with Redis.from_url(rig.settings.redis_url) as redis:
        await redis.flushall()
    await asyncio.sleep(REST_S)
    valkey.stop()
    await asyncio.sleep(REST_S)
    assert valkey.start() == rig.settings.redis_url
    await asyncio.sleep(REST_S)


def _told(rig: Rig, agents: list[Agent]) -> str:
    troubles = sum(len(agent.trouble) for agent in agents)
    stored = sum(len(agent.stored) for agent in agents)
    again = sum(delivery.attempts - 1 for delivery in rig.simulator.ledger)
    return f"{stored} answers, {agents[0].fold.s} events, {again} webhooks again, {troubles} troubles of agents"
