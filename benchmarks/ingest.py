"""Durable webhooks in a second through the whole stack, beside a bare Litestar handler in the same run."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import uvloop

from benchmarks.bodies import signed_request, text_message
from benchmarks.posting import Outcome, at_rate, closed_loop
from benchmarks.stack import Gateway, Stack, Tenant, free_port, gateway, stack

RUNS = 5
REQUESTS = 12_000
CONNECTIONS = 64
CUSTOMERS = 2_000


@dataclass(frozen=True)
class Run:
    """One round: ours and the bare handler's rate, and our CPU time per message."""

    ours_per_s: float
    bare_per_s: float
    python_us: float
    postgres_us: float

    @property
    def ratio(self) -> float:
        """Ours as a share of the bare handler's."""
        return self.ours_per_s / self.bare_per_s


@dataclass(frozen=True)
class Ingest:
    """All rounds, and the latencies at half of the median rate."""

    runs: list[Run]
    half_load_per_s: float
    half_p50_ms: float
    half_p99_ms: float
    refused: int

    def median(self, name: str) -> float:
        """The median of a figure over the rounds."""
        return statistics.median(getattr(run, name) for run in self.runs)


def measure(*, tenants: int = 50, runs: int = RUNS, requests: int = REQUESTS) -> Ingest:
    """`runs` rounds of each in turn, then half load."""
    with stack(tenants=tenants) as running, gateway(running) as served, bare_handler() as bare_port:
        uvloop.run(_round(running, served, bare_port, -1, requests // 4))  # plans, caches and connections
        done = [uvloop.run(_round(running, served, bare_port, number, requests)) for number in range(runs)]
        half = statistics.median(run.ours_per_s for run in done) / 2
        calm = uvloop.run(_half(running, served, half))
    refused = calm.statuses.total() - calm.statuses[200]
    return Ingest(done, half, calm.percentile_ms(0.5), calm.percentile_ms(0.99), refused)


async def _round(running: Stack, served: Gateway, bare_port: int, number: int, requests: int) -> Run:
    bodies = _requests(running.tenants, number + 1, requests)
    bare = await closed_loop(bare_port, bodies, connections=CONNECTIONS)
    python_s, postgres_s = served.cpu_s(), running.postgres_cpu_s()
    ours = await closed_loop(served.port, bodies, connections=CONNECTIONS)
    python_s, postgres_s = served.cpu_s() - python_s, running.postgres_cpu_s() - postgres_s
    _all_taken(bare, requests)
    _all_taken(ours, requests)
    return Run(ours.per_s, bare.per_s, python_s / requests * 1e6, postgres_s / requests * 1e6)


def _all_taken(outcome: Outcome, requests: int) -> None:
    if outcome.statuses[200] != requests:
        raise SystemExit(f"not every webhook was answered 200: {dict(outcome.statuses)}")


def _requests(tenants: list[Tenant], round_number: int, requests: int) -> list[bytes]:
    return [_request(tenants, round_number * 10_000_000 + number) for number in range(requests)]


def _request(tenants: list[Tenant], unique: int) -> bytes:
    customer = random.Random(unique).randrange(CUSTOMERS)
    tenant = customer % len(tenants)
    body = text_message(customer, unique, text="Good morning, has my order been sent?", session=f"bench{tenant}")
    return signed_request(f"/webhooks/waha/{tenants[tenant].token}", body, tenants[tenant].hmac_key, number=unique)


async def _half(running: Stack, served: Gateway, per_s: float) -> Outcome:
    prepared = _requests(running.tenants, 99, int(per_s * 10) + 1)
    return await at_rate(served.port, prepared.__getitem__, per_s=per_s, seconds=10, connections=CONNECTIONS)


@contextmanager
def bare_handler() -> Iterator[int]:
    """The bare handler in a process of its own; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.bare", str(port)])
    try:
        while not any(each.laddr.port == port for each in psutil.Process(process.pid).net_connections()):
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    figures = measure()
    for run in figures.runs:
        print(run, f"ratio {run.ratio:.2f}")
    print(f"half load: {figures.half_p50_ms:.1f} / {figures.half_p99_ms:.1f} ms, {figures.refused} refused")
