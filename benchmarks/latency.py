"""Webhook to frame: how old a message is when it reaches an agent's socket, with 20 agents looking on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import aiohttp
import uvloop

from benchmarks.agents import open_socket, read_all, sign_in
from benchmarks.bodies import signed_request, text_message
from benchmarks.posting import Outcome, at_rate, percentile
from benchmarks.stack import Gateway, Stack, Tenant, gateway, stack

AGENTS = 20
SECONDS = 10.0
CUSTOMERS = 500


@dataclass(frozen=True)
class Latency:
    """One rate: what was asked for, what came, and the age of the frames."""

    per_s: int
    answered: int
    frames: int
    lost: int
    p50_ms: float
    p99_ms: float
    ack_p99_ms: float


def measure(rates: tuple[int, ...] = (200, 1000), seconds: float = SECONDS) -> list[Latency]:
    """Each rate in turn, on one fresh stack."""
    with stack() as running, gateway(running, sockets_per_user=str(AGENTS * 2)) as served:
        return [uvloop.run(_at(running, served, rate, seconds)) for rate in (50, *rates)][1:]


async def _at(running: Stack, served: Gateway, rate: int, seconds: float) -> Latency:
    tenant = running.tenants[0]
    async with aiohttp.ClientSession() as http:
        who = await sign_in(http, served.url, tenant.email)
        sockets = [await open_socket(http, who) for _ in range(AGENTS)]
        readers, tasks = read_all(sockets)
        outcome = await at_rate(served.port, lambda number: _request(tenant, rate, number), per_s=rate, seconds=seconds)
        expected = outcome.statuses[200] * AGENTS
        await _until(lambda: sum(len(reader.ages_s) for reader in readers) >= expected)
        for socket in sockets:
            await socket.close()
        await asyncio.gather(*tasks)
    return _summary(rate, outcome, [age for reader in readers for age in reader.ages_s], expected)


def _request(tenant: Tenant, rate: int, number: int) -> bytes:
    unique = rate * 1_000_000 + number
    # One clock: generator and agents live in one process. The stamp is when the request was made to be posted.
    body = text_message(number % CUSTOMERS, unique, text=f"Is my order ready? stamp={time.perf_counter_ns()}=")
    return signed_request(f"/webhooks/waha/{tenant.token}", body, tenant.hmac_key, number=unique)


async def _until(is_done: object, *, within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_done() and time.monotonic() < deadline:  # type: ignore[operator]
        await asyncio.sleep(0.05)


def _summary(rate: int, outcome: Outcome, ages: list[float], expected: int) -> Latency:
    return Latency(
        per_s=rate,
        answered=outcome.statuses[200],
        frames=len(ages),
        lost=expected - len(ages),
        p50_ms=percentile(ages, 0.50) * 1000,
        p99_ms=percentile(ages, 0.99) * 1000,
        ack_p99_ms=outcome.percentile_ms(0.99),
    )


if __name__ == "__main__":
    for row in measure():
        print(row)
