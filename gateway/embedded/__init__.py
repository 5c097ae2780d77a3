"""A real PostgreSQL and a real Valkey from wheels, for `switchboard up` and the tests.

They listen on 127.0.0.1 with a password, keep their files under one folder, and end with the process that started
them. What a killed process left behind is recognised at the next start. Call it from the main thread: Linux ends a
child when the *thread* that made it ends.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gateway.embedded.errors import CannotStart
from gateway.embedded.folders import Lock, prepare
from gateway.embedded.postgres import Postgres
from gateway.embedded.valkey import Valkey

__all__ = ["CannotStart", "Embedded"]


class Embedded:
    """The servers of one data folder, started in order and stopped in reverse."""

    def __init__(self, data_dir: Path, *, is_durable: bool = True) -> None:
        self.data_dir = data_dir.absolute()
        self.is_durable = is_durable
        self.database_url = ""
        self.redis_url = ""
        self._lock = Lock(self.data_dir / "lock")
        self._servers: list[Postgres | Valkey] = []

    def lock(self) -> None:
        """Make the folder and take it for this process alone, before anything in it is touched."""
        prepare(self.data_dir)
        self._lock.take()

    def start_postgres(self, say: Callable[[str], None] = lambda _: None) -> str:
        """Start PostgreSQL, made on the first start, and return the owner's URL."""
        server = Postgres(self.data_dir, is_durable=self.is_durable)
        self.database_url = server.start(say)
        self._servers.append(server)
        return self.database_url

    def start_valkey(self) -> str:
        """Start Valkey and return its URL."""
        server = Valkey(self.data_dir, is_durable=self.is_durable)
        self.redis_url = server.start()
        self._servers.append(server)
        return self.redis_url

    def stop(self) -> None:
        """Stop what was started, and let the folder go."""
        while self._servers:
            self._servers.pop().stop()
        self._lock.release()
