"""Why a socket is closed. 4000 to 4499: come back with jitter; 4500 and up: do not."""

from __future__ import annotations

from enum import IntEnum

BACK_OFF_S = (0.5, 30.0)


class Close(IntEnum):
    """The close codes of `switchboard.v1`."""

    INTERNAL = 4000
    DRAINING = 4001
    SLOW = 4002
    HEARTBEAT = 4003
    POSITION = 4004
    TICKET = 4005
    RATE = 4006
    BAD_FRAME = 4500
    NOT_AUTHENTICATED = 4501
    REVOKED = 4502
    FORBIDDEN = 4503
    TOO_MANY = 4505
    VERSION = 4506

    @property
    def may_return(self) -> bool:
        """Whether the client should try again."""
        return self < Close.BAD_FRAME
