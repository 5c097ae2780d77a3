"""A browser profile, and everything that its pages complain about; the content policy is always on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response, async_playwright

from tests.chromium import ARGUMENTS, find, must_test_everything

# A server under load may refuse a socket and is asked again; the browser remarks on it, and a busy machine is no bug.
_TOLERATED = ("Unexpected response code: 503",)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A real Chromium; without one a browser test is left out, or fails where none may be."""
    found = find()
    if found is None:
        assert not must_test_everything(), "there is no Chromium here"
        pytest.skip("there is no Chromium here")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield launched
        await launched.close()


class Complaints:
    """What a page's console, its errors and its policy said; `expected` texts are let through."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._expected: list[str] = [*_TOLERATED]

    def expect(self, text: str) -> None:
        """Let complaints that contain this text through."""
        self._expected.append(text)

    def watch(self, page: Page) -> None:
        """Listen to a page from its first moment."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"page error: {error}"))
        page.on("response", self._response)

    def unexpected(self) -> list[str]:
        """What nobody expected."""
        return [said for said in self.said if not any(text in said for text in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.said.append(f"{response.status} {response.url}")


@asynccontextmanager
async def context(browser: Browser, complaints: Complaints, **options: Any) -> AsyncIterator[BrowserContext]:
    """A browser profile of its own, whose pages are all listened to."""
    opened = await browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    opened.set_default_timeout(10_000)
    opened.on("page", complaints.watch)
    try:
        yield opened
    finally:
        await opened.close()
