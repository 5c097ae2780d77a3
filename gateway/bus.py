"""The only file that speaks Redis pub/sub: hints after a commit, and ephemerals that nobody stores.

Nothing here is relied on. A hint that is lost, doubled or late costs a moment, because the feed compares its
position with PostgreSQL; so publishing is bounded, never waits for Redis, and forgets what it cannot send.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Awaitable, Sequence
from typing import Protocol, cast
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway import logs
from gateway.stream import BadHint, Frame, Hint, decode_hint, encode_hint
from gateway.tasks import Tasks

OUTBOX_LIMIT = 10_000
BATCH_LIMIT = 512
TIMEOUT_S = 1.0
REST_S = 1.0
SILENCE_S = 5.0

_PUBLISH_ALL = "for i = 1, #ARGV, 2 do redis.call('PUBLISH', ARGV[i], ARGV[i + 1]) end"

log = logs.get(__name__)
_AWAY = (RedisError, OSError, TimeoutError)


class Receiver(Protocol):
    """Who is told what arrives: the feed."""

    def hinted(self, organization_id: UUID, hint: Hint) -> None:
        """A hint has come, perhaps twice, perhaps out of order."""

    def whispered(self, organization_id: UUID, body: bytes) -> None:
        """An ephemeral frame has come."""

    def reconnected(self) -> None:
        """Redis was away; hints may be missing."""


class Bus:
    """One process's line to the others, over Redis; what it publishes reaches its own receiver without Redis."""

    def __init__(self, url: str, *, prefix: str) -> None:
        self.node = secrets.token_hex(4)
        self.is_connected = False
        self._sender = self.node.encode()
        self._prefix = prefix
        self._redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._receiver: Receiver | None = None
        self._organizations: set[UUID] = set()
        self._pubsub: PubSub | None = None
        self._outbox: deque[tuple[str, bytes]] = deque(maxlen=OUTBOX_LIMIT)
        self._wake = asyncio.Event()
        self._closed_until = 0.0
        self._tasks = Tasks("bus")

    def start(self, receiver: Receiver | None = None) -> None:
        """Begin to publish and, where there is somebody to tell, to listen."""
        self._receiver = receiver
        self._tasks.keep(self._publish_for_ever)
        if receiver is not None:
            self._tasks.keep(self._listen_for_ever)

    async def stop(self) -> None:
        """Send what waits, for a moment, then hang up."""
        with contextlib.suppress(*_AWAY):
            async with asyncio.timeout(TIMEOUT_S):
                await self._send_all()
        await self._tasks.stop()
        with contextlib.suppress(*_AWAY):
            await self._redis.aclose()

    def publish(self, organization_id: UUID, frames: Sequence[Frame]) -> None:
        """Tell every node of frames that were just committed, in order and without a hole; returns at once."""
        if frames:
            self._post(f"{self._prefix}ev:{organization_id}", encode_hint(frames))
            if organization_id in self._organizations and self._receiver is not None:
                hint = Hint(frames[-1].position, list(frames))
                asyncio.get_running_loop().call_soon(self._receiver.hinted, organization_id, hint)

    def publish_ephemeral(self, organization_id: UUID, body: bytes) -> None:
        """Tell every node something that may be lost; returns at once."""
        self._post(f"{self._prefix}eph:{organization_id}", body)
        if organization_id in self._organizations and self._receiver is not None:
            asyncio.get_running_loop().call_soon(self._receiver.whispered, organization_id, body)

    async def subscribe(self, organization_id: UUID) -> None:
        """Listen to an organization; with Redis away it is listened to from the moment that Redis is back."""
        self._organizations.add(organization_id)
        if self._pubsub is not None:
            with contextlib.suppress(*_AWAY):
                await self._pubsub.subscribe(*self._channels(organization_id))

    async def unsubscribe(self, organization_id: UUID) -> None:
        """Listen to an organization no more."""
        self._organizations.discard(organization_id)
        if self._pubsub is not None:
            with contextlib.suppress(*_AWAY):
                await self._pubsub.unsubscribe(*self._channels(organization_id))

    def _channels(self, organization_id: UUID) -> list[str]:
        return [f"{self._prefix}ev:{organization_id}", f"{self._prefix}eph:{organization_id}"]

    def _post(self, channel: str, payload: bytes) -> None:
        # While Redis rests, hints are of no use to anyone: other nodes read the log within a second.
        if asyncio.get_running_loop().time() >= self._closed_until:
            self._outbox.append((channel, self._sender + payload))
            self._wake.set()

    async def _publish_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._send_all()
            except _AWAY as error:
                self._outbox.clear()
                self._closed_until = asyncio.get_running_loop().time() + REST_S
                log.warning("hints are not sent, Redis is away", error=repr(error))

    async def _send_all(self) -> None:
        while self._outbox:
            waiting = [self._outbox.popleft() for _ in range(min(len(self._outbox), BATCH_LIMIT))]
            async with asyncio.timeout(TIMEOUT_S):
                if len(waiting) == 1:
                    await self._redis.publish(*waiting[0])
                else:
                    pairs = [part for channel, payload in waiting for part in (channel, payload)]
                    # One command and one answer: of a pipeline, every answer costs us as much as its command.
                    await cast("Awaitable[None]", self._redis.eval(_PUBLISH_ALL, 0, *pairs))

    async def _listen_for_ever(self) -> None:
        pause_s = 0.05
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await self._subscribe_all(pubsub)
                    pause_s = 0.05
                    await self._listen(pubsub)
            except _AWAY as error:
                log.warning("hints are not heard, Redis is away", error=repr(error), retry_s=pause_s)
            self._pubsub, self.is_connected = None, False
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, REST_S)

    async def _subscribe_all(self, pubsub: PubSub) -> None:
        # A channel of our own comes first: a connection without any channel could not be listened to.
        await pubsub.subscribe(f"{self._prefix}node:{self.node}")
        self._pubsub = pubsub
        channels = [channel for id_ in self._organizations for channel in self._channels(id_)]
        for start in range(0, len(channels), BATCH_LIMIT):
            await pubsub.subscribe(*channels[start : start + BATCH_LIMIT])
        self.is_connected = True
        if self._receiver is not None:
            self._receiver.reconnected()

    async def _listen(self, pubsub: PubSub) -> None:
        is_asked = False
        while True:
            message = await pubsub.get_message(timeout=SILENCE_S)
            if message is not None:
                is_asked = False
                if message["type"] == "message":
                    self._hear(message["channel"].decode(), message["data"])
            elif is_asked:
                raise TimeoutError("Redis does not answer a ping")
            else:
                is_asked = True
                await pubsub.ping()

    def _hear(self, channel: str, data: bytes) -> None:
        sender, payload = data[: len(self._sender)], data[len(self._sender) :]
        if self._receiver is None or sender == self._sender:
            return
        kind, _, name = channel.removeprefix(self._prefix).partition(":")
        try:
            if kind == "eph":
                self._receiver.whispered(UUID(name), payload)
            elif kind == "ev":
                self._receiver.hinted(UUID(name), decode_hint(payload))
        except (BadHint, ValueError) as error:
            log.warning("a hint was not understood", channel=channel, error=str(error))
