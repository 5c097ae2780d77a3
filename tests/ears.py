"""Those who listen to a feed, and something small to announce."""

from __future__ import annotations

from gateway.conversations.states import read_agents
from gateway.events import AgentUpdated
from gateway.feed import Why
from gateway.stream import Frame
from gateway.transaction import Doors, TenantTx, tenant_tx
from tests.world import Tenant


class Ear:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.resets: list[Why] = []
        self.whispers: list[bytes] = []

    def passed(self, frames: list[Frame]) -> None:
        self.frames.extend(frames)

    def was_reset(self, why: Why) -> None:
        self.resets.append(why)

    def whispered(self, body: bytes) -> None:
        self.whispers.append(body)


async def announce(tx: TenantTx, tenant: Tenant, *, audience: str = "agents") -> None:
    """Say something true about the tenant's agent."""
    [agent] = await read_agents(tx.connection, [tenant.agent_id])
    tx.announce(AgentUpdated(agent=agent), audience=audience)


async def write(runtime: Doors, tenant: Tenant, count: int = 1, *, audience: str = "agents") -> None:
    """Commit so many events, each in a transaction of its own."""
    for _ in range(count):
        async with tenant_tx(runtime, tenant.organization_id) as tx:
            await announce(tx, tenant, audience=audience)
