"""A lane: webhooks wait in it, one writer takes everything that waits and commits it at once.

No timer: while one commit runs, the next batch gathers. One bad row never fails its neighbours.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

from gateway import failpoints, logs
from gateway.conversations.arrivals import Row
from gateway.errors import GatewayError, Unavailable
from gateway.stream import Frame
from orm.connection import AWAY, Connection

if TYPE_CHECKING:
    from gateway.bus import Bus
    from gateway.runtime import Runtime

log = logs.get(__name__)

_COMMIT_S = 10.0
_ACQUIRE_S = 5.0
_LOCK_ATTEMPTS = 3
_LOCK_PAUSE_S = 0.02
_LOCKED = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_OURS = (asyncpg.PostgresError, ValueError, TypeError)

Write = Callable[[Connection, Sequence[Row]], Awaitable[list[asyncpg.Record]]]
GiveUp = Callable[[Row, Exception], Awaitable[None]]


def publish(bus: Bus, records: Sequence[asyncpg.Record]) -> None:
    """Tell every node of the frames that a batch has appended, each organization's in one piece."""
    start = 0
    for end, record in enumerate(records, 1):
        organization_id = record[0]
        if end == len(records) or records[end][0] != organization_id:
            bus.publish(organization_id, [Frame(r[1], r[2], r[3], "agents", r[4]) for r in records[start:end]])
            start = end


class Waiting(NamedTuple):
    """A row, and who waits for its commit."""

    row: Row
    done: asyncio.Future[None]


class Lane:
    """A bounded queue of rows, and its writer."""

    def __init__(self, runtime: Runtime, name: str, *, write: Write, give_up: GiveUp) -> None:
        self._runtime = runtime
        self._name = name
        self._write = write
        self._give_up = give_up
        self._waiting: list[Waiting] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._connection: asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | None = None
        self._most_waiting = runtime.settings.ingest_queue
        self._batch = runtime.settings.ingest_batch

    def put(self, row: Row) -> asyncio.Future[None]:
        """Queue a row; the future is done when it is committed, and fails with Unavailable if it could not be."""
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable("Too many webhooks are waiting", code="queue_full", retry_after_s=1)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"lane-{self._name}")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(row, done))
        self._wake.set()
        return done

    async def stop(self) -> None:
        """Commit what waits, then let go of the connection."""
        if self._task is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_COMMIT_S):
                    while self._waiting:
                        await asyncio.wait([self._waiting[-1].done])
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._fail(self._waiting, Unavailable("The gateway is stopping", retry_after_s=1))
        self._waiting = []
        await self._let_go()

    async def _run(self) -> None:
        while True:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
            try:
                await self._commit(batch)
            except Exception as error:
                # The edge: whatever it was, those who wait are told, and the next batch goes through.
                log.error("webhooks were not stored", many=len(batch), exc_info=error)
                self._fail(batch, Unavailable("The gateway cannot store webhooks just now", retry_after_s=2))
                await self._let_go()
            finally:
                self._fail(batch, Unavailable("The gateway is stopping", retry_after_s=1))

    async def _commit(self, batch: list[Waiting]) -> None:
        """Commit a batch; if it is refused, its halves, down to the one row that is to blame."""
        try:
            await self._attempt(batch)
        except _LOCKED as error:
            self._fail(batch, Unavailable("The gateway is busy with this chat", retry_after_s=1))
            log.warning(
                "webhooks were not stored in time, locks were held too long", many=len(batch), error=repr(error)
            )
        except AWAY as error:
            self._fail(batch, Unavailable("The gateway cannot store webhooks just now", retry_after_s=2))
            log.warning("webhooks were not stored, PostgreSQL is away", many=len(batch), error=repr(error))
            await self._let_go()
        except _OURS as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._commit(batch[:middle])
                await self._commit(batch[middle:])
            else:
                await self._bury(batch[0], error)

    async def _attempt(self, batch: list[Waiting]) -> None:
        rows = [waiting.row for waiting in batch]
        for attempt in range(1, _LOCK_ATTEMPTS + 1):
            try:
                records = await self._store(rows)
            except _LOCKED:
                if attempt == _LOCK_ATTEMPTS:
                    raise
                await asyncio.sleep(_LOCK_PAUSE_S * attempt)
            else:
                publish(self._runtime.bus, records)
                self._finish(batch)
                return

    async def _store(self, rows: Sequence[Row]) -> list[asyncpg.Record]:
        if self._connection is None:
            try:
                self._connection = await self._runtime.pool.acquire(timeout=_ACQUIRE_S)
            except asyncpg.PostgresError as error:
                raise ConnectionError(str(error)) from error
        failpoints.hit(f"{self._name}.before_commit")
        async with asyncio.timeout(_COMMIT_S):
            records = await self._write(self._connection, rows)
        failpoints.hit(f"{self._name}.after_commit")
        return records

    async def _bury(self, waiting: Waiting, error: Exception) -> None:
        try:
            await self._give_up(waiting.row, error)
        except GatewayError as refused:
            self._fail([waiting], refused)
        except _OURS as refused:
            # Not even its bytes can be kept; that is still nothing to its neighbours.
            log.error("a webhook could be neither stored nor kept", exc_info=refused)
            self._fail([waiting], Unavailable("The gateway cannot store this webhook", retry_after_s=60))
        else:
            self._finish([waiting])

    @staticmethod
    def _finish(batch: Sequence[Waiting]) -> None:
        for waiting in batch:
            # Whoever waited may be gone.
            if not waiting.done.done():
                waiting.done.set_result(None)

    @staticmethod
    def _fail(batch: Sequence[Waiting], error: Exception) -> None:
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(error)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # It may be in the middle of a statement that nobody waits for any more, or be gone already.
            with contextlib.suppress(*AWAY):
                connection.terminate()
            with contextlib.suppress(*AWAY):
                await self._runtime.pool.release(connection, timeout=_ACQUIRE_S)
