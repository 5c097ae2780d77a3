"""An agent's desk for tests: a customer on a simulated WhatsApp, the gateway, and the agent who answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from gateway.conversations.deliver import deliver
from gateway.conversations.reply import Answer, reply
from gateway.events import Message
from gateway.identity.principal import Principal
from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.waha.simulator import AT_ONCE, Simulator, start_simulator
from gateway.waha.simulator.people import Person
from tests.conversations.webhooks import Line
from tests.wait import eventually
from tests.world import Tenant, World


def principal_of(tenant: Tenant) -> Principal:
    """The administrator of an organization, as if signed in."""
    return Principal(
        user_id=tenant.user_id,
        organization_id=tenant.organization_id,
        agent_id=tenant.agent_id,
        sign_in_id=new_id(),
        api_key_id=None,
        name="Agent Ayu",
        role="org_admin",
    )


@dataclass
class Desk:
    """One customer, one agent, and what lies between."""

    runtime: Runtime
    world: World
    line: Line
    simulator: Simulator
    person: Person
    session_id: UUID

    @property
    def agent(self) -> Principal:
        """Who answers."""
        return principal_of(self.world)

    async def say(self, text: str = "Good day", *, client_message_id: str | None = None, **more: Any) -> Message:
        """Answer the customer; nothing is delivered yet."""
        answer = Answer(text=text, client_message_id=client_message_id or str(new_id()), **more)
        return (await reply(self.runtime, self.agent, self.session_id, answer)).message

    async def deliver(self) -> None:
        """Deliver what is due in the conversation."""
        await deliver(self.runtime, self.world.organization_id, self.session_id)

    async def row(self, message: Message) -> asyncpg.Record:
        """The message as it is stored."""
        [row] = await self.line.rows("SELECT * FROM messages WHERE id = $1", message.id)
        return row

    async def becomes(self, message: Message, status: str, *, within_s: float = 10.0) -> asyncpg.Record:
        """Wait until the message has this status."""

        async def has_it() -> bool:
            return bool((await self.row(message))["delivery_status"] == status)

        await eventually(has_it, within_s=within_s, what=f"the message is {status}")
        return await self.row(message)

    async def queue(self) -> list[asyncpg.Record]:
        """What is still to be delivered."""
        return await self.line.rows("SELECT * FROM deliveries ORDER BY id")

    async def bring_forward(self) -> None:
        """Let what waits be due now, and leases be over."""
        await self.line.rows(
            "UPDATE deliveries SET next_at = now() - interval '1 second',"
            " lease_until = CASE WHEN state = 'leased' THEN now() - interval '1 second' END"
        )

    async def point_at(self, url: str) -> None:
        """Let the channel's WAHA be at another address."""
        await self.line.rows("UPDATE waha_sessions SET base_url = $1 WHERE id = $2", url, self.world.waha_session_id)

    def on_the_phone(self) -> list[str]:
        """The texts that the customer has got from us, in order."""
        return [each.text for each in self.simulator.messages(self.person) if each.from_me]

    async def bubbles(self) -> list[str]:
        """The texts that the agent sees as sent by us, in order."""
        return [row["message_text"] for row in await self.line.messages() if row["direction"] == "outbound"]


@asynccontextmanager
async def open_desk(runtime: Runtime, world: World, line: Line, *, engine: Any = "GOWS") -> AsyncIterator[Desk]:
    """A desk in whose only conversation a customer has just written; no worker runs."""
    simulator = await start_simulator(api_key="key of acme", engine=engine, pace=AT_ONCE, seed=1)
    try:
        await line.rows(
            "UPDATE waha_sessions SET base_url = $1, engine = $2 WHERE id = $3",
            simulator.url,
            engine,
            world.waha_session_id,
        )
        await simulator.connect(
            "default",
            webhook_url=f"{line.served.url}/webhooks/waha/{world.webhook_token}",
            hmac_key=world.hmac_key,
        )
        person = simulator.people[0]
        simulator.write(person, "Is it in stock?")
        await eventually(line.messages, what="the customer's message is stored")
        session = await line.session()
        yield Desk(runtime, world, line, simulator, person, session["id"])
    finally:
        await simulator.stop()
