"""Jobs: small functions that a wake-up in Redis runs soon, on any worker.

A job in Redis is a wake-up, never the work: the row is the work, and a sweep finds what no wake-up came for. So a job
may be lost, doubled or late, and `wake` neither waits nor fails.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError
from taskiq import AckableMessage
from taskiq.exceptions import TaskiqError
from taskiq.kicker import AsyncKicker
from taskiq.receiver import Receiver
from taskiq_redis import RedisStreamBroker

from gateway import logs

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from gateway.settings import Settings

Job = Callable[..., Awaitable[None]]
REGISTRY: dict[str, Job] = {}

_log = logs.get(__name__)
_MOST_WAKE_UPS_UNDER_WAY = 1_000
_MOST_WAKE_UPS_STORED = 100_000
_WAKE_TIMEOUT_S = 2.0
_RECLAIM_AFTER_S = 30.0
_READ_BLOCK_MS = 1_000
_AT_ONCE = 32


def job(function: Job) -> Job:
    """Register `async def name(runtime, *texts)` as a job; its name is its address, so it may not be moved lightly."""
    name = _name(function)
    if REGISTRY.setdefault(name, function) is not function:
        raise RuntimeError(f"Two jobs have the name {name}")
    return function


class Jobs:
    """The wake-ups of one process: sends them, and runs those that come while `run` is awaited."""

    def __init__(self, settings: Settings) -> None:
        self._drain_s = settings.drain_s
        self._under_way: set[asyncio.Task[None]] = set()
        self._finish: asyncio.Event | None = None
        self.broker = ReliableStreamBroker(
            settings.redis_url,
            queue_name=f"{settings.redis_prefix}jobs",
            consumer_group_name="switchboard",
            consumer_id="0",
            xread_block=_READ_BLOCK_MS,
            maxlen=_MOST_WAKE_UPS_STORED,
            idle_timeout=int(_RECLAIM_AFTER_S * 1_000),
            max_connection_pool_size=16,
            socket_connect_timeout=_WAKE_TIMEOUT_S,
        )

    def wake(self, function: Job, *texts: str) -> None:
        """Ask some worker to run the job soon; returns at once, and a failure is only logged."""
        if len(self._under_way) >= _MOST_WAKE_UPS_UNDER_WAY:
            return
        task = asyncio.get_running_loop().create_task(self._send(function, texts))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def run(self, runtime: Runtime) -> None:
        """Run the jobs that come, until `stop`; then finish those that are under way."""
        for name, function in REGISTRY.items():
            self.broker.register_task(_bound(function, runtime), task_name=name)
        self._finish = asyncio.Event()
        while not self._finish.is_set():
            with ThreadPoolExecutor(max_workers=1) as unused:
                receiver = Receiver(
                    self.broker,
                    unused,
                    validate_params=False,
                    max_async_tasks=_AT_ONCE,
                    run_startup=False,
                    wait_tasks_timeout=self._drain_s,
                )
                try:
                    await receiver.listen(self._finish)
                except (RedisError, OSError, ExceptionGroup) as error:
                    _log.warning("jobs.listen_failed", error=repr(error))
                    await asyncio.sleep(1)

    def stop(self) -> None:
        """Take no further job; `run` returns when those under way are done."""
        if self._finish is not None:
            self._finish.set()

    async def close(self) -> None:
        """Stop, wait for the wake-ups that are being sent, and let go of Redis."""
        self.stop()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_WAKE_TIMEOUT_S)
        await self.broker.leave()
        await self.broker.shutdown()

    async def _send(self, function: Job, texts: tuple[str, ...]) -> None:
        wake_up: AsyncKicker[..., None] = AsyncKicker(task_name=_name(function), broker=self.broker, labels={})
        try:
            async with asyncio.timeout(_WAKE_TIMEOUT_S):
                await wake_up.kiq(*texts)
        except (TaskiqError, RedisError, OSError, TimeoutError) as error:
            _log.warning("jobs.wake_failed", job=_name(function), error=repr(error))


class ReliableStreamBroker(RedisStreamBroker):
    """taskiq's stream broker, mended: it reclaims by the clock, deletes on ack, and outlives a restart of Redis.

    The original reclaims only after new messages (a quiet stream keeps a dead worker's tasks for ever), never trims
    the stream, and stops for good when the connection or the consumer group is lost.
    """

    async def listen(self) -> AsyncGenerator[AckableMessage, None]:
        """Yield what is claimed from the dead, then what is new, for ever."""
        reclaim_at, back_s = 0.0, 0.1
        while True:
            try:
                async with Redis(connection_pool=self.connection_pool) as redis:
                    if time.monotonic() >= reclaim_at:
                        reclaim_at = time.monotonic() + max(self.idle_timeout / 2_000, 0.5)
                        for found in await self._claim_from_the_dead(redis):
                            yield found
                    for found in await self._read_new(redis):
                        yield found
                    back_s = 0.1
            except ResponseError as error:
                if "NOGROUP" not in str(error):
                    raise
                await self._declare_consumer_group()
            except (RedisConnectionError, RedisTimeoutError, OSError):
                await asyncio.sleep(back_s)
                back_s = min(back_s * 2, 5.0)

    async def leave(self) -> None:
        """Take this consumer out of the group, if nothing of it is pending: dead ones would pile up."""
        try:
            async with asyncio.timeout(_WAKE_TIMEOUT_S), Redis(connection_pool=self.connection_pool) as redis:
                mine = await redis.xpending_range(
                    self.queue_name, self.consumer_group_name, "-", "+", 1, consumername=self.consumer_name
                )
                if not mine:
                    await redis.xgroup_delconsumer(self.queue_name, self.consumer_group_name, self.consumer_name)
        except (RedisError, OSError, TimeoutError):
            pass

    async def _claim_from_the_dead(self, redis: Redis) -> list[AckableMessage]:
        claimed: list[AckableMessage] = []
        cursor: Any = "0-0"
        while True:
            cursor, entries, *_ = await redis.xautoclaim(
                self.queue_name,
                self.consumer_group_name,
                self.consumer_name,
                self.idle_timeout,
                cursor,
                count=self.unacknowledged_batch_size,
            )
            claimed += self._ackable(entries)
            if cursor in (b"0-0", "0-0"):
                return claimed

    async def _read_new(self, redis: Redis) -> list[AckableMessage]:
        read: Any = await redis.xreadgroup(
            self.consumer_group_name, self.consumer_name, {self.queue_name: ">"}, count=self.count, block=self.block
        )
        # RESP3 answers with a map of lists of lists, RESP2 with a list of pairs.
        if isinstance(read, dict):
            return [found for lists in read.values() for entries in lists for found in self._ackable(entries)]
        return [found for _, entries in read or [] for found in self._ackable(entries)]

    def _ackable(self, entries: Any) -> list[AckableMessage]:
        return [
            AckableMessage(data=fields[b"data"], ack=self._ack_generator(entry_id, self.queue_name))
            for entry_id, fields in entries
            if fields
        ]

    def _ack_generator(self, id: str, queue_name: str) -> Callable[[], Awaitable[None]]:  # noqa: A002
        async def ack() -> None:
            try:
                async with Redis(connection_pool=self.connection_pool) as redis:
                    both = redis.pipeline(transaction=False)
                    both.xack(queue_name, self.consumer_group_name, id)
                    both.xdel(queue_name, id)
                    await both.execute()
            except (RedisError, OSError) as error:
                _log.info("jobs.ack_failed", error=repr(error))

        return ack


def _name(function: Job) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _bound(function: Job, runtime: Runtime) -> Callable[..., Awaitable[None]]:
    async def run(*texts: str) -> None:
        try:
            await function(runtime, *texts)
        except Exception:  # noqa: BLE001 - the edge of a job: the row is still due, the sweep will come back to it
            _log.exception("jobs.failed", job=function.__qualname__)

    return run
