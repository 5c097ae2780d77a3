"""What a console sees over its socket, and what it never does."""

from __future__ import annotations

from typing import Any

from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from tests.console.live import signed_in
from tests.ears import announce, write
from tests.serving import Served
from tests.world import World


def same(events: list[dict[str, Any]], first: int, count: int) -> bool:
    return [event["s"] for event in events] == list(range(first, first + count))


async def test_another_organization_is_never_seen(server: Served, runtime: Runtime, world: World) -> None:
    async with (
        signed_in(server, world) as ours,
        signed_in(server, world.other) as theirs,
        ours.console() as console,
        theirs.console() as other,
    ):
        await write(runtime, world.other, 3)
        await other.wait_for("agent.updated", count=3)
        await write(runtime, world)
        await console.wait_for("agent.updated")
        assert {event["d"]["agent"]["id"] for event in console.events()} == {str(world.agent_id)}
        assert {event["d"]["agent"]["id"] for event in other.events()} == {str(world.other.agent_id)}


async def test_what_is_for_somebody_else_is_a_step_without_content(
    server: Served, runtime: Runtime, world: World
) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        ready = await console.wait_for("ready")
        await write(runtime, world, audience=f"user:{new_id()}")
        step = await console.wait_for("sync")
        assert step["s"] == ready["s"] + 1
        await write(runtime, world, audience=f"user:{world.user_id}")
        assert (await console.wait_for("agent.updated"))["s"] == ready["s"] + 2
        assert len(console.events()) == 1
        async with person.console(since=ready) as again:
            await again.wait_for("agent.updated")
            assert [frame["s"] for frame in again.frames if "s" in frame and frame["t"] != "ready"] == [
                ready["s"] + 1,
                ready["s"] + 2,
            ]


async def test_a_console_that_comes_back_gets_what_it_missed(server: Served, runtime: Runtime, world: World) -> None:
    async with signed_in(server, world) as person:
        async with person.console() as console:
            before = await console.wait_for("ready")
        await write(runtime, world, 7)
        async with person.console(since=before) as again:
            ready = await again.wait_for("ready")
            assert ready["recovered"]
            await again.wait_for("agent.updated", count=7)
            assert same(again.events(), before["s"] + 1, 7)
            assert ready["s"] == before["s"] + 7


async def test_a_position_that_never_was_is_answered_with_a_reset(
    server: Served, runtime: Runtime, world: World
) -> None:
    await write(runtime, world, 3)
    async with signed_in(server, world) as person:
        snapshot = await person.snapshot()
        for since in ({"s": snapshot["s"], "id": new_id()}, {"s": snapshot["s"] + 9, "id": new_id()}):
            async with person.console(since=since) as console:
                assert not (await console.wait_for("ready"))["recovered"]
                assert (await console.wait_for("reset"))["why"] == "diverged"
                await write(runtime, world)
                fresh = await person.snapshot()
                await console.say(t="resume", since={"s": fresh["s"], "id": fresh["id"]})
                assert (await console.wait_for("sync"))["s"] == fresh["s"]
                await write(runtime, world)
                assert (await console.wait_for("agent.updated"))["s"] == fresh["s"] + 1
                assert len(console.events()) == 1


async def test_a_position_of_another_organization_is_worth_nothing(
    server: Served, runtime: Runtime, world: World
) -> None:
    await write(runtime, world, 3)
    await write(runtime, world.other, 5)
    async with signed_in(server, world) as ours, signed_in(server, world.other) as theirs:
        foreign = await theirs.snapshot()
        async with ours.console(since=foreign) as console:
            await console.wait_for("reset")
            assert console.events() == []


async def test_a_burst_comes_in_few_messages_complete_and_in_order(
    server: Served, runtime: Runtime, world: World
) -> None:
    async with signed_in(server, world) as person, person.console() as console:
        ready = await console.wait_for("ready")
        async with tenant_tx(runtime, world.organization_id) as tx:
            for _ in range(200):
                await announce(tx, world)
        await console.wait_for("agent.updated", count=200)
        assert same(console.events(), ready["s"] + 1, 200)
        assert len(console.messages) < 20


async def test_typing_and_looking_are_shown_to_the_others(server: Served, runtime: Runtime, world: World) -> None:
    session_id = new_id()
    async with signed_in(server, world) as person, person.console() as one, person.console() as two:
        await one.say(t="typing", session=str(session_id), on=True)
        typing = (await two.wait_for("typing"))["d"]
        assert (typing["session_id"], typing["who"], typing["id"], typing["on"]) == (
            str(session_id),
            "agent",
            str(world.agent_id),
            True,
        )
        await one.say(t="focus", session=str(session_id))
        viewers = (await two.wait_for("viewers"))["d"]
        assert viewers == {
            "session_id": str(session_id),
            "agents": [{"id": str(world.agent_id), "name": typing["name"]}],
        }
        async with person.console() as late:
            assert (await late.wait_for("viewers"))["d"] == viewers
            assert (await late.wait_for("presence"))["d"]["online"] == [str(world.agent_id)]
        await one.stop()
        assert (await two.wait_for("viewers", count=2))["d"]["agents"] == []
