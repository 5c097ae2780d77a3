"""What can go wrong while sending, as values that know their fate; only `deliver` decides what is done about it.

retry      certainly not sent: the same attempt may be made again, not before `retry_after_s`
unknown    may have been sent: look for evidence first, and only then decide
permanent  will not be sent: tell the agent
"""

from __future__ import annotations

from typing import Literal

import msgspec

Fate = Literal["retry", "unknown", "permanent"]


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The provider has taken the message; `external_key` is null if its answer could not be read."""

    external_key: str | None


class SendFailed(msgspec.Struct, frozen=True, kw_only=True):
    """A send that did not surely succeed: its fate, a stable code, a sentence for the agent, `detail` for the log."""

    fate: Fate
    code: str
    message: str
    detail: str = ""
    retry_after_s: float | None = None
    stops_channel: bool = False  # nothing of this channel will get through until an operator or time mends it
    stops_new_chats: bool = False  # only sends to people who never wrote are refused

    @property
    def is_unknown(self) -> bool:
        """Whether the message may have left all the same."""
        return self.fate == "unknown"


SendResult = Accepted | SendFailed
