"""`switchboard channel add`: a WAHA session is connected, and told where its webhooks go."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import msgspec
import pytest
from rich.console import Console

from gateway.errors import Conflict, NotFound
from gateway.settings import Settings
from gateway.start.channels import add_channel, replay
from gateway.waha.connect import NewSession
from gateway.waha.simulator import AT_ONCE, Simulator, start_simulator
from tests.serving import Served
from tests.wait import eventually
from tests.world import World


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await start_simulator(pace=AT_ONCE)
    yield running
    await running.stop()


@pytest.fixture
def said() -> Console:
    return Console(file=io.StringIO(), width=300)


def text_of(console: Console) -> str:
    """What was printed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def support(simulator: Simulator, *, name: str = "Support", session: str = "support") -> NewSession:
    """A new channel on the simulated WAHA."""
    return NewSession(name=name, session_name=session, base_url=simulator.url, api_key=simulator.api_key)


async def test_waha_makes_a_session_it_did_not_know_and_what_it_receives_arrives(
    settings: Settings, world: World, server: Served, simulator: Simulator, said: Console
) -> None:
    here = msgspec.structs.replace(settings, public_url=server.url)
    await add_channel(here, said, "acme", support(simulator))
    assert f"Webhook URL  {server.url}/webhooks/waha/" in text_of(said)
    assert "HMAC key" in text_of(said)
    account = simulator.account("support")
    account.is_paired = True
    restart, key = f"{simulator.url}/api/sessions/support/restart", {"X-Api-Key": simulator.api_key}
    async with aiohttp.ClientSession() as client, client.post(restart, headers=key) as answer:
        assert answer.status == 201
    await eventually(lambda: account.status == "WORKING", what="the session works")
    message = simulator.write(simulator.people[0], "hello", session="support")
    await eventually(lambda: message.key in simulator.acknowledged(), what="it is stored")
    connection = await asyncpg.connect(settings.database_url)
    try:
        assert await connection.fetchval("select organization_id from messages") == world.organization_id
    finally:
        await connection.close()


async def test_the_webhooks_that_a_session_had_stay(
    settings: Settings, world: World, simulator: Simulator, said: Console
) -> None:
    await simulator.connect("support", webhook_url="http://elsewhere.invalid/hook")
    await add_channel(settings, said, "acme", support(simulator))
    urls = [hook.url for hook in simulator.account("support").webhooks]
    assert urls[0] == "http://elsewhere.invalid/hook"
    assert "/webhooks/waha/" in urls[1]


async def test_without_waha_the_channel_is_there_and_the_rest_is_said(
    settings: Settings, world: World, said: Console
) -> None:
    new = NewSession(name="Later", session_name="later", base_url="http://127.0.0.1:1")
    await add_channel(settings, said, "acme", new)
    assert "WAHA was not told" in text_of(said)
    assert "Webhook URL" in text_of(said)


async def test_the_same_session_twice_or_an_unknown_organization_is_one_sentence(
    settings: Settings, world: World, simulator: Simulator, said: Console
) -> None:
    await add_channel(settings, said, "acme", support(simulator))
    with pytest.raises(Conflict, match="the session support of"):
        await add_channel(settings, said, "rival", support(simulator, name="Other"))
    with pytest.raises(NotFound, match="NOBODY"):
        await add_channel(settings, said, "nobody", support(simulator, session="third"))


async def test_replay_says_what_became_of_failed_webhooks(settings: Settings, world: World, said: Console) -> None:
    assert await replay(settings, said, "acme", limit=10) == 0
    assert "0 went through, 0 failed again" in text_of(said)
