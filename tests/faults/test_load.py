"""Faults while many talk: processes killed at random, Redis emptied and restarted under them."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from gateway.embedded.valkey import Valkey
from tests.faults.agent import Agent
from tests.faults.checker import agree
from tests.faults.conftest import StartRig
from tests.faults.rig import Rig
from tests.faults.traffic import traffic

pytestmark = pytest.mark.faults

KILLS = 3  # of each kind
# The head check's second, and room for a busy machine.
LATE_S = 3.0


async def test_processes_killed_at_random_lose_nothing_and_double_nothing(rig: Rig) -> None:
    agents = await _open(rig)
    roles = ["gateway", "worker"] * KILLS
    rig.dice.shuffle(roles)
    async with traffic(rig, agents) as talk:
        for role in roles:
            await talk.goes_on(rig.dice.randint(10, 30))
            node = rig.dice.choice([node for node in rig.nodes if node.role == role and node.is_running])
            await node.kill()
            await rig.again(node)
    await agree(rig)
    print(f"\nkilled {', '.join(roles)}: {talk.told()}")
    assert any(agent.trouble for agent in agents), "an agent has lost a gateway"


async def test_redis_emptied_and_restarted_costs_a_moment_and_no_reset(start_rig: StartRig, valkey: Valkey) -> None:
    rig = await start_rig(redis_url=valkey.start())
    agents = await _open(rig)
    async with traffic(rig, agents) as talk, Redis.from_url(rig.settings.redis_url) as redis:
        await talk.goes_on(40)
        await redis.flushall()
        await talk.goes_on(40)
        valkey.stop()
        await talk.goes_on(60)
        assert valkey.start() == rig.settings.redis_url
        await talk.goes_on(60)
    await agree(rig)
    latest_s = max(age_s for agent in agents for age_s in agent.ages_s.values())
    print(f"\nthe latest event came after {latest_s:.2f} s: {talk.told()}")
    assert latest_s < LATE_S
    assert [agent.trouble for agent in agents] == [[], []], "no socket was lost"


async def _open(rig: Rig) -> list[Agent]:
    """Two gateways with an agent at each, and two workers."""
    first, second = await asyncio.gather(rig.gateway(), rig.another_gateway())
    rig.worker()
    rig.worker()
    return [await rig.agent(first, second), await rig.agent(second, first)]
