"""The fault rig: real gateway and worker processes on one database, which a test starts, kills and starts again."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import msgspec

from gateway.embedded.process import free_port
from gateway.settings import Settings
from gateway.waha.simulator import Simulator
from tests.faults.agent import Agent
from tests.faults.node import Node, Role
from tests.wait import eventually
from tests.world import Tenant

START_S = 30.0


@dataclass
class Rig:
    """What a test holds: the provider, the tenant, the processes, the agents."""

    settings: Settings
    tenant: Tenant
    simulator: Simulator
    http: aiohttp.ClientSession
    database: asyncpg.Pool[asyncpg.Record]
    folder: Path
    seed: int
    port: int
    nodes: list[Node] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    @property
    def webhook_url(self) -> str:
        """Where the provider delivers: the gateway that has `port`."""
        return f"http://127.0.0.1:{self.port}/webhooks/waha/{self.tenant.webhook_token}"

    async def gateway(self, *, dies_at: str = "", port: int | None = None, **settings: Any) -> Node:
        """A gateway that is ready; it takes the port of the webhooks unless another is named."""
        node = self._start("gateway", dies_at, port or self.port, **settings)
        await eventually(lambda: self._is_ready(node), within_s=START_S, every_s=0.05, what="the gateway is ready")
        return node

    async def another_gateway(self, *, dies_at: str = "") -> Node:
        """A gateway on a port of its own, beside the one that takes the webhooks."""
        return await self.gateway(dies_at=dies_at, port=free_port())

    def worker(self, *, dies_at: str = "") -> Node:
        """A worker; it begins when it is up, and nobody waits for that."""
        return self._start("worker", dies_at, self.port)

    async def again(self, dead: Node) -> Node:
        """Start one that has died again, in its place; a gateway is ready when it is back."""
        return self.worker() if dead.role == "worker" else await self.gateway(port=dead.port)

    async def agent(self, *gateways: Node) -> Agent:
        """An agent who follows the log from its first event, and comes back whenever a gateway is lost."""
        urls = [node.url for node in gateways or self.nodes if node.role == "gateway"]
        agent = Agent(self.http, urls, self.tenant)
        await agent.begin()
        self.agents.append(agent)
        return agent

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the owner reads in the database."""
        return await self.database.fetch(query, *arguments)

    async def value(self, query: str, *arguments: Any) -> Any:
        """One value that the owner reads in the database."""
        return await self.database.fetchval(query, *arguments)

    async def settled(self, *, within_s: float = 30.0) -> None:
        """Wait until nothing is under way: no webhook, no delivery, and every agent is at the end of the log."""
        await self.simulator.settled(within_s)
        await eventually(self._is_quiet, within_s=within_s, every_s=0.05, what=f"everything settles, seed {self.seed}")

    async def close(self) -> None:
        """End every process and every agent."""
        await asyncio.gather(*(agent.end() for agent in self.agents))
        for node in self.nodes:
            node.end()

    async def _is_quiet(self) -> bool:
        await self.simulator.settled()
        waiting = await self.value("SELECT count(*) FROM deliveries")
        assert waiting == 0, f"{waiting} deliveries wait"
        head = await self.value("SELECT seq FROM event_streams WHERE organization_id = $1", self.tenant.organization_id)
        behind = [agent.fold.s for agent in self.agents if agent.fold.s != head]
        assert not behind, f"agents are at {behind}, the log ends at {head}; {[a.trouble for a in self.agents]}"
        return True

    def _start(self, role: Role, dies_at: str, port: int, **changed: Any) -> Node:
        here = {"port": port, "public_url": f"http://127.0.0.1:{port}", "failpoints": dies_at}
        node = Node(
            role,
            msgspec.structs.replace(self.settings, **here, **changed),
            self.folder / f"{len(self.nodes)}-{role}.log",
        )
        self.nodes.append(node)
        return node

    async def _is_ready(self, node: Node) -> bool:
        if not node.is_running:
            raise RuntimeError(f"the {node.role} ended while starting:\n{node.said()}")
        try:
            async with self.http.get(f"{node.url}/health/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False
