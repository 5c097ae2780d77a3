"""Which pages may speak to us."""

from __future__ import annotations

import pytest

from console.origins import allowed_origin
from gateway.settings import Settings


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://desk.example", "https://desk.example"),
        ("https://desk.example/", "https://desk.example:443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000", "http://localhost:8000"),
        ("http://localhost:8000", "http://[::1]:8000"),
    ],
)
def test_our_own_pages_may(public_url: str, origin: str) -> None:
    assert allowed_origin(Settings(public_url=public_url), origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://evil.example",
        "http://desk.example",
        "https://desk.example:8443",
        "https://desk.example.evil.example",
        "https://evildesk.example",
        "https://sub.desk.example",
        "https://user@desk.example",
        "https://desk.example@evil.example",
        "https://desk.example/path",
        "https://desk.example#x",
        "https://localhost",
        "//desk.example",
        "desk.example",
        "https://desk.example:port",
        "https://[::1",
        "file://",
    ],
)
def test_no_other_page_may(origin: str) -> None:
    assert allowed_origin(Settings(public_url="https://desk.example"), origin) is None
