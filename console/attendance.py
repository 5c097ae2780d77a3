"""Tells every console of an organization who is here and who looks at what, across nodes, and not too often."""

from __future__ import annotations

import asyncio
from uuid import UUID

from console.client import Client
from console.presence import Presence
from console.room import Room
from gateway.bus import Bus
from gateway.ephemerals import Person, Viewers, decode_seats, encode_ephemeral
from gateway.ephemerals import Presence as PresenceFrame

GATHER_S = 0.1


class Attendance:
    """The presence of each room, and what the room was last told of it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._rooms: dict[Room, _Told] = {}

    def sit(self, room: Room, client: Client) -> None:
        """This client's agent is here, and looks where the client says."""
        if client.principal is not None and client.principal.agent_id is not None:
            told = self._rooms.setdefault(room, _Told(self._bus.node))
            person = Person(id=client.principal.agent_id, name=client.principal.name)
            told.presence.sit(client.conn, person, client.focus)
            self._tell_soon(room, told)

    def rise(self, room: Room, client: Client) -> None:
        """This client is gone."""
        if told := self._rooms.get(room):
            told.presence.rise(client.conn)
            self._tell_soon(room, told)

    def tell(self, room: Room, client: Client) -> None:
        """Tell a client that has just come what the others know."""
        if told := self._rooms.get(room):
            client.send(_frames(told.online, told.viewers))

    def overheard(self, room: Room, body: bytes) -> bytes | None:
        """Keep what another node says about its agents; anything else is for the clients."""
        seats = decode_seats(body)
        if seats is None:
            return body
        told = self._rooms.setdefault(room, _Told(self._bus.node))
        if seats.node != self._bus.node:
            told.presence.heard(seats, asyncio.get_running_loop().time())
            told.has_to_publish = told.has_to_publish or seats.node not in told.known
            told.known.add(seats.node)
            self._tell_soon(room, told)
        return None

    def repeat(self) -> None:
        """Say again who is here, for nodes that were not listening; forget nodes that say nothing."""
        now = asyncio.get_running_loop().time()
        for room, told in self._rooms.items():
            told.presence.forget(now)
            told.has_to_publish = True
            self._tell_soon(room, told)

    def close(self, room: Room) -> None:
        """Nobody is left in this room."""
        if told := self._rooms.pop(room, None):
            if told.timer is not None:
                told.timer.cancel()
            self._bus.publish_ephemeral(room.organization_id, encode_ephemeral(told.presence.seats()))

    def _tell_soon(self, room: Room, told: _Told) -> None:
        if told.timer is None:
            told.timer = asyncio.get_running_loop().call_later(GATHER_S, self._tell_all, room, told)

    def _tell_all(self, room: Room, told: _Told) -> None:
        told.timer = None
        body = encode_ephemeral(told.presence.seats())
        if body != told.published or told.has_to_publish:
            told.published, told.has_to_publish = body, False
            self._bus.publish_ephemeral(room.organization_id, body)
        online, viewers = told.presence.online(), told.presence.viewers()
        changed = {
            id_: viewers.get(id_, []) for id_ in told.viewers | viewers if told.viewers.get(id_) != viewers.get(id_)
        }
        for frame in _frames(online if online != told.online else None, changed):
            room.whisper(frame)
        told.online, told.viewers = online, viewers


class _Told:
    def __init__(self, node: str) -> None:
        self.presence = Presence(node)
        self.published = b""
        self.has_to_publish = False
        self.known: set[str] = set()
        self.online: list[UUID] = []
        self.viewers: dict[UUID, list[Person]] = {}
        self.timer: asyncio.TimerHandle | None = None


def _frames(online: list[UUID] | None, viewers: dict[UUID, list[Person]]) -> list[bytes]:
    frames = [encode_ephemeral(Viewers(session_id=id_, agents=people)) for id_, people in viewers.items()]
    return frames if online is None else [encode_ephemeral(PresenceFrame(online=online)), *frames]
