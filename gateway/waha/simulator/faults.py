"""The switches that make the simulator behave as badly as WAHA can, and how long each stays on."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """One fault: what it is called, what it does, and its usual measure."""

    group: str
    label: str
    help: str
    unit: str = ""
    usual: float = 0


CATALOGUE: dict[str, Kind] = {
    "drop": Kind("Webhooks", "Drop", "The webhook is never sent"),
    "double": Kind("Webhooks", "Double", "The same webhook is posted several times at once", "copies", 2),
    "replay": Kind("Webhooks", "Replay", "The same message is told again under another event id", "copies", 2),
    "delay": Kind("Webhooks", "Delay", "The webhook leaves late", "seconds", 5),
    "reorder": Kind("Webhooks", "Reorder", "Webhooks are held back and leave shuffled", "held", 3),
    "twin": Kind("Webhooks", "LID twin", "Each message is told under the phone id and under the hidden id"),
    "both": Kind("Webhooks", "Both kinds", "message is sent beside message.any, subscribed or not"),
    "echo_after": Kind("Echoes and ticks", "Late echo", "Our own message is echoed after the answer to the send"),
    "echo_never": Kind("Echoes and ticks", "No echo", "Our own message is not echoed"),
    "echo_first": Kind("Echoes and ticks", "Echo first", "The send is answered only after its echo has been taken"),
    "stuck_ack": Kind("Echoes and ticks", "Stuck ticks", "Acks end at SERVER"),
    "shuffled_acks": Kind("Echoes and ticks", "Shuffled ticks", "Acks come doubled and backwards"),
    "not_working": Kind("Sends", "Not WORKING", "A send is answered 422"),
    "server_error": Kind("Sends", "Engine error", "A send is answered 500, server returned error", "code", 463),
    "reset": Kind("Sends", "Cut", "The connection is cut before the message is accepted"),
    "timeout_after_accept": Kind("Sends", "Silence after", "Accepted, and never answered", "seconds", 120),
    "reset_after_accept": Kind("Sends", "Cut after", "Accepted, then the connection is cut"),
    "error_after_accept": Kind("Sends", "500 after", "Accepted, then answered 500"),
    "slow": Kind("Sends", "Slow", "A send is answered late", "seconds", 3),
    "no_new_message_id": Kind("Sends", "Old WAHA", "new-message-id is unknown (before 2026.4.3)"),
}


class Fault(msgspec.Struct, kw_only=True):
    """A switched-on fault: `times` is how often it still strikes (none: until switched off)."""

    times: int | None = None
    measure: float = 0
    chance: float = 1.0


class Faults:
    """The faults that are switched on."""

    def __init__(self, dice: random.Random) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._on: dict[str, Fault] = {}
        self._dice = dice

    def set(self, name: str, *, times: int | None = None, measure: float | None = None, chance: float = 1.0) -> None:
        """Switch a fault on, for the next `times` or for good; KeyError when there is no such fault."""
        usual = CATALOGUE[name].usual
        self._on[name] = Fault(times=times, measure=usual if measure is None else measure, chance=chance)
        self.on_change()

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        if name is None:
            self._on.clear()
        else:
            self._on.pop(name, None)
        self.on_change()

    def take(self, name: str) -> Fault | None:
        """The fault, if it strikes now."""
        fault = self._on.get(name)
        if fault is None or self._dice.random() >= fault.chance:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._on[name]
            self.on_change()
        return fault

    def is_on(self, name: str) -> bool:
        """Whether it is switched on, without using it up."""
        return name in self._on

    @property
    def on(self) -> dict[str, Fault]:
        """What is switched on."""
        return dict(self._on)
