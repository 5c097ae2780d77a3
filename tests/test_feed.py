"""The feed over a real PostgreSQL and a real Redis: order, gaps, resumes, another log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from gateway import feed as feed_module
from gateway.errors import Unavailable
from gateway.feed import Feed, Reset
from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.stream import START, Frame, Hint, Position
from gateway.subscription import Subscription
from tests.databases import Database
from tests.ears import Ear, write
from tests.wait import eventually
from tests.world import World


@pytest.fixture
def deaf(runtime: Runtime) -> Runtime:
    """A runtime whose hints are all lost."""
    runtime.bus.publish = lambda *_: None  # type: ignore[method-assign]
    return runtime


@pytest.fixture
async def node(runtime: Runtime) -> AsyncIterator[Feed]:
    """The feed of another node, which gets no hint at all."""
    other = Feed(runtime)
    other.start()
    yield other
    await other.stop()


async def whole_log(runtime: Runtime, world: World) -> list[Frame]:
    """The log, pulled from its beginning."""
    found: list[Frame] = []
    async with Subscription(runtime.feed, world.organization_id, START) as log:
        while frames := await log.next(wait_s=0.05):
            found.extend(frames)
    return found


async def test_a_listener_hears_what_comes_after_it_joined_and_nothing_before(runtime: Runtime, world: World) -> None:
    await write(runtime, world, 2)
    ear = Ear()
    head = await runtime.feed.join(world.organization_id, ear)
    await write(runtime, world, 3)
    await eventually(lambda: len(ear.frames) == 3)
    assert [frame.s for frame in ear.frames] == [head.s + 1, head.s + 2, head.s + 3]
    assert runtime.feed.head(world.organization_id) == ear.frames[-1].position


async def test_an_organization_hears_nothing_of_another(runtime: Runtime, world: World) -> None:
    ear, other = Ear(), Ear()
    await runtime.feed.join(world.organization_id, ear)
    await runtime.feed.join(world.other.organization_id, other)
    await write(runtime, world.other, 2)
    await eventually(lambda: len(other.frames) == 2)
    assert ear.frames == []


async def test_who_left_hears_nothing_more(runtime: Runtime, world: World) -> None:
    ear, stays = Ear(), Ear()
    await runtime.feed.join(world.organization_id, ear)
    await runtime.feed.join(world.organization_id, stays)
    runtime.feed.leave(world.organization_id, ear)
    await write(runtime, world)
    await eventually(lambda: stays.frames)
    assert ear.frames == []


async def test_a_commit_that_nobody_published_is_heard_within_a_second_or_so(deaf: Runtime, world: World) -> None:
    ear = Ear()
    await deaf.feed.join(world.organization_id, ear)
    await write(deaf, world, 3)
    await eventually(lambda: len(ear.frames) == 3, within_s=1.5)


async def test_a_gap_is_closed_by_one_read_for_all(runtime: Runtime, world: World, node: Feed) -> None:
    ears = [Ear() for _ in range(5)]
    for ear in ears:
        await node.join(world.organization_id, ear)
    await write(runtime, world, 4)
    frames = (await whole_log(runtime, world))[-4:]
    reads = count_reads(node)
    node.hinted(world.organization_id, Hint(frames[-1].position, frames[-1:]))
    await eventually(lambda: all(ear.frames == frames for ear in ears))
    assert len(reads) == 1
    assert all(ear.frames[0].body is ears[0].frames[0].body for ear in ears)


async def test_hints_out_of_order_close_their_gap_without_a_read(runtime: Runtime, world: World, node: Feed) -> None:
    ear = Ear()
    await node.join(world.organization_id, ear)
    await write(runtime, world, 3)
    frames = (await whole_log(runtime, world))[-3:]
    reads = count_reads(node)
    for frame in (frames[2], frames[0], frames[1], frames[0]):
        node.hinted(world.organization_id, Hint(frame.position, [frame]))
    assert ear.frames == frames
    assert reads == []


async def test_a_hint_without_frames_makes_the_node_read(runtime: Runtime, world: World, node: Feed) -> None:
    ear = Ear()
    await node.join(world.organization_id, ear)
    await write(runtime, world, 2)
    last = (await whole_log(runtime, world))[-1]
    node.hinted(world.organization_id, Hint(last.position, []))
    await eventually(lambda: len(ear.frames) == 2)


async def test_a_hint_of_a_log_that_is_not_ours_changes_nothing(runtime: Runtime, world: World, node: Feed) -> None:
    ear = Ear()
    head = await node.join(world.organization_id, ear)
    ghost = Frame(head.s + 1, new_id(), new_id(), "agents", b'{"t":"ghost"}')
    node.hinted(world.organization_id, Hint(ghost.position, [ghost]))
    await write(runtime, world)
    await eventually(lambda: len(ear.frames) == 1)
    assert ear.frames[0].type == "agent.updated"
    assert ear.resets == []


async def test_every_position_can_be_continued_from(runtime: Runtime, world: World) -> None:
    await write(runtime, world, 5)
    frames = await whole_log(runtime, world)
    for count, since in enumerate([START, *(frame.position for frame in frames)]):
        assert await runtime.feed.read(world.organization_id, since) == frames[count:]


async def test_what_the_ring_does_not_hold_comes_from_the_table(runtime: Runtime, world: World, node: Feed) -> None:
    await write(runtime, world, 6)
    frames = await whole_log(runtime, world)
    follower = await forgetful(node, world)
    assert follower.ring.after(frames[0].position) is None
    found: list[Frame] = []
    since = START
    while chunk := await node.read(world.organization_id, since):
        found.extend(chunk)
        since = chunk[-1].position
    assert [frame.body for frame in found] == [frame.body for frame in frames]


async def test_a_storm_of_the_same_question_reads_the_table_once(runtime: Runtime, world: World, node: Feed) -> None:
    await write(runtime, world, 6)
    await forgetful(node, world)
    reads = count_reads(node)
    answers = await asyncio.gather(*(node.read(world.organization_id, START) for _ in range(50)))
    assert len(reads) == 1
    assert all(answer[0].body is answers[0][0].body for answer in answers)


async def test_a_position_that_never_was_is_refused(runtime: Runtime, world: World, node: Feed) -> None:
    await write(runtime, world, 4)
    frames = await whole_log(runtime, world)
    await forgetful(node, world)
    for s in (frames[0].s, frames[-1].s):
        for feed in (runtime.feed, node):
            with pytest.raises(Reset):
                await feed.read(world.organization_id, Position(s, new_id()))


async def test_a_position_of_another_organization_is_refused(runtime: Runtime, world: World) -> None:
    await write(runtime, world, 3)
    await write(runtime, world.other, 3)
    theirs = await runtime.feed.join(world.other.organization_id, Ear())
    with pytest.raises(Reset):
        await runtime.feed.read(world.organization_id, theirs)


async def test_a_position_ahead_of_this_node_is_met_by_reading_on(runtime: Runtime, world: World, node: Feed) -> None:
    ear = Ear()
    await node.join(world.organization_id, ear)
    await write(runtime, world, 3)
    last = (await whole_log(runtime, world))[-1]
    assert await node.read(world.organization_id, last.position) == []
    assert node.head(world.organization_id) == last.position
    assert len(ear.frames) == 3


async def test_a_position_ahead_of_the_log_is_refused(runtime: Runtime, world: World) -> None:
    await write(runtime, world)
    with pytest.raises(Reset) as refused:
        await runtime.feed.read(world.organization_id, Position(10_000, new_id()))
    assert refused.value.why == "diverged"


async def test_a_quiet_organization_is_never_reset(runtime: Runtime, world: World) -> None:
    assert await runtime.feed.read(world.organization_id, START) == []
    await write(runtime, world)
    head = (await whole_log(runtime, world))[-1].position
    other = Feed(runtime)
    await drop_old_events(runtime, world)
    assert await other.read(world.organization_id, head) == []
    await other.stop()


async def test_one_who_is_very_far_behind_begins_anew(
    runtime: Runtime, world: World, node: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(runtime, world, 6)
    await forgetful(node, world)
    monkeypatch.setattr(feed_module, "MOST_BEHIND", 3)
    with pytest.raises(Reset) as refused:
        await node.read(world.organization_id, START)
    assert refused.value.why == "overflow"


async def test_one_who_was_away_longer_than_the_log_is_kept_begins_anew(
    runtime: Runtime, world: World, node: Feed, database: Database
) -> None:
    await write(runtime, world, 4)
    frames = await whole_log(runtime, world)
    await forgetful(node, world)
    await as_owner(database, "DELETE FROM events WHERE seq <= 2")
    with pytest.raises(Reset) as refused:
        await node.read(world.organization_id, frames[0].position)
    assert refused.value.why == "too_old"


async def test_a_log_that_was_set_back_resets_everyone_who_was_ahead(
    runtime: Runtime, world: World, database: Database
) -> None:
    await write(runtime, world, 4)
    ear = Ear()
    head = await runtime.feed.join(world.organization_id, ear)
    await as_owner(
        database,
        f"DELETE FROM events WHERE seq > {head.s - 2}",
        f"UPDATE event_streams s SET seq = {head.s - 2}, last_event_id = (SELECT id FROM events e WHERE"
        f" e.organization_id = s.organization_id AND e.seq = {head.s - 2}) WHERE seq = {head.s}",
    )
    await eventually(lambda: ear.resets == ["diverged"], within_s=5)
    with pytest.raises(Reset):
        await runtime.feed.read(world.organization_id, head)
    await write(runtime, world)
    await eventually(lambda: [frame.s for frame in ear.frames] == [head.s - 1], within_s=5)


async def test_a_log_that_was_set_back_and_grew_again_is_another_log(
    runtime: Runtime, world: World, node: Feed, database: Database
) -> None:
    await write(runtime, world, 3)
    ear = Ear()
    head = await node.join(world.organization_id, ear)
    before = head.s - 1
    await as_owner(
        database,
        f"DELETE FROM events WHERE seq > {before}",
        f"UPDATE event_streams s SET seq = {before}, last_event_id = (SELECT id FROM events e WHERE"
        f" e.organization_id = s.organization_id AND e.seq = {before}) WHERE seq = {head.s}",
    )
    await write(runtime, world, 3)
    await eventually(lambda: ear.resets == ["diverged"], within_s=5)
    assert ear.frames == []


async def test_with_the_database_away_the_feed_waits_and_then_goes_on(
    runtime: Runtime, world: World, node: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = Ear()
    await node.join(world.organization_id, ear)
    with monkeypatch.context() as away:
        away.setattr(node._reader, "heads", refuse)
        away.setattr(node._reader, "range", refuse)
        await write(runtime, world, 2)
        last = (await whole_log(runtime, world))[-1]
        node.hinted(world.organization_id, Hint(last.position, []))
        await eventually(lambda: refusals, within_s=5)
        assert ear.frames == []
    await eventually(lambda: len(ear.frames) == 2, within_s=5)


async def test_a_subscription_waits_for_news_and_no_longer_than_it_was_told(runtime: Runtime, world: World) -> None:
    head = await runtime.feed.join(world.organization_id, Ear())
    async with Subscription(runtime.feed, world.organization_id, head) as log:
        assert await log.next(wait_s=0.01) == []
        waiting = asyncio.create_task(log.next(wait_s=10))
        await write(runtime, world)
        assert [frame.s for frame in await waiting] == [head.s + 1]


async def test_an_organization_that_nobody_follows_is_forgotten(
    runtime: Runtime, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "LINGER_S", 0.0)
    ear = Ear()
    await runtime.feed.join(world.organization_id, ear)
    runtime.feed.leave(world.organization_id, ear)
    await eventually(lambda: runtime.feed.head(world.organization_id) is None, within_s=5)
    await runtime.feed.join(world.organization_id, ear)
    await write(runtime, world)
    await eventually(lambda: ear.frames)


refusals: list[str] = []


async def refuse(*_: object) -> None:
    refusals.append("refused")
    raise Unavailable


def count_reads(feed: Feed) -> list[Position]:
    """Every range read that this feed makes from now on."""
    reads: list[Position] = []
    really = feed._reader.range

    async def counted(organization_id: object, since: Position) -> list[Frame]:
        reads.append(since)
        return await really(organization_id, since)  # type: ignore[arg-type]

    feed._reader.range = counted  # type: ignore[method-assign,assignment]
    return reads


async def forgetful(feed: Feed, world: World) -> object:
    """The follower of this feed, whose ring holds the last event only."""
    await feed.join(world.organization_id, Ear())
    follower = feed._channels[world.organization_id].follower
    assert follower is not None
    while len(follower.ring) > 1:
        follower.ring._forget()
    return follower


async def drop_old_events(runtime: Runtime, world: World) -> None:
    """As if everything in the log were older than it is kept."""
    connection = await asyncpg.connect(runtime.settings.database_url)
    await connection.execute("DELETE FROM events WHERE organization_id = $1", world.organization_id)
    await connection.close()


async def as_owner(database: Database, *statements: str) -> None:
    """Do what only a failover or an operator does."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL row_security = off")
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()
