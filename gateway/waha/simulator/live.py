"""What the phone page hears: one bounded queue per open page, and a page that falls behind starts again."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec


class Live:
    """The open phone pages."""

    def __init__(self, queue_limit: int = 1_000) -> None:
        self._pages: set[asyncio.Queue[bytes | None]] = set()
        self._queue_limit = queue_limit

    @property
    def is_watched(self) -> bool:
        """Whether any page is open."""
        return bool(self._pages)

    def open(self) -> asyncio.Queue[bytes | None]:
        """A page that listens from now on; None in its queue means the end."""
        page: asyncio.Queue[bytes | None] = asyncio.Queue(self._queue_limit)
        self._pages.add(page)
        return page

    def close(self, page: asyncio.Queue[bytes | None]) -> None:
        """A page that has gone."""
        self._pages.discard(page)

    def publish(self, kind: str, **data: Any) -> None:
        """Tell every page; nothing is encoded when there is none."""
        if not self._pages:
            return
        frame = msgspec.json.encode({"t": kind, **data})
        for page in list(self._pages):
            if page.full():
                self._end(page)
            else:
                page.put_nowait(frame)

    def end(self) -> None:
        """Send every page away."""
        for page in list(self._pages):
            self._end(page)

    def _end(self, page: asyncio.Queue[bytes | None]) -> None:
        self.close(page)
        while page.full():
            page.get_nowait()
        page.put_nowait(None)
