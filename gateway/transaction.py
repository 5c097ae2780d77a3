"""The one door to a tenant's rows: row-level security, the event log, and publishing after the commit.

A verb changes rows inside `tenant_tx` and announces what it changed. The log's lock is the last one taken, so an
organization's events are numbered 1, 2, 3 … in the order of their commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal, Protocol, cast
from uuid import UUID

import asyncpg
import msgspec
from piccolo.engine.postgres import PostgresTransaction

from gateway import failpoints, logs
from gateway.bus import Bus
from gateway.errors import Unavailable
from gateway.events import AnyEvent
from gateway.stream import Frame
from orm.connection import AWAY, Connection
from orm.engine import Engine
from orm.relay import queries

ACQUIRE_S = 5.0
ABANDON_S = 5.0

Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]

log = logs.get(__name__)
_unfinished: set[asyncio.Task[Any]] = set()


class Doors(Protocol):
    """The part of the runtime that a transaction needs."""

    @property
    def pool(self) -> asyncpg.Pool[asyncpg.Record]: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def bus(self) -> Bus: ...


class CommitFailed(Unavailable):
    """PostgreSQL rolled back what was to be committed."""


@asynccontextmanager
async def tenant_tx(
    runtime: Doors, organization_id: UUID, *, isolation: Isolation = "READ COMMITTED"
) -> AsyncIterator[TenantTx]:
    """Open a transaction that sees one organization only; commit, then publish what was announced.

    Piccolo's queries inside take part in it. Start no task inside (`gateway/tasks.py` may): it would share the
    connection.
    """
    with unavailable_if_away():
        connection = await runtime.pool.acquire(timeout=ACQUIRE_S)
        tx = TenantTx(connection, organization_id)
        try:
            await _begin(connection, organization_id, isolation)
            with _piccolo_takes_part(runtime.engine, tx):
                yield tx
            frames = await tx.append()
            if frames:  # reading along is no step of a message
                failpoints.hit("transaction.before_commit")
        except BaseException:
            await _to_the_end(_abandon(runtime, connection))
            raise
        await _to_the_end(_commit(runtime, tx, frames))


@contextmanager
def unavailable_if_away() -> Iterator[None]:
    """Say in one way that the database is away, or went away at any step: a 503, and a reason to try again."""
    try:
        yield
    except AWAY as error:
        log.warning("the database is busy or away", error=repr(error))
        raise Unavailable("The database is busy or away, try again soon", retry_after_s=1) from error


@contextmanager
def _piccolo_takes_part(engine: Engine, tx: TenantTx) -> Iterator[None]:
    # Piccolo asks the current transaction for its connection, and for nothing else.
    engine.current_transaction.set(cast("PostgresTransaction", tx))
    try:
        yield
    finally:
        engine.current_transaction.set(None)


async def _begin(connection: Connection, organization_id: UUID, isolation: Isolation) -> None:
    # One round trip; the id is a UUID object, so its text cannot be anything else.
    await connection.execute(
        f"BEGIN ISOLATION LEVEL {isolation}; SELECT set_config('app.organization_id', '{organization_id!s}', true)"
    )


async def _commit(runtime: Doors, tx: TenantTx, frames: list[Frame]) -> None:
    try:
        # A transaction with a failed statement in it answers COMMIT with ROLLBACK, and without an error.
        if await tx.connection.execute("COMMIT") != "COMMIT":
            raise CommitFailed("The change was not saved")
        if frames:
            failpoints.hit("transaction.before_publish")
        runtime.bus.publish(tx.organization_id, frames)
    finally:
        await _release(runtime, tx.connection)


async def _abandon(runtime: Doors, connection: Connection) -> None:
    try:
        async with asyncio.timeout(ABANDON_S):
            await connection.execute("ROLLBACK")
    except Exception as error:  # noqa: BLE001 - whatever it was, this connection cannot be trusted any more
        log.warning("a transaction could not be rolled back, its connection is dropped", error=repr(error))
        connection.terminate()
    finally:
        await _release(runtime, connection)


async def _release(runtime: Doors, connection: Connection) -> None:
    await runtime.pool.release(connection)  # type: ignore[arg-type]


async def _to_the_end(ending: Coroutine[Any, Any, None]) -> None:
    # A cancelled request must neither leave a transaction open nor half a commit unpublished.
    task = asyncio.ensure_future(ending)
    _unfinished.add(task)
    task.add_done_callback(_unfinished.discard)
    await asyncio.shield(task)


class TenantTx:
    """An open transaction of one organization."""

    def __init__(self, connection: Connection, organization_id: UUID) -> None:
        self.connection = connection
        self.organization_id = organization_id
        self._announced: list[tuple[str, UUID | None, str, str]] = []
        self._savepoints = 0

    def announce(self, event: AnyEvent, *, session_id: UUID | None = None, audience: str = "agents") -> None:
        """Append this fact to the organization's log, if and when the transaction commits."""
        fields = {name: getattr(event, name) for name in event.__struct_fields__}
        data = msgspec.json.encode(fields).decode()
        self._announced.append((str(event.__struct_config__.tag), session_id, audience, data))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo only what happened inside, announcements too, when an exception leaves this block."""
        self._savepoints += 1
        name, announced = f"s{self._savepoints}", len(self._announced)
        await self.connection.execute(f"SAVEPOINT {name}")
        try:
            yield
        except BaseException:
            del self._announced[announced:]
            await self.connection.execute(f"ROLLBACK TO SAVEPOINT {name}")
            raise
        await self.connection.execute(f"RELEASE SAVEPOINT {name}")

    async def append(self) -> list[Frame]:
        """Write what was announced to the log; the last lock that this transaction takes."""
        if not self._announced:
            return []
        types, session_ids, audiences, data = zip(*self._announced, strict=True)
        rows = await queries.append_events(
            self.connection, self.organization_id, types=types, session_ids=session_ids, audiences=audiences, data=data
        )
        return [
            Frame(row["seq"], row["id"], row["prev_id"], audience, row["body"].encode())
            for row, audience in zip(rows, audiences, strict=True)
        ]
