"""All consoles of this process: who is let in, what is heard of them, and who must go."""

from __future__ import annotations

import asyncio
import random
import secrets
from typing import TYPE_CHECKING
from uuid import UUID

from console.attendance import Attendance
from console.client import Client
from console.closes import Close
from console.doorkeeper import Doorkeeper
from console.frames import Heartbeat, encode
from console.protocol import Action, Beat, CatchUp, Check, HangUp, Look, Protocol, Send, State, Type
from console.reception import Reception
from console.room import Room, audience_of, visible
from console.snapshot import Snapshots
from console.tickets import BadTicket, Tickets, use_up
from console.watch import Watch
from gateway import clock, logs
from gateway.clock import now_ms, rfc3339
from gateway.ephemerals import Typing, encode_ephemeral
from gateway.errors import GatewayError
from gateway.feed import Reset, Why
from gateway.identity.principal import OUTSIDERS, Principal
from gateway.stream import START, Frame, Position
from gateway.tasks import Tasks
from gateway.web.wire import Wire

if TYPE_CHECKING:
    from gateway.runtime import Runtime

RETURN_WITHIN_MS = 5_000

log = logs.get(__name__)


class Hub:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._feed, self._bus = runtime.feed, runtime.bus
        self._tasks = Tasks("hub")
        self._tickets = Tickets(runtime.keyring.derive("realtime ticket"))
        self._door = Doorkeeper(runtime, self._tasks)
        self._rooms: dict[UUID, Room] = {}
        self.reception = Reception(runtime.settings)
        self.attendance = Attendance(runtime.bus)
        self.snapshots = Snapshots(runtime)
        self.clients: set[Client] = set()
        self._someone_left = asyncio.Event()
        self._watch = Watch(self, self._door)

    def start(self) -> None:
        """Begin to look after the clients, unless that has begun."""
        if len(self._tasks):
            return
        for work in (self.reception.measure_lag_for_ever, self._watch.tick_for_ever, self._watch.look_for_ever):
            self._tasks.keep(work)

    async def stop(self) -> None:
        """Look after nobody any more."""
        await self._tasks.stop()

    async def drain(self) -> None:
        """Tell every client to come back, each at a moment of its own, and wait until they are gone."""
        for client in list(self.clients):
            self.drop(client, Close.DRAINING, f'{{"retry_ms":{random.randrange(RETURN_WITHIN_MS)}}}')  # noqa: S311
        while self.clients:
            self._someone_left.clear()
            await self._someone_left.wait()

    def mint(self, sign_in_id: UUID, *, origin: str) -> str:
        """A ticket with which this sign-in may open one socket from this origin."""
        return self._tickets.mint(sign_in_id, origin=origin, kind="ticket", now=_wall_s())

    def open(self, wire: Wire, *, address: str, origin: str) -> Client:
        """A socket was opened; nobody knows yet whose it is."""
        now = asyncio.get_running_loop().time()
        protocol = Protocol(secrets.token_hex(6), now=now, hb_s=self._runtime.settings.heartbeat_s)
        client = Client(protocol, wire, address=address, origin=origin, now=now)
        self.clients.add(client)
        self.reception.opened(client)
        self.do(client, protocol.opened())
        return client

    def closed(self, client: Client) -> None:
        """A socket is gone."""
        client.protocol.closed()
        self.clients.discard(client)
        self._someone_left.set()
        self.reception.closed(client)
        if (room := client.room) is not None:
            room.leave(client)
            self.attendance.rise(room, client)
            if not room.clients:
                self._feed.leave(room.organization_id, room)
                self.attendance.close(room)
                del self._rooms[room.organization_id]

    async def heard(self, client: Client, data: str | bytes) -> None:
        """A client sent a frame; what it asks for is done before its next frame is read."""
        for action in client.protocol.received(data, asyncio.get_running_loop().time()):
            match action:
                case Check():
                    await self._check(client, action)
                case CatchUp():
                    await self._catch_up(client, action.since)
                case _:
                    self.do(client, [action])

    def do(self, client: Client, actions: list[Action]) -> None:
        """Do what a protocol says, where nothing has to be waited for."""
        for action in actions:
            match action:
                case Send():
                    client.send([encode(action.frame)])
                case Beat():
                    self._beat(client)
                case Type():
                    self._type(client, action)
                case Look():
                    self._look(client, action.session_id)
                case HangUp():
                    self.drop(client, action.code, action.reason)
                case _:
                    raise AssertionError(f"{action} takes time")

    def drop(self, client: Client, code: Close, reason: str = "") -> None:
        """Close this client's socket."""
        if client.room is not None:
            client.room.step_back(client)
        client.hang_up(code, reason)

    def reset(self, client: Client, why: Why) -> None:
        """Have this client begin anew."""
        if client.room is not None:
            client.room.step_back(client)
        self.do(client, client.protocol.reset(why))

    # Letting in.

    async def _check(self, client: Client, check: Check) -> None:
        try:
            principal = await self._principal(client, check.ticket)
            if principal.role in OUTSIDERS:
                raise BadTicket(Close.FORBIDDEN, "this console is for agents")
            client.principal = principal
            if not self.reception.admits(client):
                raise BadTicket(Close.TOO_MANY, "too many sockets")
            await self._join(client, principal, check.since)
        except BadTicket as refused:
            self.do(client, client.protocol.refuse(refused.code, refused.reason))
        except GatewayError as error:
            log.info("a socket is not let in now", error=str(error))
            self.do(client, client.protocol.refuse(Close.INTERNAL))

    async def _principal(self, client: Client, text: str) -> Principal:
        ticket = self._tickets.read(text, origin=client.origin, now=_wall_s())
        if not await use_up(self._runtime.redis, self._runtime.settings.redis_prefix, ticket):
            raise BadTicket(Close.TICKET, "the ticket was used before")
        principal = await self._door.admit(ticket.sign_in_id)
        if principal is None:
            raise BadTicket(Close.REVOKED, "the sign-in has ended")
        return principal

    async def _join(self, client: Client, principal: Principal, since: Position | None) -> None:
        room = self._enter(client, principal.organization_id)
        head = await self._feed.join(room.organization_id, room)
        why: Why | None = None
        frames: list[Frame] = []
        if since is not None:
            try:
                frames = await self._feed.read(room.organization_id, since)
            except Reset as reset:
                why = reset.why
            head = self._head(client)
        self._welcome(client, principal, head, recovered=since is not None and why is None)
        if why is not None:
            self.reset(client, why)
        else:
            await self._send_on(client, room, since or head, frames, announce=False)

    def _enter(self, client: Client, organization_id: UUID) -> Room:
        room = self._rooms.get(organization_id)
        if room is None:
            room = self._rooms[organization_id] = Room(
                organization_id,
                access_changed=self._watch.access_changed,
                reset=self._reset_room,
                overheard=self.attendance.overheard,
            )
        room.clients.add(client)
        client.room = room
        return room

    def _welcome(self, client: Client, principal: Principal, head: Position, *, recovered: bool) -> None:
        rt = self._mint_return(client)
        now = asyncio.get_running_loop().time()
        user, org = principal.user_id, principal.organization_id
        at = rfc3339(clock.now())
        self.do(
            client, client.protocol.admit(user=user, org=org, head=head, recovered=recovered, rt=rt, now=now, at=at)
        )

    # Catching up.

    async def _catch_up(self, client: Client, since: Position) -> None:
        assert client.room is not None
        try:
            frames = await self._feed.read(client.room.organization_id, since)
            await self._send_on(client, client.room, since, frames, announce=True)
        except Reset as reset:
            self.reset(client, reset.why)
        except GatewayError as error:
            log.info("a socket cannot catch up now", error=str(error))
            self.drop(client, Close.INTERNAL)

    async def _send_on(
        self, client: Client, room: Room, position: Position, frames: list[Frame], *, announce: bool
    ) -> None:
        while frames:
            client.send(visible(frames, audience_of(client)))
            position = frames[-1].position
            await client.wire.drained()
            try:
                frames = await self._feed.read(room.organization_id, position)
            except Reset as reset:
                self.reset(client, reset.why)
            if client.protocol.state is not State.CATCHING_UP:
                return
        # Nothing was awaited since the feed said that this is the end.
        self.do(client, client.protocol.caught_up(position, announce=announce))
        if client.protocol.state is State.LIVE:
            room.go_live(client)
            self.attendance.tell(room, client)
            self.attendance.sit(room, client)

    def _reset_room(self, room: Room, why: Why) -> None:
        for client in tuple(room.clients):
            self.reset(client, why)

    # What clients ask for.

    def _beat(self, client: Client) -> None:
        head = self._head(client)
        client.send([encode(Heartbeat(s=head.s, id=head.id, rt=self._mint_return(client)))])

    def _type(self, client: Client, typing: Type) -> None:
        who = client.principal
        if who is not None and who.agent_id is not None:
            said = Typing(session_id=typing.session_id, who="agent", id=who.agent_id, name=who.name, on=typing.on)
            self._bus.publish_ephemeral(who.organization_id, encode_ephemeral(said))

    def _look(self, client: Client, session_id: UUID | None) -> None:
        if client.room is not None and client.focus != session_id:
            client.focus = session_id
            self.attendance.sit(client.room, client)

    def _head(self, client: Client) -> Position:
        return (client.room and self._feed.head(client.room.organization_id)) or START

    def _mint_return(self, client: Client) -> str:
        assert client.principal is not None
        assert client.principal.sign_in_id is not None
        sign_in_id = client.principal.sign_in_id
        return self._tickets.mint(sign_in_id, origin=client.origin, kind="return", now=_wall_s())


def _wall_s() -> float:
    return now_ms() / 1000
