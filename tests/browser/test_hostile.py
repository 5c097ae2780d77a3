"""Text that wants to be more than text: it is shown letter by letter, and nothing in it runs or loads."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.console import Console
from tests.conversations.webhooks import Line, arrives

pytestmark = pytest.mark.browser

SARI = "628120000010@c.us"
HOSTILE = (
    "<script>window.pwned = 1</script>",
    '<img src=x onerror="window.pwned = 1">',
    "<svg/onload=window.pwned=1>",
    '"><iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    "javascript:window.pwned=1",
    "[click](javascript:window.pwned=1)",
    'https://a.example/"onmouseover="window.pwned=1',
    "${window.pwned = 1} {{constructor.constructor('window.pwned=1')()}}",
    "</textarea></div></body><base href=//evil.example/>",
    "<style>*{display:none}</style>",
    "*<b>bold</b>* _<i onclick=alert(1)>_ ```<script>window.pwned=1</script>```",
    "\u202egnp.exe\u202c and \u2066more\u2069",
    "a\u0300" * 200,
    "__proto__ constructor toString",
)


async def test_every_hostile_text_is_shown_as_it_is(console: Console, line: Line) -> None:
    """The page has no element, no request and no variable that came out of a message."""
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    for number, text in enumerate(HOSTILE):
        await line.deliver(arrives(f"3EB0H{number}", text, chat=SARI, name=text[:60]))
    await console.open("")
    await expect(console.messages()).to_have_count(len(HOSTILE))
    shown = await console.page.locator(".message__text").all_inner_texts()
    assert [text.strip() for text in shown[:3]] == list(HOSTILE[:3])
    assert await console.page.evaluate("window.pwned") is None
    inside = await console.page.locator(".bubble *").evaluate_all("all => all.map((each) => each.localName)")
    assert set(inside) <= {"button", "div", "span", "time", "strong", "em", "s", "code", "a", "p", "svg", "path"}
    links = await console.page.locator(".bubble a").evaluate_all("links => links.map((each) => each.href)")
    assert all(link.startswith("https://a.example/") for link in links)
    assert [url for url in asked if not url.startswith(console.server.url)] == []


async def test_a_hostile_draft_and_search_stay_text(console: Console, line: Line) -> None:
    """What an agent types is shown in the list and in the empty place."""
    await line.deliver(arrives("3EB0I1", "hello", chat=SARI, name="Sari"))
    await console.page.get_by_role("searchbox").fill(HOSTILE[1])
    await expect(console.page.get_by_text("Nothing found")).to_be_visible()
    await expect(console.page.locator(".empty").first).to_contain_text(HOSTILE[1])
    assert await console.page.evaluate("window.pwned") is None


async def test_a_hostile_address_opens_nothing(console: Console) -> None:
    """Only a view and an id are read from it."""
    for address in ("#/open/<script>", "#/__proto__", "#/../../x", "#/open/%00", "#javascript:1"):
        await console.page.goto(f"{console.server.url}/console/{address}")
        await console.wait_live()
        await expect(console.page.get_by_role("heading", name="All open")).to_be_visible()
