"""Whether sign-ins still live: asked when a socket opens, and of all open sockets again and again.

A storm of sockets asks once for all who came while the last answer was on its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from gateway import clock
from gateway.errors import Unavailable
from gateway.identity.principal import Principal
from gateway.tasks import Tasks
from orm.connection import AWAY
from orm.identity.queries import SignIn
from orm.identity.sign_ins import live_sign_ins

if TYPE_CHECKING:
    from gateway.runtime import Runtime

CHUNK = 1_000
ANSWER_S = 3.0


class Doorkeeper:
    """Asks PostgreSQL who is behind a sign-in."""

    def __init__(self, runtime: Runtime, tasks: Tasks) -> None:
        self._runtime = runtime
        self._tasks = tasks
        self._asked: dict[UUID, asyncio.Future[Principal | None]] = {}
        self._answering: asyncio.Task[None] | None = None

    async def admit(self, sign_in_id: UUID) -> Principal | None:
        """Who this is, or None if the sign-in has ended."""
        answer = self._asked.get(sign_in_id)
        if answer is None:
            answer = self._asked[sign_in_id] = asyncio.get_running_loop().create_future()
        if self._answering is None:
            self._answering = self._tasks.start(self._answer())
        return await asyncio.shield(answer)

    async def look_again(self, sign_in_ids: Iterable[UUID]) -> dict[UUID, Principal]:
        """Those of them that still live."""
        ids = list(sign_in_ids)
        found: dict[UUID, Principal] = {}
        idle_since = clock.now() - timedelta(seconds=self._runtime.settings.session_idle_s)
        try:
            for start in range(0, len(ids), CHUNK):
                async with asyncio.timeout(ANSWER_S), self._runtime.pool.acquire() as connection:
                    rows = await live_sign_ins(connection, ids[start : start + CHUNK], idle_since=idle_since)
                found |= {row.sign_in_id: _principal(row) for row in rows}
        except AWAY as error:
            raise Unavailable("Sign-ins cannot be looked up now", retry_after_s=1) from error
        return found

    async def _answer(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                await self._answer_all(asked)
        finally:
            self._answering = None

    async def _answer_all(self, asked: dict[UUID, asyncio.Future[Principal | None]]) -> None:
        try:
            found = await self.look_again(asked)
        except Unavailable:
            _refuse(asked)
        except BaseException:
            # A bug, or the end: whoever waits for this answer must not wait for ever.
            _refuse(asked)
            _refuse(self._asked)
            raise
        else:
            for sign_in_id, answer in asked.items():
                answer.set_result(found.get(sign_in_id))


def _refuse(asked: dict[UUID, asyncio.Future[Principal | None]]) -> None:
    for answer in asked.values():
        answer.set_exception(Unavailable("Sign-ins cannot be looked up now", retry_after_s=1))
        answer.exception()  # nobody may be waiting any more, and asyncio would complain
    asked.clear()


def _principal(row: SignIn) -> Principal:
    assert row.organization_id is not None, "the query joins the organization"
    return Principal(
        user_id=row.user_id,
        organization_id=row.organization_id,
        agent_id=row.agent_id,
        sign_in_id=row.sign_in_id,
        api_key_id=None,
        name=row.name,
        role=row.role,
    )
