"""A load generator that costs little: raw HTTP/1.1 over kept-alive connections, closed loop or at a fixed rate."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast


@dataclass
class Outcome:
    """What came back: how many of each status, how long each took, and how long all took."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies_s: list[float] = field(default_factory=list)
    wall_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Answers of 2xx in a second."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300) / self.wall_s

    def percentile_ms(self, share: float) -> float:
        """The latency below which `share` (0..1) of the requests were answered."""
        return percentile(self.latencies_s, share) * 1000


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Line(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answer: asyncio.Future[int] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not inherit from asyncio's.
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, ended, body = self._buffer.partition(b"\r\n\r\n")
        if not ended:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0] or 0)
        if len(body) >= length and self.answer is not None and not self.answer.done():
            self._buffer = b""
            self.answer.set_result(int(head[9:12]))

    def connection_lost(self, _exc: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(0)

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """Write a request; the future is its status, 0 for a lost connection."""
        assert self.transport is not None
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer


async def closed_loop(port: int, requests: Iterable[bytes], *, connections: int) -> Outcome:
    """As fast as `connections` allow: each asks again as soon as it was answered."""
    outcome, source = Outcome(), iter(requests)
    lines = await _lines(port, connections)
    started = time.perf_counter()
    await asyncio.gather(*(_drive(line, source, outcome) for line in lines))
    outcome.wall_s = time.perf_counter() - started
    _hang_up(lines)
    return outcome


async def _drive(line: Line, source: Iterator[bytes], outcome: Outcome) -> None:
    for request in source:
        asked = time.perf_counter()
        outcome.statuses[await line.ask(request)] += 1
        outcome.latencies_s.append(time.perf_counter() - asked)


async def at_rate(
    port: int, make: Callable[[int], bytes], *, per_s: float, seconds: float, connections: int = 64
) -> Outcome:
    """At `per_s`, whatever the answers take; a latency counts from when the request was due, so a queue shows."""
    outcome = Outcome()
    lines = await _lines(port, connections)
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in lines:
        free.put_nowait(line)
    started = time.perf_counter()
    tasks: set[asyncio.Task[None]] = set()
    for number in range(int(per_s * seconds)):
        due = started + number / per_s
        if (pause := due - time.perf_counter()) > 0.0005:
            await asyncio.sleep(pause)
        task = asyncio.create_task(_one(free, make(number), due, outcome))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    outcome.wall_s = time.perf_counter() - started
    _hang_up(lines)
    return outcome


async def _one(free: asyncio.Queue[Line], request: bytes, due: float, outcome: Outcome) -> None:
    line = await free.get()
    outcome.statuses[await line.ask(request)] += 1
    outcome.latencies_s.append(time.perf_counter() - due)
    free.put_nowait(line)


async def _lines(port: int, connections: int) -> list[Line]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Line, "127.0.0.1", port) for _ in range(connections)]
    return [line for _, line in made]


def _hang_up(lines: list[Line]) -> None:
    for line in lines:
        if line.transport is not None:
            line.transport.close()
