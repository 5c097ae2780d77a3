"""Fixtures of the browser tests: a Chromium, a signed-in console, and the customers who write to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.console import Console
from tests.browser.profile import Complaints, chromium, context
from tests.conversations.webhooks import Line
from tests.databases import Database
from tests.serving import Served
from tests.world import World


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with chromium() as launched:
        yield launched


@pytest.fixture
def complaints() -> Complaints:
    """What the browser complains about; a test may say what it expects."""
    return Complaints()


@pytest.fixture
async def profile(browser: Browser, complaints: Complaints, server: Served) -> AsyncIterator[BrowserContext]:
    """A profile of its own, closed before its server; any complaint that was not expected fails the test."""
    async with context(browser, complaints) as opened:
        yield opened
    assert complaints.unexpected() == []


@pytest.fixture
async def page(profile: BrowserContext) -> Page:
    """An empty page."""
    return await profile.new_page()


@pytest.fixture
async def console(page: Page, server: Served, world: World) -> Console:
    """The console of the administrator, signed in and live."""
    console = Console(page, server, world)
    await console.sign_in()
    return console


@pytest.fixture
async def line(server: Served, database: Database, world: World) -> AsyncIterator[Line]:
    """Over which customers write to the organization."""
    async with aiohttp.ClientSession() as http:
        yield Line(server, database, world, http)
