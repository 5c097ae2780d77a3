"""`make bench`: every figure in one run, one after the other, and RESULTS.md written from them."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks import fanout, idle, ingest, latency, snapshot, switching

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Row:
    """One figure, what we aim at, and whether it was reached."""

    what: str
    measured: str
    aim: str
    is_met: bool


def main() -> None:
    """Measure, say each figure as it comes, and write the sheet."""
    rows: list[Row] = []
    for part in (_ingest, _latency, _fanout, _idle, _snapshot, _switching):
        for row in part():
            print(f"{'met   ' if row.is_met else 'MISSED'}  {row.what}: {row.measured}  (aim {row.aim})", flush=True)
            rows.append(row)
    RESULTS.write_text(_sheet(rows), encoding="utf-8")
    print(f"written to {RESULTS}")


def _ingest() -> list[Row]:
    found = ingest.measure()
    ratio, python_us, postgres_us = (found.median(name) for name in ("ratio", "python_us", "postgres_us"))
    rates = f"{found.median('ours_per_s'):,.0f}/s against {found.median('bare_per_s'):,.0f}/s"
    spread = f"{min(run.ratio for run in found.runs):.2f} to {max(run.ratio for run in found.runs):.2f}"
    return [
        Row(
            "Durable webhooks, as a share of a bare Litestar handler that only decodes the body",
            f"{ratio:.2f} ({rates}; median of {len(found.runs)} runs, {spread})",
            "≥ 0.25, better 0.30, best 0.40",
            ratio >= 0.25,
        ),
        Row("CPU of Python per webhook", f"{python_us:.0f} µs", "≤ 160 µs", python_us <= 160),
        Row("CPU of PostgreSQL per webhook", f"{postgres_us:.0f} µs", "≤ 200 µs", postgres_us <= 200),
        Row(
            f"Webhook answered at half load ({found.half_load_per_s:,.0f}/s), p50 / p99",
            f"{found.half_p50_ms:.1f} / {found.half_p99_ms:.1f} ms, {found.refused} refused",
            "p99 ≤ 20 ms",
            found.half_p99_ms <= 20 and found.refused == 0,
        ),
    ]


def _latency() -> list[Row]:
    aims = {200: (8, 30), 1000: (12, 60)}
    rows = []
    for found in latency.measure():
        p50, p99 = aims[found.per_s]
        rows.append(
            Row(
                f"Webhook to frame at {found.per_s}/s with {latency.AGENTS} agents, p50 / p99",
                f"{found.p50_ms:.1f} / {found.p99_ms:.1f} ms, {found.frames:,} frames, {found.lost} lost",
                f"≤ {p50} / ≤ {p99} ms",
                found.p50_ms <= p50 and found.p99_ms <= p99 and found.lost == 0,
            )
        )
    return rows


def _fanout() -> list[Row]:
    base, alone, together = fanout.measure()
    ratios = [each.per_s / base.per_s for each in (alone, together)]
    return [
        Row(
            f"Deliveries to {fanout.SOCKETS:,} sockets, each frame a message, against websockets.broadcast",
            f"{ratios[0]:.2f} ({alone.per_s:,.0f}/s against {base.per_s:,.0f}/s)",
            "≥ 0.7",
            ratios[0] >= 0.7,
        ),
        Row(
            "The same as the product sends them, waiting frames together",
            f"{ratios[1]:.2f} ({together.per_s:,.0f} events/s)",
            "≥ 0.7",
            ratios[1] >= 0.7,
        ),
    ]


def _idle() -> list[Row]:
    found = idle.measure()
    kib = found.bytes_each / 1024
    measured = f"{kib:.1f} KiB ({found.sockets:,} sockets, {found.handshakes_per_s:,.0f} handshakes/s)"
    return [Row("Memory of an idle agent's socket", measured, "≤ 30 KiB", kib <= 30)]


def _snapshot() -> list[Row]:
    found = snapshot.measure()
    measured = f"{found.p50_ms:.0f} / {found.p99_ms:.0f} ms ({found.bytes / 1e6:.1f} MB)"
    return [Row(f"Snapshot of {found.sessions:,} open sessions, p50 / p99", measured, "≤ 300 ms", found.p99_ms <= 300)]


def _switching() -> list[Row]:
    found = switching.measure()
    return [
        Row(
            f"Rows in the DOM with {found.sessions:,} open sessions",
            f"{found.rows} ({found.elements} elements on the whole page)",
            "≤ 300",
            found.rows <= 300,
        ),
        Row(
            "Switch to the next session: script p95, painted p50 / p95",
            f"{found.script_p95_ms:.1f} ms, {found.painted_p50_ms:.1f} / {found.painted_p95_ms:.1f} ms",
            "script within one frame, 16.7 ms",
            found.script_p95_ms <= 16.7,
        ),
    ]


def _sheet(rows: list[Row]) -> str:
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{psutil.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {platform.system()} {platform.release()}"
    table = "\n".join(
        f"| {row.what} | {row.measured} | {row.aim} | {'yes' if row.is_met else '**no**'} |" for row in rows
    )
    return f"""# Results

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d} UTC.

{machine}, Python {platform.python_version()}.
The load generator, PostgreSQL (with fsync), Valkey and, where there is one, the browser share these cores with what is
measured. Absolute times are this machine's and vary from run to run; the ratios come from one run.

| figure | measured | aim | met |
|---|---|---|---|
{table}
"""


def _processor() -> str:
    names = [line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
