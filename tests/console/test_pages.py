"""The console's shells and their content policy."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from console.pages import content_security_policy
from gateway.settings import load
from gateway.web.static import FOLDER
from tests.serving import Served
from tests.world import World

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self' {sockets}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.mark.parametrize(
    ("public_url", "sockets"),
    [
        ("https://desk.example", "wss://desk.example"),
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000"),
        ("https://desk.example:8443/", "wss://desk.example:8443"),
    ],
)
def test_the_policy_is_exactly_this(public_url: str, sockets: str) -> None:
    assert content_security_policy(load({}, public_url=public_url)) == POLICY.format(sockets=sockets)


@pytest.mark.parametrize("path", ["/console/", "/console/login"])
async def test_a_page_comes_with_its_policy_and_in_no_frame(server: Served, path: str) -> None:
    async with aiohttp.ClientSession(server.url) as http, http.get(path) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        sockets = server.url.replace("http://", "ws://")
        assert answer.headers.getall("content-security-policy") == [POLICY.format(sockets=sockets)]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-cache"
        assert "<script" in await answer.text()


@pytest.mark.parametrize("page", sorted((FOLDER / "console").glob("*.html")), ids=lambda page: page.name)
def test_no_page_has_a_line_that_its_policy_would_stop(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", text) == []
    assert re.findall(r"""(?:src|href)=["'](?!/static/|/console/)""", text) == []


async def test_the_policy_names_the_address_that_was_configured_not_the_one_that_was_asked(server: Served) -> None:
    async with (
        aiohttp.ClientSession(server.url) as http,
        http.get("/console/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}) as answer,
    ):
        assert "evil.example" not in answer.headers["content-security-policy"]


async def test_the_console_sends_strangers_to_the_login_page_and_the_login_page_sends_agents_on(
    server: Served, world: World
) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # an address instead of a name
    async with aiohttp.ClientSession(server.url, cookie_jar=jar) as http:
        assert await goes_to(http, "/console/") == (303, "/console/login")
        assert await goes_to(http, "/console/login") == (200, None)
        said = {"email": world.email, "password": world.password}
        async with http.post("/api/v1/auth/login", json=said) as answer:
            assert answer.status in (200, 201)
        assert await goes_to(http, "/console/") == (200, None)
        assert await goes_to(http, "/console/login") == (303, "/console/")


async def goes_to(http: aiohttp.ClientSession, path: str) -> tuple[int, str | None]:
    """The status of a page, and where it sends the browser."""
    async with http.get(path, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("location")
