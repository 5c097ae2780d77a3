"""A simulator with one session, whose webhooks go to a receiver that writes them down."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from gateway.waha.simulator import Simulator
from gateway.waha.simulator.accounts import Engine
from tests.waha.simulator.receiver import KEY, Receiver, receiving, simulating


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Where the webhooks go."""
    async with receiving() as opened:
        yield opened


@pytest.fixture
def engine() -> Engine:
    """The engine of the simulator; a test that wants another one says so."""
    return "GOWS"


@pytest.fixture
async def simulator(receiver: Receiver, engine: Engine) -> AsyncIterator[Simulator]:
    """A simulator whose session `shop` is WORKING, and whose receiver has nothing in it yet."""
    async with simulating(receiver, engine=engine) as started:
        yield started


@pytest.fixture
async def http(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that has the key."""
    async with aiohttp.ClientSession(simulator.url, headers={"X-Api-Key": KEY}) as session:
        yield session
