"""The phone page's files: all there, under a strict policy, and nothing beside them."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from gateway.waha.simulator import Simulator

STATIC = Path(__file__).parents[3] / "static"


async def get(simulator: Simulator, path: str) -> tuple[int, str, aiohttp.typedefs.LooseHeaders]:
    """Status, text and headers, without following redirects."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(simulator.url + path, allow_redirects=False) as response,
    ):
        return response.status, await response.text(errors="replace"), response.headers


async def test_the_page_and_everything_it_names_is_served(simulator: Simulator) -> None:
    status, text, headers = await get(simulator, "/simulator/")
    assert status == 200
    named = re.findall(r'(?:src|href)="([^"]+)"', text)
    scripts = [f"/simulator/js/{path.name}" for path in (STATIC / "simulator" / "js").glob("*.js")]
    imported = {name for path in (STATIC / "simulator" / "js").glob("*.js") for name in _imports(path)}
    assert len(named) > 5
    for name in {*named, *scripts, *imported}:
        status, _, headers = await get(simulator, name)
        assert (name, status) == (name, 200)
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_policy_runs_nothing_inline(simulator: Simulator) -> None:
    _, text, headers = await get(simulator, "/simulator/")
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert policy["require-trusted-types-for"] == "'script'"
    assert not re.search(r"<script(?![^>]*src=)|<style|style=| on\w+=", text)


async def test_the_bare_address_leads_to_the_page(simulator: Simulator) -> None:
    for path in ("/", "/simulator"):
        status, _, headers = await get(simulator, path)
        assert (status, headers["Location"]) == (302, "/simulator/")


@pytest.mark.parametrize(
    "path",
    [
        "/simulator/js/../index.html",
        "/simulator/js/none.js",
        "/static/console/index.html",
        "/static/css/%2e%2e/console/index.html",
        "/static/vendor/..%2f..%2fpyproject.toml",
        "/static//etc/passwd",
        "/elsewhere",
    ],
)
async def test_nothing_else_is_served(simulator: Simulator, path: str) -> None:
    status, text, _ = await get(simulator, path)
    assert status == 404
    assert "<!doctype" not in text


def test_the_styles_take_meanings_that_are_defined_and_no_raw_colours() -> None:
    own = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "simulator" / "css").glob("*.css"))
    shared = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "css").rglob("*.css"))
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", own))
    assert len(used) > 20
    assert used - set(re.findall(r"(--[a-z0-9-]+):", own + shared)) == set()
    assert re.findall(r"#[0-9a-f]{3,8}\b|oklch\(|rgb\(|--raw-|!important", own) == []


def _imports(path: Path) -> list[str]:
    found = re.findall(r'from "([^"]+)"', path.read_text(encoding="utf-8"))
    return [name.replace("./", "/simulator/js/") if name.startswith("./") else name for name in found]
