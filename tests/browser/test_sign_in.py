"""Signing in and out, in a real Chromium under the real policy."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.console import Console
from tests.browser.profile import Complaints
from tests.serving import Served
from tests.world import World

pytestmark = pytest.mark.browser

UNAUTHORIZED = "401 (Unauthorized)"


async def test_a_right_password_leads_to_the_console(console: Console) -> None:
    """The fixture signs in; what it leads to is the console of that organization."""
    await expect(console.page.get_by_text("Acme", exact=True)).to_be_visible()
    await expect(console.page.get_by_text("No open conversations")).to_be_visible()


async def test_a_wrong_password_is_said_and_what_was_typed_stays(
    page: Page, server: Served, world: World, complaints: Complaints
) -> None:
    """Neither the address nor the reason is given away."""
    complaints.expect(UNAUTHORIZED)
    await page.goto(f"{server.url}/console/login")
    await page.get_by_label("E-mail").fill(world.email)
    await page.get_by_label("Password").fill("not this one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("do not go together")
    await expect(page.get_by_label("E-mail")).to_have_value(world.email)
    await expect(page.get_by_label("Password")).to_be_focused()
    await expect(page.get_by_role("button", name="Sign in")).to_be_enabled()


async def test_an_empty_field_is_pointed_at(page: Page, server: Served) -> None:
    """Nothing is asked of the server for that."""
    await page.goto(f"{server.url}/console/login")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text("Type your e-mail address.")
    await expect(page.get_by_label("E-mail")).to_be_focused()


async def test_a_console_without_a_sign_in_leads_to_the_login_page(
    page: Page, server: Served, world: World, complaints: Complaints
) -> None:
    """The page itself is for everybody; what is on it is not."""
    complaints.expect(UNAUTHORIZED)
    await page.goto(f"{server.url}/console/")
    await page.wait_for_url(f"{server.url}/console/login")


async def test_signing_out_ends_it_in_every_tab(console: Console, complaints: Complaints) -> None:
    """The other tab learns of it over its socket."""
    complaints.expect(UNAUTHORIZED)
    other = await console.page.context.new_page()
    await other.goto(f"{console.server.url}/console/")
    await expect(other.locator('.status[data-phase="live"]')).to_be_attached()
    await console.page.get_by_role("button", name="Sign out").first.click()
    await console.page.wait_for_url(f"{console.server.url}/console/login")
    await other.wait_for_url(f"{console.server.url}/console/login")
