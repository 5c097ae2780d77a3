"""A console's socket over a real server."""

from __future__ import annotations

from gateway.conversations.states import read_agents
from gateway.events import AgentUpdated
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from tests.console.live import signed_in
from tests.serving import Served
from tests.world import Tenant, World


async def announce(runtime: Runtime, tenant: Tenant, count: int = 1) -> None:
    async with tenant_tx(runtime, tenant.organization_id) as tx:
        [agent] = await read_agents(tx.connection, [tenant.agent_id])
        for _ in range(count):
            tx.announce(AgentUpdated(agent=agent))


async def test_an_event_reaches_a_live_console(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        async with person.console(since=snapshot) as console:
            assert (await console.wait_for("hello"))["proto"] == "switchboard.v1"
            ready = await console.wait_for("ready")
            assert ready["recovered"]
            await announce(runtime, world)
            event = await console.wait_for("agent.updated")
            assert event["s"] == snapshot["s"] + 1
            assert event["d"]["agent"]["id"] == str(world.agent_id)
