"""The console for those who see little, see nothing, or see it in the dark: names, roles, contrast, focus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.console import Console
from tests.conversations.webhooks import Line, arrives, reaction

pytestmark = pytest.mark.browser

SARI = "628120000010@c.us"
# What has the focus, and the outline that shows it: its own, or that of the frame which it fills.
FOCUS = """() => {
    const stop = document.activeElement;
    const frame = stop.closest(".assignee") ?? stop;
    const is_framed = stop.closest(".search, .composer__form") !== null;
    return [`${stop.tagName} ${stop.className}`.trim(), is_framed ? "solid" : getComputedStyle(frame).outlineStyle];
}"""
SCRIPTS = Path(__file__).parent / "js" / "look"
CONTRAST, NAMELESS, SMALL = (
    (SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("contrast", "nameless", "small")
)


@pytest.fixture
async def talking(console: Console, line: Line) -> Console:
    """A console with a conversation in it that has something of everything."""
    await line.deliver(
        arrives("3EB0A1", "*bold* https://a.example/ and مرحبا", chat=SARI, name="Sari"),
        reaction("3EB0A1", "👍", chat=SARI),
        arrives("3EB0A2", "waiting", chat="628120000020@c.us", name="Budi"),
    )
    await console.open("Sari")
    await console.send("An answer")
    await expect(console.message("An answer")).to_be_visible()
    return console


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_can_be_read_in_both_themes(talking: Console, scheme: Any) -> None:
    """4.5 to 1, for every visible piece of text, the map of keys as well."""
    await talking.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = await talking.page.evaluate(CONTRAST)
    assert found["seen"] > 30
    assert found["poor"] == []
    await talking.page.keyboard.press("Escape")
    await talking.page.keyboard.press("?")
    await expect(talking.page.get_by_role("dialog")).to_be_visible()
    assert (await talking.page.evaluate(CONTRAST))["poor"] == []


async def test_the_chosen_theme_overrules_the_system_and_is_there_before_the_first_paint(talking: Console) -> None:
    """Round it goes: as the system, light, dark."""
    root = talking.page.locator("html")
    await talking.page.get_by_role("button", name="Theme: as the system").first.click()
    await expect(root).to_have_attribute("data-theme", "light")
    await talking.page.get_by_role("button", name="Theme: light").first.click()
    await talking.page.reload(wait_until="commit")
    await expect(root).to_have_attribute("data-theme", "dark")
    await talking.wait_live()
    await expect(talking.page.get_by_role("button", name="Theme: dark").first).to_be_visible()


async def test_everything_that_can_be_pressed_has_a_name_and_a_size(talking: Console) -> None:
    """For a screen reader, and for a thumb."""
    assert await talking.page.evaluate(NAMELESS) == []
    assert await talking.page.evaluate(SMALL) == []


async def test_the_parts_of_the_screen_have_their_roles(talking: Console) -> None:
    """A list with a selected option, a log, a status, and one heading of the first level."""
    page = talking.page
    await expect(page.get_by_role("listbox", name="Conversations")).to_be_visible()
    selected = page.get_by_role("listbox", name="Conversations").get_by_role("option", selected=True)
    await expect(selected).to_contain_text("Sari")
    await expect(selected).to_have_attribute("aria-setsize", "2")
    await expect(selected).to_have_attribute("aria-posinset", "1")
    await expect(page.get_by_role("log", name="Messages")).to_have_attribute("aria-live", "polite")
    await expect(page.get_by_role("status").first).to_contain_text("Live")
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await expect(page.get_by_role("main")).to_have_count(1)


async def test_the_list_says_which_row_the_keys_are_at(talking: Console) -> None:
    """The focus stays on the list, which points at the row."""
    listbox = talking.page.get_by_role("listbox", name="Conversations")
    await listbox.focus()
    await talking.page.keyboard.press("Home")
    first = await listbox.get_attribute("aria-activedescendant")
    await talking.page.keyboard.press("ArrowDown")
    second = await listbox.get_attribute("aria-activedescendant")
    assert first != second
    assert await talking.page.locator(f"#{second}").get_attribute("data-cursor") == "true"


async def test_the_first_tab_stop_skips_to_the_conversation(talking: Console) -> None:
    """It is seen when it has the focus, and leads there."""
    await talking.page.reload()
    await talking.wait_live()
    await talking.page.keyboard.press("Tab")
    skip = talking.page.get_by_role("link", name="Skip to the conversation")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await talking.page.keyboard.press("Enter")
    await expect(talking.page.get_by_role("main")).to_be_focused()


async def test_what_has_the_focus_is_seen(talking: Console) -> None:
    """Every stop of the Tab key has a ring, or the frame around it has."""
    await talking.page.keyboard.press("Escape")
    seen: dict[str, str] = {}
    for _ in range(24):
        await talking.page.keyboard.press("Tab")
        stop, outline = await talking.page.evaluate(FOCUS)
        seen[stop] = outline
    seen.pop("BODY", None)  # the browser's own stop, on the way round
    assert len(seen) > 10
    assert {stop: outline for stop, outline in seen.items() if outline != "solid"} == {}


async def test_text_of_either_direction_stands_on_its_side(console: Console, line: Line) -> None:
    """Arabic is set from the right, inside of a bubble that stays on the left."""
    await line.deliver(arrives("3EB0R1", "مرحبا، أريد أن أسأل عن طلبي", chat=SARI, name="محمد"))
    await console.open("محمد")
    text = console.page.locator(".message__text")
    assert await text.evaluate("each => getComputedStyle(each).direction") == "rtl"
    box = await console.page.locator(".bubble").bounding_box()
    column = await console.page.locator(".timeline__column").bounding_box()
    assert box is not None
    assert column is not None
    assert box["x"] < column["x"] + column["width"] / 2
