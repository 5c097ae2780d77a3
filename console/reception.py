"""How many sockets there may be, and whether this process can take another one now."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from console.client import Client
from gateway.errors import GatewayError, TooMany, Unavailable
from gateway.settings import Settings

MOST_LAG_S = 0.25
LAG_EVERY_S = 0.1
RETRY_S = 2.0

K = TypeVar("K")


class Reception:
    """Counts sockets by address, user and organization."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._addresses: Counter[str] = Counter()
        self._users: Counter[UUID] = Counter()
        self._organizations: Counter[UUID] = Counter()
        self._polls: Counter[UUID] = Counter()
        self.lag_s = 0.0

    def refusal(self, address: str) -> GatewayError | None:
        """Why a socket from this address is not opened now, if it is not."""
        if self.lag_s > MOST_LAG_S:
            return Unavailable("The gateway is busy, come back soon", retry_after_s=RETRY_S)
        if self._addresses[address] >= self._settings.sockets_per_address:
            return TooMany("Too many sockets from this address", retry_after_s=RETRY_S)
        return None

    def opened(self, client: Client) -> None:
        """A socket was opened, by whomever."""
        self._addresses[client.address] += 1

    def admits(self, client: Client) -> bool:
        """Count this client's user and organization; False if one of them has too many sockets."""
        assert client.principal is not None
        user_id, organization_id = client.principal.user_id, client.principal.organization_id
        self._users[user_id] += 1
        self._organizations[organization_id] += 1
        return (
            self._users[user_id] <= self._settings.sockets_per_user
            and self._organizations[organization_id] <= self._settings.sockets_per_organization
        )

    def closed(self, client: Client) -> None:
        """A socket is gone."""
        _less(self._addresses, client.address)
        if client.principal is not None:
            _less(self._users, client.principal.user_id)
            _less(self._organizations, client.principal.organization_id)

    @contextmanager
    def polling(self, user_id: UUID) -> Iterator[None]:
        """Count a long poll of this user while it waits; it is a line like a socket."""
        if self._polls[user_id] >= self._settings.sockets_per_user:
            raise TooMany("Too many polls of one user", retry_after_s=RETRY_S)
        self._polls[user_id] += 1
        try:
            yield
        finally:
            _less(self._polls, user_id)

    async def measure_lag_for_ever(self) -> None:
        """Keep `lag_s`: by how much the loop is late, the worst of late, fading within a second or so."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.lag_s = max(loop.time() - due, self.lag_s * 0.7)


def _less(counter: Counter[K], key: K) -> None:
    # A counter that keeps its zeros would grow with every address that ever came.
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
