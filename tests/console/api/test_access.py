"""Cookies, proxies and keys, as the edge of the API reads them."""

from __future__ import annotations

from typing import Any

import pytest
from litestar.testing import RequestFactory

from console.api.access import caller_of, cookie_name, session_cookie
from gateway.settings import Settings, load
from gateway.web.asgi import address_of

HTTP, HTTPS = load({}, public_url="http://127.0.0.1:8000"), load({}, public_url="https://desk.example")


def test_over_https_the_cookie_can_only_have_been_set_by_us() -> None:
    cookie = session_cookie(HTTPS, "token").to_header(header="")
    assert cookie.startswith("__Host-sb=token;")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie, "a cookie with the prefix must not name a domain"


def test_over_plain_http_the_cookie_has_a_name_that_browsers_accept_there() -> None:
    assert cookie_name(HTTP) == "sb"
    assert "Secure" not in session_cookie(HTTP, "token").to_header(header="")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "127.0.0.1"),
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_an_address_is_believed_only_from_the_proxies_that_we_trust(
    proxies: int, forwarded: str | None, address: str
) -> None:
    settings: Settings = load({}, trusted_proxies=proxies)
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request: Any = RequestFactory().get("/", headers=headers)
    request.scope["client"] = ("127.0.0.1", 50_000)
    assert caller_of(request, settings).ip_address == address


def test_a_line_that_the_client_made_up_is_not_believed_above_that_of_the_proxy() -> None:
    scope = {"headers": [(b"x-forwarded-for", b"10.9.9.9"), (b"x-forwarded-for", b"203.0.113.9")]}
    assert address_of(scope, proxies=1) == "203.0.113.9"
