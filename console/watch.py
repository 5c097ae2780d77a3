"""What is looked after by the clock: heartbeats, slow readers, and sign-ins that have ended or changed."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING
from uuid import UUID

from console.client import Client
from console.closes import Close
from console.doorkeeper import Doorkeeper
from console.presence import REPEAT_S
from gateway import logs
from gateway.errors import GatewayError
from gateway.events import AccessChanged

if TYPE_CHECKING:
    from console.hub import Hub
    from console.room import Room

TICK_S = 0.5
LOOK_S = 1.0

log = logs.get(__name__)


class Watch:
    """Goes round all clients."""

    def __init__(self, hub: Hub, door: Doorkeeper) -> None:
        self._hub = hub
        self._door = door
        self._look_now = asyncio.Event()
        self._changed: set[UUID] = set()

    async def tick_for_ever(self) -> None:
        """Twice a second let time pass for every client; now and then say again who is here."""
        loop = asyncio.get_running_loop()
        repeat_at = loop.time() + REPEAT_S
        while True:
            await asyncio.sleep(TICK_S)
            now = loop.time()
            for client in tuple(self._hub.clients):
                self._tick(client, now)
            if now >= repeat_at:
                repeat_at = now + REPEAT_S
                self._hub.attendance.repeat()

    async def look_for_ever(self) -> None:
        """Once a second, or when told that rights changed, ask again who everybody is.

        PostgreSQL is asked, not Redis: who is thrown out must not stay because a hint was lost.
        """
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), LOOK_S)
            self._look_now.clear()
            changed, self._changed = self._changed, set()
            try:
                await self._look(changed)
            except GatewayError as error:
                self._changed |= changed
                log.warning("sign-ins are not looked at again", error=str(error))

    def access_changed(self, room: Room, what: AccessChanged) -> None:
        """The log says that a sign-in ended, or that the rights of a user, or of everybody in the room, changed."""
        if what.session_ended is None:
            users = {client.principal.user_id for client in room.clients if client.principal is not None}
            self._changed |= users if what.user_id is None else users & {what.user_id}
        self._look_now.set()

    def _tick(self, client: Client, now: float) -> None:
        if client.is_slow(now):
            self._hub.drop(client, Close.SLOW)
        else:
            self._hub.do(client, client.protocol.tick(now))

    async def _look(self, changed: set[UUID]) -> None:
        known = [client for client in self._hub.clients if client.principal is not None]
        ids = {client.principal.sign_in_id for client in known if client.principal and client.principal.sign_in_id}
        if not ids:
            return
        found = await self._door.look_again(ids)
        for client in known:
            was = client.principal
            now = found.get(was.sign_in_id) if was and was.sign_in_id else None
            if was is None or now is None or now.organization_id != was.organization_id:
                self._hub.drop(client, Close.REVOKED, "the sign-in has ended")
                continue
            client.principal = now
            if (now.role, now.agent_id) != (was.role, was.agent_id) or now.user_id in changed:
                self._hub.reset(client, "access")
