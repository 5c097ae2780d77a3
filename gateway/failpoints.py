"""Places at which a test can have this process killed, as a power cut would."""

from __future__ import annotations

import os
import signal

_NAMES = "SWITCHBOARD_FAILPOINTS"
_left: dict[str, int] = {}


def arm(text: str) -> None:
    """Name the places, separated by commas: `name` kills at the first passage, `name:3` at the third."""
    _left.clear()
    for part in filter(None, text.split(",")):
        name, _, nth = part.strip().partition(":")
        _left[name] = int(nth or 1)


def hit(name: str) -> None:
    """Pass a place; nothing happens unless it is armed."""
    if not _left or name not in _left:
        return
    _left[name] -= 1
    if _left[name] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(_NAMES, ""))
