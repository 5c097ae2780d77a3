"""All sockets of one organization on this node: what the feed passes on is encoded once and written to each of them.

The first event goes out at once. While events keep coming, writing takes at most half of the loop's time, and what
gathers meanwhile goes out together: the busier the organization, the larger the messages and the cheaper each event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec

from console.client import MOST_BYTES, Client
from console.closes import Close
from console.frames import coalesce, sync
from gateway.events import AccessChanged
from gateway.feed import Why
from gateway.stream import Frame, Position
from gateway.web.wire import Packet

LONGEST_PAUSE_S = 0.05
ALL_AGENTS = "agents"
MOST_WHISPERS = 256

_ACCESS_CHANGED = b'{"t":"access.changed"'


class _AccessFrame(msgspec.Struct):
    d: AccessChanged


class Room:
    """One organization's sockets: those that are open, and of them those that are live."""

    def __init__(
        self,
        organization_id: UUID,
        *,
        access_changed: Callable[[Room, AccessChanged], None],
        reset: Callable[[Room, Why], None],
        overheard: Callable[[Room, bytes], bytes | None],
    ) -> None:
        self.organization_id = organization_id
        self.clients: set[Client] = set()
        self._live: set[Client] = set()
        self._frames: list[Frame] = []
        self._whispers: list[bytes] = []
        self._flush_at: asyncio.Handle | None = None
        self._free_at = 0.0
        self._access_changed = access_changed
        self._reset = reset
        self._overheard = overheard

    # What the feed tells.

    def passed(self, frames: list[Frame]) -> None:
        """Send these to everyone who is live, soon."""
        self._frames.extend(frames)
        self._flush_soon()
        for frame in frames:
            if frame.body.startswith(_ACCESS_CHANGED):
                self._access_changed(self, msgspec.json.decode(frame.body, type=_AccessFrame).d)

    def was_reset(self, why: Why) -> None:
        """Nobody's position is worth anything any more."""
        self._frames.clear()
        self._live.clear()
        self._reset(self, why)

    def whispered(self, body: bytes) -> None:
        """Send this to everyone who is live and keeps up."""
        told = self._overheard(self, body)
        if told is not None:
            self.whisper(told)

    # What the hub does.

    def whisper(self, body: bytes) -> None:
        """Send an ephemeral frame to everyone who is live and keeps up."""
        if self._live and len(self._whispers) < MOST_WHISPERS:
            self._whispers.append(body)
            self._flush_soon()

    def go_live(self, client: Client) -> None:
        """This client was sent everything up to the end of the log; what gathers now is no news to it."""
        self.flush()
        self._live.add(client)

    def step_back(self, client: Client) -> None:
        """Send this client nothing until it goes live again."""
        self._live.discard(client)

    def leave(self, client: Client) -> None:
        """This client is gone."""
        self._live.discard(client)
        self.clients.discard(client)

    def flush(self) -> None:
        """Write what has gathered."""
        if self._flush_at is not None:
            self._flush_at.cancel()
            self._flush_at = None
        if not self._frames and not self._whispers:
            return
        loop = asyncio.get_running_loop()
        begun = loop.time()
        frames, self._frames = self._frames, []
        whispers, self._whispers = self._whispers, []
        self._write(frames)
        self._write_whispers(whispers)
        spent = loop.time() - begun
        self._free_at = begun + spent + min(spent, LONGEST_PAUSE_S)

    def _flush_soon(self) -> None:
        if self._flush_at is None:
            loop = asyncio.get_running_loop()
            wait_s = self._free_at - loop.time()
            self._flush_at = loop.call_later(wait_s, self.flush) if wait_s > 0 else loop.call_soon(self.flush)

    def _write(self, frames: list[Frame]) -> None:
        if not frames:
            return
        private = {frame.audience for frame in frames} - {ALL_AGENTS}
        packets_of: dict[str, list[Packet]] = {}
        for client in tuple(self._live):
            # Whoever may see none of the private frames gets the same bytes as all the others.
            audience = audience_of(client) if private else ALL_AGENTS
            key = audience if audience in private else ALL_AGENTS
            if key not in packets_of:
                packets_of[key] = [Packet(payload) for payload in coalesce(visible(frames, key))]
            for packet in packets_of[key]:
                client.write(packet)
            if client.wire.is_congested and client.wire.backlog > MOST_BYTES:
                self.drop(client, Close.SLOW)

    def _write_whispers(self, whispers: list[bytes]) -> None:
        packets = [Packet(payload) for payload in coalesce(whispers)]
        if packets:
            for client in self._live:
                if client.has_few_bytes():
                    for packet in packets:
                        client.write(packet)

    def drop(self, client: Client, code: Close, reason: str = "") -> None:
        """Close this client's socket, and write nothing more to it."""
        self._live.discard(client)
        client.hang_up(code, reason)


def audience_of(client: Client) -> str:
    """The private audience that this client alone is in."""
    return f"user:{client.principal.user_id}" if client.principal else ""


def visible(frames: Iterable[Frame], audience: str) -> list[bytes]:
    """What somebody of this audience is sent for these frames: the frame, or a `sync` over what they may not see."""
    sent: list[bytes] = []
    hidden: Position | None = None
    for frame in frames:
        if frame.audience not in (ALL_AGENTS, audience):
            hidden = frame.position
            continue
        if hidden is not None:
            sent.append(sync(hidden))
            hidden = None
        sent.append(frame.body)
    if hidden is not None:
        sent.append(sync(hidden))
    return sent
