"""What runs by the clock: sweeps on every worker, housekeeping on the one that leads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg

from gateway import logs
from gateway.conversations import second_look
from gateway.conversations.deliver import deliver
from gateway.errors import Unavailable
from gateway.identity.gate import before_tenant
from orm import partitions
from orm.connection import AWAY
from orm.relay import deliveries, housekeeping

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from orm.relay.deliveries import Due

SWEEP_S = 1.0
TIDY_S = 60.0
PARTITIONS_S = 3_600.0
_AT_ONCE = 16
_LEADER_KEY = 0x5B_1EAD
_LEADER_CHECK_S = 5.0
_TIDIED_AT_ONCE = 1_000

_log = logs.get(__name__)


async def run(runtime: Runtime) -> None:
    """Run everything by the clock until cancelled; deliveries that are under way are then finished."""
    sweep = Sweep(runtime)

    async def look_again() -> None:
        await second_look.sweep(runtime)

    async def be_led() -> None:
        await lead(runtime)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(every(SWEEP_S, sweep.once))
            group.create_task(every(SWEEP_S, look_again))
            group.create_task(every(_LEADER_CHECK_S, be_led))
    finally:
        await sweep.finish()


async def every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do the work, rest, and again; one failure is logged and never the last time."""
    while True:
        try:
            await work()
        except Unavailable as error:
            _log.warning("schedule.away", work=work.__qualname__, error=str(error))
        except Exception:  # noqa: BLE001 - the edge of what runs by the clock
            _log.exception("schedule.failed", work=work.__qualname__)
        await asyncio.sleep(seconds)


class Sweep:
    """Finds the deliveries that are due and that no wake-up came for; runs them here, with or without Redis."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._busy: dict[Due, asyncio.Task[None]] = {}

    async def once(self) -> None:
        """Look once, and begin what is found, as far as there is room."""
        room = _AT_ONCE - len(self._busy)
        if room <= 0:
            return
        async with before_tenant(self._runtime) as connection:
            found = await deliveries.sweep_due(connection, limit=_AT_ONCE * 2)
        for due in [each for each in found if each not in self._busy][:room]:
            task = asyncio.create_task(self._deliver(due))
            self._busy[due] = task

    async def finish(self) -> None:
        """Let what is under way come to its end, within the time that a stop may take."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=self._runtime.settings.drain_s)

    async def _deliver(self, due: Due) -> None:
        try:
            await deliver(self._runtime, due.organization_id, due.session_id)
        except Exception:  # noqa: BLE001 - the row is still due, the next sweep finds it
            _log.exception("sweep.failed", session_id=str(due.session_id))
        finally:
            self._busy.pop(due, None)


async def lead(runtime: Runtime) -> None:
    """Wait to be the leader; while this worker is, it keeps house for all."""
    while True:
        try:
            connection = await asyncpg.connect(runtime.settings.app_database_url, timeout=5)
        except AWAY as error:
            _log.info("schedule.no_leader_connection", error=repr(error))
        else:
            try:
                await _lead_with(runtime, connection)
            except AWAY as error:
                _log.info("schedule.leadership_lost", error=repr(error))
            finally:
                connection.terminate()
        await asyncio.sleep(_LEADER_CHECK_S)


async def _lead_with(runtime: Runtime, connection: asyncpg.Connection[asyncpg.Record]) -> None:
    # The lock lives as long as its connection: a leader that dies or is cut off has a successor within seconds.
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LEADER_KEY):  # noqa: ASYNC110
        await asyncio.sleep(_LEADER_CHECK_S)
    _log.info("schedule.leading")
    keeping = asyncio.create_task(_keep_house(runtime))
    try:
        while not keeping.done():
            await connection.fetchval("SELECT 1", timeout=_LEADER_CHECK_S)
            await asyncio.sleep(_LEADER_CHECK_S)
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep_house(runtime: Runtime) -> None:
    async def tidy() -> None:
        async with before_tenant(runtime) as connection:
            while await housekeeping.sweep_expired(connection, limit=_TIDIED_AT_ONCE) >= _TIDIED_AT_ONCE:
                pass

    async def keep_partitions() -> None:
        kept = {"events": timedelta(days=runtime.settings.events_retention_days)}
        async with before_tenant(runtime) as connection:
            made = await partitions.make_missing(connection)
            dropped = await partitions.drop_expired(connection, keep=kept)
            overflowing = await partitions.overflowing(connection)
        if made or dropped:
            _log.info("partitions.kept", made=made, dropped=dropped)
        if overflowing:
            _log.warning("partitions.default_holds_rows", tables=overflowing)

    async with asyncio.TaskGroup() as group:
        group.create_task(every(TIDY_S, tidy))
        group.create_task(every(PARTITIONS_S, keep_partitions))
