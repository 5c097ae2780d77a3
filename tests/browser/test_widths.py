"""The console on a telephone, on a tablet and on a wide screen."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.console import Console
from tests.browser.profile import Complaints, context
from tests.conversations.webhooks import Line, arrives
from tests.serving import Served
from tests.world import World

pytestmark = pytest.mark.browser

SARI = "628120000010@c.us"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def test_a_telephone_shows_one_pane_at_a_time_and_back_leads_to_the_list(
    browser: Browser, server: Served, world: World, line: Line, complaints: Complaints
) -> None:
    """The browser's own back button closes the conversation, and does not leave the console."""
    await line.deliver(arrives("3EB0A1", "a rather long message " * 12, chat=SARI, name="Sari " + "x" * 80))
    async with context(browser, complaints, **PHONE) as opened:
        console = Console(await opened.new_page(), server, world)
        await console.sign_in()
        await expect(console.row("Sari")).to_be_visible()
        assert await overflow(console.page) == 0
        await console.row("Sari").tap()
        await expect(console.composer()).to_be_visible()
        await expect(console.row("Sari")).to_be_hidden()
        assert await overflow(console.page) == 0
        await console.composer().fill("hello from the bus")
        await console.page.get_by_role("button", name="Send").tap()
        await expect(console.message("hello from the bus")).to_be_in_viewport()
        await console.page.go_back()
        await expect(console.row("Sari")).to_be_visible()
        await expect(console.page).to_have_url(re.compile("/console/#/open$|/console/$"))
        await console.row("Sari").tap()
        await console.page.get_by_role("button", name="Back to the list").tap()
        await expect(console.row("Sari")).to_be_visible()
        assert complaints.unexpected() == []


@pytest.mark.parametrize(
    ("width", "columns"),
    [(1440, "sidebar list conversation details"), (1100, "sidebar list conversation"), (800, "list conversation")],
)
async def test_each_width_has_its_columns(console: Console, line: Line, width: int, columns: str) -> None:
    """Fewer as it gets narrower, and never a page that scrolls sideways."""
    await line.deliver(arrives("3EB0B1", "hello", chat=SARI, name="Sari"))
    await console.open("Sari")
    await console.page.set_viewport_size({"width": width, "height": 800})
    selectors = {"sidebar": ".sidebar", "list": ".list-pane", "conversation": ".conversation", "details": ".details"}
    for name, selector in selectors.items():
        await expect(console.page.locator(selector)).to_be_visible(visible=name in columns.split())
    assert await overflow(console.page) == 0


async def test_details_lie_over_a_narrow_screen_and_escape_takes_them_away(console: Console, line: Line) -> None:
    """On a wide one they are a column that stays as one left it."""
    await line.deliver(arrives("3EB0C1", "hello", chat=SARI, name="Sari"))
    await console.open("Sari")
    details = console.page.get_by_role("complementary", name="Details")
    await expect(details).to_be_visible()
    await console.page.set_viewport_size({"width": 1100, "height": 800})
    await expect(details).to_be_hidden()
    await console.page.keyboard.press("]")
    await expect(details).to_be_visible()
    await console.page.keyboard.press("Escape")
    await expect(details).to_be_hidden()
    await expect(console.composer()).to_be_visible()
