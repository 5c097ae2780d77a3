"""Everything a console shows at its start, and the position in the log that this state stands for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from gateway.events import Agent, Channel, Session
from gateway.tasks import Tasks
from gateway.transaction import tenant_tx
from orm.conversations import snapshot as queries
from orm.relay.queries import read_head

if TYPE_CHECKING:
    from gateway.identity.principal import Principal
    from gateway.runtime import Runtime

MOST_SESSIONS = 5_000


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks."""

    user_id: UUID
    agent_id: UUID | None
    name: str
    role: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many open sessions there are, whether or not they are all listed."""

    open: int
    unread: int
    unassigned: int
    bot: int
    queued: int
    active: int
    waiting: int
    snoozed: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The state at `s, id`; the events after it turn it into every later state."""

    s: int
    id: UUID | None
    me: Me
    agents: list[Agent]
    channels: list[Channel]
    sessions: list[Session]
    counts: Counts


class Snapshots:
    """Takes snapshots; those who ask while one of their organization is being taken are given the same state."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tasks = Tasks("snapshot")
        self._being_taken: dict[UUID, asyncio.Task[dict[str, Any]]] = {}

    async def take(self, principal: Principal) -> bytes:
        """The snapshot as JSON. When thousands come back at once, PostgreSQL is asked once."""
        organization_id = principal.organization_id
        task = self._being_taken.get(organization_id)
        if task is None:
            task = self._being_taken[organization_id] = self._tasks.start(_take(self._runtime, organization_id))
            task.add_done_callback(lambda _: self._being_taken.pop(organization_id))
        state = await asyncio.shield(task)
        me = Me(user_id=principal.user_id, agent_id=principal.agent_id, name=principal.name, role=principal.role)
        return msgspec.json.encode(state | {"me": me})


async def _take(runtime: Runtime, organization_id: UUID) -> dict[str, Any]:
    # PostgreSQL makes the JSON: thousands of sessions never become objects here, where they would hold up the loop.
    async with tenant_tx(runtime, organization_id, isolation="REPEATABLE READ") as tx:
        # The head comes first: with one snapshot of the database for all, it is that of the state.
        head = await read_head(tx.connection, organization_id)
        counts = await queries.count_open_sessions(tx.connection, organization_id)
        newest = None if counts["open"] <= MOST_SESSIONS else MOST_SESSIONS
        sessions = await queries.list_open_sessions(tx.connection, organization_id, newest=newest)
        channels = await queries.list_channels(tx.connection, organization_id)
        agents = await queries.list_agents(tx.connection, organization_id)
    return {
        "s": head["seq"] if head else 0,
        "id": head["last_event_id"] if head else None,
        "agents": msgspec.Raw(agents.encode()),
        "channels": msgspec.Raw(channels.encode()),
        "sessions": msgspec.Raw(sessions.encode()),
        "counts": Counts(**counts),
    }
