"""The first message, from the command line to the ticks: a phone page, a console, and everything between them real."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.profile import Complaints, context
from tests.chromium import must_test_everything
from tests.start.named import BINARIES, MISSING, has_named_servers, postgres, redis
from tests.start.product import Product, free_port

pytestmark = pytest.mark.browser

QUESTION = "Is the blue one still there? 🙂"
ANSWER = "Yes — shall I keep it for you?"


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that the servers' account can reach."""
    made = Path(tempfile.mkdtemp(prefix="switchboard-first-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
async def desk(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A profile whose every complaint fails the test."""
    complaints = Complaints()
    async with context(browser, complaints) as opened:
        yield opened
    assert complaints.unexpected() == []


async def test_a_message_from_the_phone_is_answered_and_its_ticks_turn_read(folder: Path, desk: BrowserContext) -> None:
    with_demo = Product("up", "--demo", "--port", str(free_port()), cwd=folder)
    try:
        with_demo.until_said("Ctrl-C stops it")
        await first_message(desk, with_demo.first_run)
        await desk.close()  # before its server goes, which an open page would rightly complain about
    finally:
        code = with_demo.stop(signal.SIGINT)
    assert code == 0, with_demo.output


@pytest.mark.skipif(not must_test_everything() and not has_named_servers(), reason=MISSING)
async def test_the_same_on_the_systems_postgresql_and_redis(folder: Path, desk: BrowserContext) -> None:
    assert has_named_servers(), MISSING
    with postgres(folder, BINARIES[0]) as database_url, redis(folder) as redis_url:
        urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        with_demo = Product("up", "--demo", "--port", str(free_port()), cwd=folder, **urls)
        try:
            with_demo.until_said("Ctrl-C stops it")
            assert with_demo.first_run["database_url"] == database_url
            await first_message(desk, with_demo.first_run)
            await desk.close()
        finally:
            code = with_demo.stop(signal.SIGINT)
        assert code == 0, with_demo.output


async def first_message(desk: BrowserContext, first_run: dict[str, Any]) -> None:
    """A new customer writes on the phone, the agent answers in the console, the customer reads it."""
    console, phone = await desk.new_page(), await desk.new_page()
    await sign_in(console, first_run)
    name = await meet_a_customer(phone, first_run)
    await phone.get_by_label("Message", exact=True).fill(QUESTION)
    await phone.get_by_label("Message", exact=True).press("Enter")

    row = console.get_by_role("option").filter(has_text=name)
    await expect(row).to_contain_text(QUESTION)
    await row.click()
    await expect(console.locator(".message").filter(has_text=QUESTION)).to_be_visible()
    await console.get_by_role("textbox", name="Reply").fill(ANSWER)
    await console.get_by_role("textbox", name="Reply").press("Enter")

    await expect(phone.get_by_role("article").filter(has_text=ANSWER)).to_have_count(1)
    answer = console.locator(".message").filter(has_text=ANSWER)
    await expect(answer).to_have_count(1)
    await expect(answer).to_have_attribute("data-status", "read", timeout=20_000)


async def sign_in(console: Page, first_run: dict[str, Any]) -> None:
    """Sign in as the first administrator and wait until the console is live."""
    await console.goto(f"{first_run['url']}/")
    await console.get_by_label("E-mail").fill(first_run["admin"]["email"])
    await console.get_by_label("Password").fill(first_run["admin"]["password"])
    await console.get_by_role("button", name="Sign in").click()
    await expect(console.locator('.status[data-phase="live"]')).to_be_attached(timeout=20_000)


async def meet_a_customer(phone: Page, first_run: dict[str, Any]) -> str:
    """Open the phone page and hold the phone of somebody who has not written yet; their name."""
    await phone.goto(f"{first_run['waha']['simulator_url']}/simulator/")
    await phone.get_by_role("button", name="Mei Lin").click()
    return "Mei Lin"
