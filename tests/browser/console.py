"""The console as a test uses it: what an agent does, and what stands on the screen."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.serving import Served
from tests.world import Tenant


class Console:
    """One page with the console in it."""

    def __init__(self, page: Page, server: Served, tenant: Tenant) -> None:
        self.page = page
        self.server = server
        self.tenant = tenant

    async def sign_in(self) -> None:
        """Sign in on the page for that, and wait until the console is live."""
        await self.page.goto(f"{self.server.url}/console/login")
        await self.page.get_by_label("E-mail").fill(self.tenant.email)
        await self.page.get_by_label("Password").fill(self.tenant.password)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.wait_for_url(f"{self.server.url}/console/**")
        await self.wait_live()

    async def wait_live(self) -> None:
        """Wait until the line is live."""
        await expect(self.page.locator('.status[data-phase="live"]')).to_be_attached(timeout=15_000)

    def rows(self) -> Locator:
        """The conversations in the list that are drawn."""
        return self.page.get_by_role("listbox", name="Conversations").get_by_role("option")

    def row(self, text: str) -> Locator:
        """The conversation in the list that shows this text."""
        return self.rows().filter(has_text=text)

    def messages(self) -> Locator:
        """The bubbles of the open conversation."""
        return self.page.locator(".message")

    def message(self, text: str) -> Locator:
        """The bubble that says this."""
        return self.messages().filter(has_text=text)

    def composer(self) -> Locator:
        """The field for an answer."""
        return self.page.get_by_role("textbox", name="Reply")

    async def open(self, text: str) -> None:
        """Open the conversation that shows this text, and take the pointer away, so that nothing is held."""
        await self.row(text).click()
        await expect(self.composer()).to_be_visible()
        await self.page.mouse.move(1000, 300)

    async def send(self, text: str) -> None:
        """Write an answer and send it."""
        await self.composer().fill(text)
        await self.composer().press("Enter")

    async def expect_stored(self, text: str) -> None:
        """Wait until the server has the answer that says this."""
        await expect(self.message(text)).not_to_have_attribute("data-status", re.compile("outbox"))

    async def expect_phase(self, *phases: str) -> None:
        """Wait until the line is in one of these phases."""
        await expect(self.page.locator(".status")).to_have_attribute(
            "data-phase", re.compile("|".join(phases)), timeout=15_000
        )
