"""Hints between two processes' buses over a real Redis that restarts, hangs and lies."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from gateway import bus as bus_module
from gateway.bus import Bus
from gateway.embedded.valkey import Valkey
from gateway.stream import Frame, Hint
from tests.databases import Servers
from tests.logs import log_of
from tests.wait import eventually


class Receiver:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.hints: list[tuple[UUID, Hint]] = []
        self.whispers: list[tuple[UUID, bytes]] = []
        self.reconnections = 0

    def hinted(self, organization_id: UUID, hint: Hint) -> None:
        self.hints.append((organization_id, hint))

    def whispered(self, organization_id: UUID, body: bytes) -> None:
        self.whispers.append((organization_id, body))

    def reconnected(self) -> None:
        self.reconnections += 1


class Node:
    """One process, as far as Redis knows."""

    def __init__(self, url: str, prefix: str) -> None:
        self.ear = Receiver()
        self.bus = Bus(url, prefix=prefix)
        self.bus.start(self.ear)

    def frames(self) -> list[Frame]:
        return [frame for _, hint in self.ear.hints for frame in hint.frames]


@pytest.fixture
def organization_id() -> UUID:
    return uuid4()


@pytest.fixture
async def nodes(servers: Servers) -> AsyncIterator[tuple[Node, Node]]:
    """Two nodes on one Redis."""
    both = await two_nodes(servers.redis_url)
    yield both
    await asyncio.gather(*(node.bus.stop() for node in both))


@pytest.fixture
def mortal() -> Iterator[Valkey]:
    """A Redis that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-valkey-"))
    folder.chmod(0o711)
    server = Valkey(folder, is_durable=False)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def two_nodes(url: str) -> tuple[Node, Node]:
    prefix = f"t{uuid4().hex[:12]}:"
    both = Node(url, prefix), Node(url, prefix)
    await eventually(lambda: all(node.bus.is_connected for node in both))
    return both


async def hear_each_other(here: Node, there: Node, organization_id: UUID) -> None:
    """Publish until the other hears it: the subscription is in Redis a moment after it was asked for."""
    before = len(there.ear.whispers)

    def heard() -> bool:
        here.bus.publish_ephemeral(organization_id, b"are you there?")
        return len(there.ear.whispers) > before

    await eventually(heard, every_s=0.02)


async def test_frames_reach_every_node_once_as_they_were(nodes: tuple[Node, Node], organization_id: UUID) -> None:
    here, there = nodes
    for node in nodes:
        await node.bus.subscribe(organization_id)
    await hear_each_other(here, there, organization_id)
    frames = log_of(3)
    here.bus.publish(organization_id, frames[:1])
    here.bus.publish(organization_id, frames[1:])
    await eventually(lambda: here.frames() == there.frames() == frames)
    assert {id_ for id_, _ in there.ear.hints} == {organization_id}


async def test_a_node_hears_only_the_organizations_that_it_asked_for(
    nodes: tuple[Node, Node], organization_id: UUID
) -> None:
    here, there = nodes
    await there.bus.subscribe(organization_id)
    await hear_each_other(here, there, organization_id)
    here.bus.publish(uuid4(), log_of(1))
    here.bus.publish(organization_id, log_of(1))
    await eventually(lambda: there.ear.hints)
    assert {id_ for id_, _ in there.ear.hints} == {organization_id}
    await there.bus.unsubscribe(organization_id)
    third = uuid4()
    await there.bus.subscribe(third)
    heard = len(there.ear.hints)
    here.bus.publish(organization_id, log_of(1))
    await hear_each_other(here, there, third)
    assert len(there.ear.hints) == heard


async def test_bytes_that_are_no_hint_are_passed_over(
    nodes: tuple[Node, Node], organization_id: UUID, servers: Servers
) -> None:
    here, there = nodes
    await there.bus.subscribe(organization_id)
    await hear_each_other(here, there, organization_id)
    async with Redis.from_url(servers.redis_url) as redis:
        for rubbish in (b"", b"x", b"\x00" * 50, b"abcdefgh[1,2,3]\n"):
            await redis.publish(f"{there.bus._prefix}ev:{organization_id}", rubbish)
    here.bus.publish(organization_id, log_of(1))
    await eventually(lambda: len(there.frames()) == 1)


async def test_after_a_restart_of_redis_hints_flow_again_by_themselves(mortal: Valkey, organization_id: UUID) -> None:
    nodes = here, there = await two_nodes(mortal.start())
    await there.bus.subscribe(organization_id)
    await hear_each_other(here, there, organization_id)
    before = there.ear.reconnections
    mortal.stop()
    await eventually(lambda: not there.bus.is_connected)
    later = uuid4()
    await there.bus.subscribe(later)
    mortal.start()
    await eventually(lambda: there.ear.reconnections > before, what="a sign that hints may be missing")
    await hear_each_other(here, there, organization_id)
    await hear_each_other(here, there, later)
    await asyncio.gather(*(node.bus.stop() for node in nodes))


async def test_flushing_redis_costs_nothing(mortal: Valkey, organization_id: UUID) -> None:
    url = mortal.start()
    nodes = here, there = await two_nodes(url)
    await there.bus.subscribe(organization_id)
    await hear_each_other(here, there, organization_id)
    async with Redis.from_url(url) as redis:
        await redis.flushall()
    frames = log_of(2)
    here.bus.publish(organization_id, frames)
    await eventually(lambda: there.frames() == frames)
    await asyncio.gather(*(node.bus.stop() for node in nodes))


async def test_a_subscriber_that_redis_throws_out_comes_back(mortal: Valkey, organization_id: UUID) -> None:
    url = mortal.start()
    nodes = here, there = await two_nodes(url)
    await there.bus.subscribe(organization_id)
    await hear_each_other(here, there, organization_id)
    before = there.ear.reconnections
    async with Redis.from_url(url) as redis:
        await redis.client_kill_filter(_type="pubsub")
    await eventually(lambda: there.ear.reconnections > before)
    await hear_each_other(here, there, organization_id)
    await asyncio.gather(*(node.bus.stop() for node in nodes))


async def test_publishing_never_waits_for_a_dead_redis(mortal: Valkey, organization_id: UUID) -> None:
    node = Node(mortal.start(), "t:")
    await node.bus.subscribe(organization_id)
    await eventually(lambda: node.bus.is_connected)
    mortal.stop()
    [frame] = log_of(1, size=2000)
    begun = time.perf_counter()
    for _ in range(20_000):
        node.bus.publish(organization_id, [frame])
    assert time.perf_counter() - begun < 5
    assert len(node.bus._outbox) <= bus_module.OUTBOX_LIMIT
    await eventually(lambda: len(node.ear.hints) == 20_000, what="this node's own listener hears all the same")
    await eventually(lambda: not node.bus._outbox, what="hints that nobody can hear are forgotten")
    async with asyncio.timeout(5):
        await node.bus.stop()


async def test_a_redis_that_hangs_is_noticed(
    mortal: Valkey, organization_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "SILENCE_S", 0.2)
    monkeypatch.setattr(bus_module, "TIMEOUT_S", 0.2)
    node = Node(mortal.start(), "t:")
    await node.bus.subscribe(organization_id)
    await eventually(lambda: node.bus.is_connected)
    process = mortal._process
    assert process is not None
    process.send_signal(19)
    try:
        await eventually(lambda: not node.bus.is_connected, within_s=10)
    finally:
        process.send_signal(18)
    await eventually(lambda: node.bus.is_connected, within_s=10)
    await node.bus.stop()
