"""The modules of the console that know no page, each tested alone, in the Chromium that also runs them for agents."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Error

from tests.browser.profile import Complaints, chromium, context

JS = Path(__file__).parent / "js"
STATIC = Path(__file__).parents[2] / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SENTENCES = [
    (path.name.removesuffix(".test.js"), sentence)
    for path in sorted(JS.glob("*.test.js"))
    for sentence in re.findall(r'^test\("([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def results() -> dict[str, str | None]:
    """What became of every test, by its sentence."""
    return asyncio.run(run_in_chromium())


async def run_in_chromium() -> dict[str, str | None]:
    """Serve the modules and their tests, and open the page that runs them."""
    complaints = Complaints()
    runner = web.AppRunner(_site())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        async with (
            chromium() as browser,
            context(browser, complaints, timezone_id="Asia/Jakarta", locale="en-GB") as opened,
        ):
            page = await opened.new_page()
            await page.goto(f"http://127.0.0.1:{port}/tests/index.html")
            root = page.locator("html[data-results]")
            try:
                await root.wait_for(state="attached", timeout=30_000)
            except Error:
                raise AssertionError(f"the tests did not run: {complaints.said}") from None
            found: dict[str, str | None] = json.loads(await root.get_attribute("data-results") or "{}")
    finally:
        await runner.cleanup()
    assert complaints.said == []
    return found


def _site() -> web.Application:
    async def answer(request: web.Request) -> web.StreamResponse:
        folder, path = (JS if request.match_info["root"] == "tests" else STATIC), request.match_info["path"]
        return web.FileResponse(folder / path, headers={"Content-Security-Policy": POLICY})

    async def no_icon(_: web.Request) -> web.Response:
        return web.Response(status=204)

    site = web.Application()
    site.router.add_get("/favicon.ico", no_icon)
    site.router.add_get("/{root:static|tests}/{path:.+}", answer)
    return site


@pytest.mark.parametrize(("module", "sentence"), SENTENCES, ids=[f"{one}: {two}" for one, two in SENTENCES])
def test_a_module_does_what_the_sentence_says(module: str, sentence: str, results: dict[str, str | None]) -> None:
    """Each sentence is a test of its own."""
    assert sentence in results, f"{module} did not run it"
    assert results[sentence] is None, results[sentence]


def test_every_test_of_the_page_has_a_sentence_here(results: dict[str, str | None]) -> None:
    """A test that the pattern above does not find would fail unseen."""
    assert set(results) == {sentence for _, sentence in SENTENCES}
    assert len(results) > 50
