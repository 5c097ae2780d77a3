"""A circuit breaker per channel: after a row of failures it holds sends back for a while; it delays, never fails."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

FAILURES_TO_OPEN = 5
OPEN_S = 30.0
_MOST_CHANNELS = 10_000


class Breaker:
    """The failures in a row of each channel, in this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[UUID, int] = OrderedDict()
        self._open_until: dict[UUID, float] = {}

    def wait_s(self, channel_config_id: UUID) -> float:
        """Seconds to hold back a send of this channel; 0 lets it through, and after a pause lets one probe through."""
        until = self._open_until.get(channel_config_id)
        if until is None:
            return 0.0
        if (left := until - self._clock()) > 0:
            return left
        # This caller is the probe: the others wait for what becomes of it.
        self._open_until[channel_config_id] = self._clock() + OPEN_S
        return 0.0

    def succeeded(self, channel_config_id: UUID) -> None:
        """The provider answered: whatever it said about one message, the channel works."""
        self._failures.pop(channel_config_id, None)
        self._open_until.pop(channel_config_id, None)

    def failed(self, channel_config_id: UUID) -> None:
        """The provider did not answer, or is out of order."""
        count = self._failures.pop(channel_config_id, 0) + 1
        self._failures[channel_config_id] = count
        if count >= FAILURES_TO_OPEN:
            self._open_until[channel_config_id] = self._clock() + OPEN_S
        if len(self._failures) > _MOST_CHANNELS:
            forgotten, _ = self._failures.popitem(last=False)
            self._open_until.pop(forgotten, None)
