"""Chromium for tests, with everything that it complains about; the content policy is always on."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A status that the test provoked on purpose is the browser's remark, not ours.
_EXPECTED = "Failed to load resource: "


def chromium_path() -> str | None:
    """The Chromium of this machine; None leaves the choice to Playwright, which may have installed its own."""
    named = os.environ.get("SWITCHBOARD_CHROMIUM")
    if named or Path("/usr/bin/chromium").exists():
        return named or "/usr/bin/chromium"
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Complaints:
    """What a page's console, its errors and its policy said; `expected` texts are let through."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self._expected: list[str] = []

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
            self.said.append(f"{_EXPECTED}{response.status} {response.url}")


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
