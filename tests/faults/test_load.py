"""Faults while many talk: processes killed at random, Redis emptied and restarted under them."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from gateway.embedded.valkey import Valkey
from gateway.waha.simulator.accounts import Engine
from tests.faults.agent import Agent
from tests.faults.checker import agree
from tests.faults.conftest import StartRig
from tests.faults.rig import Rig
from tests.faults.traffic import traffic

pytestmark = pytest.mark.faults

KILLS = 3  # of each kind
# The head check's second, and room for a busy machine.
LATE_S = 3.0


@pytest.mark.parametrize("engine", ["GOWS", "WEBJS"])
async def test_processes_killed_at_random_lose_nothing_and_double_nothing(start_rig: StartRig, engine: Engine) -> None:
    rig = await start_rig(engine)
    agents = await _open(rig)
    _misbehave(rig)
    roles = ["gateway", "worker"] * KILLS
    rig.dice.shuffle(roles)
    async with traffic(rig, agents) as talk:
        for role in roles:
            await talk.goes_on(rig.dice.randint(10, 30))
            node = rig.dice.choice([node for node in rig.nodes if node.role == role and node.is_running])
            await node.kill()
            await rig.again(node)
    await agree(rig, unknown=None if engine == "WEBJS" else ())
    print(f"\n{engine}, killed {', '.join(roles)}: {talk.told()}")
    assert any(agent.trouble for agent in agents), "an agent has lost a gateway"


def _misbehave(rig: Rig) -> None:
    """Let the provider do, now and then, what providers do."""
    for fault, chance in {
        "double": 0.1,
        "replay": 0.1,
        "delay": 0.1,
        "twin": 0.2,
        "both": 0.2,
        "shuffled_acks": 0.3,
        "echo_after": 0.3,
    }.items():
        rig.simulator.faults.set(fault, chance=chance, measure=0.4 if fault == "delay" else None)


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
