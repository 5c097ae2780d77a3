"""A circuit breaker per channel: after a row of failures it holds sends back for a while; it delays, never fails."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from gateway.channels.errors import SendFailed
from gateway.conversations.verdict import Verdict

FAILURES_TO_OPEN = 5
OPEN_S = 30.0
_MOST_CHANNELS = 10_000


class Breaker:
    """The failures in a row of each channel, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[UUID, int] = OrderedDict()
        self._open: dict[UUID, tuple[float, SendFailed]] = {}

    def held(self, channel_config_id: UUID) -> Verdict | None:
        """Why and how long a send of this channel is held back; after the pause, one probe is let through."""
        if (opened := self._open.get(channel_config_id)) is None:
            return None
        until, why = opened
        if (left_s := until - self._clock()) > 0:
            return Verdict(kind="again", after_s=left_s, counts=False, code=why.code, message=why.message)
        # This caller is the probe: the others wait for what becomes of it.
        self._open[channel_config_id] = (self._clock() + OPEN_S, why)
        return None

    def succeeded(self, channel_config_id: UUID) -> None:
        """The provider answered: whatever it said about one message, the channel works."""
        self._failures.pop(channel_config_id, None)
        self._open.pop(channel_config_id, None)

    def failed(self, channel_config_id: UUID, why: SendFailed) -> None:
        """The provider did not answer, or is out of order."""
        count = self._failures.pop(channel_config_id, 0) + 1
        self._failures[channel_config_id] = count
        if count >= FAILURES_TO_OPEN:
            self._open[channel_config_id] = (self._clock() + OPEN_S, why)
        if len(self._failures) > _MOST_CHANNELS:
            forgotten, _ = self._failures.popitem(last=False)
            self._open.pop(forgotten, None)
