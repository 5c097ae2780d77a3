"""Snapshot and events: for every kind of event, what a console makes of them is what a fresh snapshot shows."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import pytest

from console.snapshot import Snapshots
from gateway.conversations.reply import Answer, reply
from gateway.conversations.sessions import assign, mark_read, reopen, resolve
from gateway.conversations.states import read_agents, read_channels, read_customers, read_messages
from gateway.events import (
    EVENT_TYPES,
    AccessChanged,
    AgentUpdated,
    ChannelUpdated,
    CustomerCreated,
    CustomerUpdated,
    Message,
)
from gateway.identity.principal import Principal
from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.stream import START, Frame, Position
from gateway.subscription import Subscription
from gateway.transaction import TenantTx, tenant_tx
from tests.conversations.desk import principal_of
from tests.conversations.webhooks import Line, ack, arrives, edit, envelope, reaction, revoke
from tests.databases import Database
from tests.fold import Hole, Screen, event_in, shown_by
from tests.serving import Served
from tests.world import World


class Stage:
    """One organization, seen twice: by whoever folds the log, and by whoever asks anew."""

    def __init__(self, runtime: Runtime, world: World, line: Line) -> None:
        self.runtime, self.world, self.line = runtime, world, line

    @property
    def agent(self) -> Principal:
        return principal_of(self.world)

    async def session_id(self) -> UUID:
        rows = await self.line.rows("SELECT id FROM chat_sessions ORDER BY id LIMIT 1")
        return UUID(str(rows[0]["id"]))

    async def snapshot(self) -> tuple[dict[str, Any], list[Message]]:
        body: dict[str, Any] = msgspec.json.decode(await Snapshots(self.runtime).take(self.agent))
        async with tenant_tx(self.runtime, self.world.organization_id) as tx:
            rows = await tx.connection.fetch("SELECT id FROM messages")
            return body, await read_messages(tx.connection, [row["id"] for row in rows])

    async def frames(self, since: Position) -> list[Frame]:
        found: list[Frame] = []
        async with Subscription(self.runtime.feed, self.world.organization_id, since) as log:
            while frames := await log.next(wait_s=0.05):
                found.extend(frames)
        return found


@pytest.fixture
async def stage(server: Served, runtime: Runtime, world: World, database: Database) -> AsyncIterator[Stage]:
    """A running gateway with nothing in it."""
    async with aiohttp.ClientSession() as http:
        yield Stage(runtime, world, Line(server, database, world, http))


Deed = Callable[[Stage], Awaitable[object]]


async def change(stage: Stage, statement: str, *values: Any, then: Callable[[TenantTx], Awaitable[None]]) -> None:
    """Change a row as a verb would that is not written yet, and announce it."""
    async with tenant_tx(stage.runtime, stage.world.organization_id) as tx:
        await tx.connection.execute(statement, *values)
        await then(tx)


async def customer_writes(stage: Stage) -> None:
    await stage.line.deliver(arrives("3A01", "hello"))


async def customer_is_renamed(stage: Stage) -> None:
    async def announce(tx: TenantTx) -> None:
        customer_id = await tx.connection.fetchval("SELECT id FROM customers ORDER BY id LIMIT 1")
        tx.announce(CustomerUpdated(customer=(await read_customers(tx.connection, [customer_id]))[0]))

    await change(
        stage,
        "UPDATE customers SET name = 'Ana Maria', rev = rev + 1"
        " WHERE id = (SELECT id FROM customers ORDER BY id LIMIT 1)",
        then=announce,
    )


async def customer_is_added(stage: Stage) -> None:
    async def announce(tx: TenantTx) -> None:
        id_ = await tx.connection.fetchval("SELECT max(id::text)::uuid FROM customers")
        tx.announce(CustomerCreated(customer=(await read_customers(tx.connection, [id_]))[0]))

    await change(
        stage,
        "INSERT INTO customers (id, organization_id, channel_config_id, channel, channel_user_id)"
        " VALUES ($1, $2, $3, 'whatsapp', '628999000001')",
        new_id(),
        stage.world.organization_id,
        stage.world.channel_config_id,
        then=announce,
    )


async def agent_goes_online(stage: Stage) -> None:
    async def announce(tx: TenantTx) -> None:
        tx.announce(AgentUpdated(agent=(await read_agents(tx.connection, [stage.world.agent_id]))[0]))

    await change(
        stage,
        "UPDATE agents SET availability_status = 'online', rev = rev + 1 WHERE id = $1",
        stage.world.agent_id,
        then=announce,
    )


async def channel_is_renamed(stage: Stage) -> None:
    async def announce(tx: TenantTx) -> None:
        channel = (await read_channels(tx.connection, [stage.world.channel_config_id]))[0]
        tx.announce(ChannelUpdated(channel=channel))

    await change(
        stage,
        "UPDATE channel_configs SET display_name = 'Front desk', rev = rev + 1 WHERE id = $1",
        stage.world.channel_config_id,
        then=announce,
    )


async def rights_change(stage: Stage) -> None:
    async def announce(tx: TenantTx) -> None:
        tx.announce(AccessChanged(user_id=stage.world.user_id), audience=f"user:{stage.world.user_id}")

    await change(stage, "SELECT 1", then=announce)


DEEDS: dict[str, Deed] = {
    "a customer writes": customer_writes,
    "the same again": customer_writes,
    "another customer writes": lambda s: s.line.deliver(arrives("3A02", "hi", chat="628130000003@c.us", name="Budi")),
    "a burst": lambda s: s.line.deliver_at_once(*(arrives(f"3B{n:02}", f"and {n}") for n in range(12))),
    "a picture": lambda s: s.line.deliver(
        arrives("3A03", None, hasMedia=True, media={"url": "http://waha/x.jpg", "mimetype": "image/jpeg"})
    ),
    "an answer": lambda s: _reply(s, "Good day"),
    "a note": lambda s: _reply(s, "Difficult", is_internal=True),
    "an answer to a picture": lambda s: _reply_to(s, "This one", "3A03"),
    "a text": lambda s: s.line.deliver(arrives("3A04", "the quoted words")),
    "an answer that quotes it": lambda s: _reply_to(s, "This one", "3A04"),
    "the quoted message edited": lambda s: s.line.deliver(edit("3A04", "other words")),
    "the quoted message deleted": lambda s: s.line.deliver(revoke("3A04")),
    "an edit": lambda s: s.line.deliver(edit("3A01", "hello there")),
    "a reaction": lambda s: s.line.deliver(reaction("3A01", "👍")),
    "a reaction taken back": lambda s: s.line.deliver(reaction("3A01", "")),
    "a message deleted": lambda s: s.line.deliver(revoke("3A01")),
    "typed on the phone": lambda s: s.line.deliver(arrives("3EB01", "from the phone", from_me=True)),
    "a tick": lambda s: s.line.deliver(ack("3EB01", 3)),
    "an edit before its message": lambda s: s.line.deliver(edit("3A77", "late but right")),
    "and the message": lambda s: s.line.deliver(arrives("3A77", "late")),
    "read": lambda s: _with_session(s, mark_read, seq=None),
    "assigned": lambda s: _with_session(s, assign, agent_id=s.world.agent_id),
    "given back": lambda s: _with_session(s, assign, agent_id=None),
    "resolved": lambda s: _with_session(s, resolve),
    "opened again": lambda s: _with_session(s, reopen),
    "resolved once more": lambda s: _with_session(s, resolve),
    "the customer comes back": lambda s: s.line.deliver(arrives("3A90", "me again")),
    "the customer is renamed": customer_is_renamed,
    "a customer is added": customer_is_added,
    "an agent goes online": agent_goes_online,
    "the channel is renamed": channel_is_renamed,
    "the phone is lost": lambda s: s.line.deliver(envelope("session.status", {"name": "default", "status": "FAILED"})),
    "the phone works": lambda s: s.line.deliver(envelope("session.status", {"name": "default", "status": "WORKING"})),
    "rights change": rights_change,
}


async def test_snapshot_and_events_give_the_next_snapshot_for_every_kind_of_event(stage: Stage) -> None:
    screen = Screen(*await stage.snapshot())
    for name, deed in DEEDS.items():
        await deed(stage)
        for frame in await stage.frames(Position(screen.s, UUID(screen.id) if screen.id else None)):
            screen.apply(msgspec.json.decode(frame.body))
        assert screen.shown() == shown_by(*await stage.snapshot()), name
    assert screen.types == EVENT_TYPES, "every kind of event took part"


async def test_events_applied_twice_and_in_disorder_change_nothing(stage: Stage) -> None:
    before = await stage.snapshot()
    for deed in DEEDS.values():
        await deed(stage)
    frames = [msgspec.json.decode(frame.body) for frame in await stage.frames(START)]
    screen = Screen(*before)
    for frame in frames:
        screen.apply(frame)
        screen.apply(frame)
    whole = screen.shown()
    assert whole == shown_by(*await stage.snapshot())
    for frame in random.Random(1).sample(frames, len(frames)):
        screen.apply(frame)
        screen.take(event_in(frame))
    assert screen.shown() == whole


async def test_a_hole_in_the_log_does_not_pass_unnoticed(stage: Stage) -> None:
    before = await stage.snapshot()
    await agent_goes_online(stage)
    await agent_goes_online(stage)
    frames = [msgspec.json.decode(frame.body) for frame in await stage.frames(START)]
    with pytest.raises(Hole):
        Screen(*before).apply(frames[-1])


async def _reply(stage: Stage, text: str, **more: Any) -> None:
    answer = Answer(text=text, client_message_id=str(new_id()), **more)
    await reply(stage.runtime, stage.agent, await stage.session_id(), answer)


async def _reply_to(stage: Stage, text: str, key: str) -> None:
    [row] = await stage.line.rows("SELECT id FROM messages WHERE external_id = $1", key)
    await _reply(stage, text, reply_to=row["id"])


async def _with_session(stage: Stage, verb: Callable[..., Awaitable[object]], **more: Any) -> None:
    await verb(stage.runtime, stage.agent, await stage.session_id(), **more)
