"""The console with very many open sessions in a real Chromium: what one key press to the next session costs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import uvloop
from playwright.async_api import Page, async_playwright

from benchmarks.bodies import signed_request, text_message
from benchmarks.posting import closed_loop, percentile
from benchmarks.stack import PASSWORD, Gateway, Tenant, gateway, stack
from tests.chromium import ARGUMENTS, find

SESSIONS = 10_000
STEPS = 60

# From the key press to the end of the frame that shows its result; a message port runs after the frame was painted.
_PRESS = """async (steps) => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(null);
  }));
  const press = (key) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const took = [];
  for (let step = 0; step < steps; step += 1) {
    await painted();
    const begun = performance.now();
    press("j");
    press("Enter");
    const worked = performance.now() - begun;
    await painted();
    took.push([worked, performance.now() - begun]);
  }
  return took;
}"""


@dataclass(frozen=True)
class Switching:
    """Rows in the DOM, seconds until the list stood, and milliseconds from key press to painted frame."""

    sessions: int
    rows: int
    elements: int
    first_list_s: float
    script_p95_ms: float
    painted_p50_ms: float
    painted_p95_ms: float


def measure(sessions: int = SESSIONS, steps: int = STEPS) -> Switching:
    """One message from each of so many customers, then an agent who walks down the list."""
    with stack() as running, gateway(running) as served:
        uvloop.run(_write(served, running.tenants[0], sessions))
        return asyncio.run(_walk(served, running.tenants[0], sessions, steps))


async def _write(served: Gateway, tenant: Tenant, sessions: int) -> None:
    path = f"/webhooks/waha/{tenant.token}"
    bodies = (text_message(number, number, text=f"Message of customer {number}") for number in range(sessions))
    requests = (signed_request(path, body, tenant.hmac_key, number=number) for number, body in enumerate(bodies))
    outcome = await closed_loop(served.port, requests, connections=64)
    if outcome.statuses[200] != sessions:
        raise SystemExit(f"not every message was taken: {dict(outcome.statuses)}")


async def _walk(served: Gateway, tenant: Tenant, sessions: int, steps: int) -> Switching:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        first_list_s = await _sign_in(page, served, tenant)
        await page.keyboard.press("j")
        took = await page.evaluate(_PRESS, steps)
        rows = await page.locator("[role=option]").count()
        elements = await page.evaluate("document.querySelectorAll('*').length")
        await browser.close()
    return _summary(sessions, rows, elements, first_list_s, took)


async def _sign_in(page: Page, served: Gateway, tenant: Tenant) -> float:
    await page.goto(f"{served.url}/console/login")
    await page.get_by_label("E-mail").fill(tenant.email)
    await page.get_by_label("Password").fill(PASSWORD)
    begun = asyncio.get_running_loop().time()
    await page.get_by_role("button", name="Sign in").click()
    await page.locator("[role=option]").first.wait_for(timeout=60_000)
    return asyncio.get_running_loop().time() - begun


def _summary(sessions: int, rows: int, elements: int, first_list_s: float, took: list[Any]) -> Switching:
    script, painted = ([float(each[place]) for each in took] for place in (0, 1))
    return Switching(
        sessions=sessions,
        rows=rows,
        elements=elements,
        first_list_s=first_list_s,
        script_p95_ms=percentile(script, 0.95),
        painted_p50_ms=percentile(painted, 0.5),
        painted_p95_ms=percentile(painted, 0.95),
    )


if __name__ == "__main__":
    print(measure())
