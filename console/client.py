"""One open socket: its protocol, its wire, who it is, and how far behind its reader may fall."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from console.closes import Close
from console.frames import coalesce
from console.protocol import Protocol
from gateway.web.wire import Packet, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable

    from console.room import Room
    from gateway.identity.principal import Principal

FEW_BYTES = 256 * 1024
MOST_BYTES = 1024 * 1024
STALL_S = 5.0


class Client:
    """A console at the other end of a wire."""

    __slots__ = (
        "_taken",
        "_written",
        "address",
        "drained_at",
        "focus",
        "origin",
        "principal",
        "protocol",
        "room",
        "wire",
    )

    def __init__(self, protocol: Protocol, wire: Wire, *, address: str, origin: str, now: float) -> None:
        self.protocol, self.wire = protocol, wire
        self.address, self.origin = address, origin
        self.principal: Principal | None = None
        self.room: Room | None = None
        self.focus: UUID | None = None
        self.drained_at = now
        self._written = self._taken = 0

    @property
    def conn(self) -> str:
        """The connection's name."""
        return self.protocol.conn

    def send(self, frames: Iterable[bytes]) -> None:
        """Send frames that are for this client alone."""
        for payload in coalesce(frames):
            self.write(Packet(payload))

    def write(self, packet: Packet) -> None:
        """Send a message that others get as well."""
        self._written += len(packet.frame)
        self.wire.write(packet)

    def has_few_bytes(self) -> bool:
        """Whether ephemerals may be added to what waits."""
        return not self.wire.is_congested or self.wire.backlog <= FEW_BYTES

    def is_slow(self, now: float) -> bool:
        """Whether the reader holds too much, or has taken nothing of it for too long."""
        backlog = self.wire.backlog
        taken = self._written - backlog
        if backlog == 0 or taken > self._taken:
            self._taken, self.drained_at = taken, now
        return backlog > MOST_BYTES or now - self.drained_at >= STALL_S

    def hang_up(self, code: Close, reason: str = "") -> None:
        """Close the socket."""
        self.protocol.closed()
        self.wire.hang_up(code, reason)
