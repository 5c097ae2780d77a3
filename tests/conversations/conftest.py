"""A provider's line to a gateway that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.conversations.webhooks import Line
from tests.databases import Database
from tests.serving import Served
from tests.world import World


@pytest.fixture
async def line(server: Served, database: Database, world: World) -> AsyncIterator[Line]:
    """The line of the organization under test."""
    async with aiohttp.ClientSession() as http:
        yield Line(server, database, world, http)
