"""A follower of one log that pulls at its own pace: the long poll today, bots and webhooks with their cursors later."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import UUID

from gateway.feed import Feed, Why
from gateway.stream import Frame, Position


class Subscription:
    """Holds nothing but its position, so it cannot overflow."""

    def __init__(self, feed: Feed, organization_id: UUID, since: Position) -> None:
        self.position = since
        self._feed = feed
        self._organization_id = organization_id
        self._news = asyncio.Event()

    async def __aenter__(self) -> Subscription:
        await self._feed.join(self._organization_id, self)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._feed.leave(self._organization_id, self)

    async def next(self, *, wait_s: float) -> list[Frame]:
        """The next frames; none after `wait_s` seconds without any. Raises `Reset`."""
        self._news.clear()
        frames = await self._feed.read(self._organization_id, self.position)
        if not frames:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait_s)
                frames = await self._feed.read(self._organization_id, self.position)
        if frames:
            self.position = frames[-1].position
        return frames

    def passed(self, _frames: list[Frame]) -> None:
        """Wake the one who waits."""
        self._news.set()

    def was_reset(self, _why: Why) -> None:
        """Wake the one who waits; reading tells the rest."""
        self._news.set()

    def whispered(self, _body: bytes) -> None:
        """Ephemerals are not for those who pull."""
