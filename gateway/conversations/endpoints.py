"""Which channel a webhook's random token belongs to, remembered for a few seconds."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import asyncpg

from gateway.errors import Unavailable
from orm.connection import AWAY
from orm.waha import queries

if TYPE_CHECKING:
    from gateway.runtime import Runtime

_REMEMBERED_S = 5.0
_MOST_REMEMBERED = 10_000
_LOOK_UPS_AT_ONCE = 4
_LOOK_UP_S = 3.0
_TOKEN_LIMIT = 200


class Endpoint(NamedTuple):
    """The channel behind a webhook address, and the key that its bodies are signed with."""

    waha_session_id: UUID
    organization_id: UUID
    channel_config_id: UUID
    session_name: str
    hmac_key: bytes


class Endpoints:
    """Finds endpoints by token; what is known is asked for again after a few seconds, what is not, each time."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[str, tuple[float, Endpoint]] = {}
        self._asked: dict[str, asyncio.Task[Endpoint | None]] = {}
        self._slots = asyncio.Semaphore(_LOOK_UPS_AT_ONCE)

    def recall(self, token: str) -> Endpoint | None:
        """The endpoint, if it was looked up a moment ago."""
        found = self._known.get(token)
        return found[1] if found is not None and found[0] > time.monotonic() else None

    async def find(self, token: str) -> Endpoint | None:
        """The endpoint of a token; Unavailable while PostgreSQL is away, whether or not there is such a token."""
        if not token or len(token) > _TOKEN_LIMIT:
            return None
        if (known := self.recall(token)) is not None:
            return known
        # A thousand webhooks of one channel that come at once ask once.
        task = self._asked.get(token)
        if task is None:
            task = self._asked[token] = asyncio.create_task(self._look_up(token))
            task.add_done_callback(lambda _: self._asked.pop(token, None))
        return await asyncio.shield(task)

    async def _look_up(self, token: str) -> Endpoint | None:
        token_hash = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
        try:
            async with asyncio.timeout(_LOOK_UP_S), self._slots, self._runtime.pool.acquire() as connection:
                row = await queries.find_waha_endpoint(connection, token_hash)
        except (*AWAY, asyncpg.PostgresError) as error:
            raise Unavailable("The gateway cannot store webhooks just now", retry_after_s=2) from error
        if row is None:
            self._known.pop(token, None)
            return None
        key = self._runtime.keyring.open(
            row["webhook_secret_enc"], column="waha_sessions.webhook_secret_enc", row_id=row["waha_session_id"]
        )
        endpoint = Endpoint(
            row["waha_session_id"], row["organization_id"], row["channel_config_id"], row["session_name"], key.encode()
        )
        self._known.pop(token, None)
        self._known[token] = (time.monotonic() + _REMEMBERED_S, endpoint)
        if len(self._known) > _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]
        return endpoint
