"""The console without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.console import Console
from tests.conversations.webhooks import Line, arrives

pytestmark = pytest.mark.browser

NAMES = ("Sari", "Budi", "Chitra")


@pytest.fixture
async def three(console: Console, line: Line) -> Console:
    """A console with three conversations; the last one to write is on top."""
    for number, name in enumerate(NAMES):
        await line.deliver(arrives(f"3EB0{name}", f"I am {name}", chat=f"62812000010{number}@c.us", name=name))
    await expect(console.rows()).to_have_text([re.compile(name) for name in reversed(NAMES)])
    return console


async def test_a_conversation_is_found_opened_answered_and_left_by_keys_alone(three: Console, line: Line) -> None:
    """j, k, Enter, r, Ctrl+Enter, Escape."""
    keyboard = three.page.keyboard
    for key in ("j", "j", "j", "k"):
        await keyboard.press(key)
    await expect(three.page.locator('.row[data-cursor="true"]')).to_contain_text("Budi")
    await keyboard.press("Enter")
    await expect(three.message("I am Budi")).to_be_visible()
    await expect(three.row("Budi")).to_have_attribute("aria-selected", "true")
    await keyboard.press("r")
    await expect(three.composer()).to_be_focused()
    await keyboard.type("Hello Budi, j and k and e are only letters here?")
    await keyboard.press("Control+Enter")
    await three.expect_stored("only letters here?")
    await keyboard.press("Escape")
    await expect(three.composer()).not_to_be_focused()
    await keyboard.press("Escape")
    await expect(three.page.get_by_text("No conversation is open")).to_be_visible()
    sent = [row["message_text"] for row in await line.messages() if row["direction"] == "outbound"]
    assert sent == ["Hello Budi, j and k and e are only letters here?"]


async def test_resolve_and_unread_have_keys(three: Console, line: Line) -> None:
    """u leaves it standing out, e takes it away and, once more, brings it back."""
    await three.open("Sari")
    await expect(three.row("Sari").get_by_title(re.compile("unread"))).to_have_count(0)
    await three.page.keyboard.press("u")
    await expect(three.row("Sari").get_by_title("1 unread")).to_be_visible()
    await three.page.keyboard.press("e")
    await expect(three.row("Sari")).to_have_count(0)
    await three.page.keyboard.press("e")
    await expect(three.row("Sari")).to_be_visible()


async def test_the_map_of_keys_lists_them_and_gives_the_focus_back(three: Console) -> None:
    """? opens it, Escape closes it; behind it, keys do nothing."""
    await three.open("Sari")
    await three.composer().focus()
    await three.page.keyboard.press("Escape")
    await three.page.keyboard.press("?")
    dialog = three.page.get_by_role("dialog", name="Keys")
    await expect(dialog).to_be_visible()
    for label in ("Next conversation", "Reply", "Resolve, or open again", "Send", "This map"):
        await expect(dialog.get_by_text(label, exact=True)).to_be_visible()
    await three.page.keyboard.press("e")
    await three.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(three.row("Sari")).to_be_visible()


async def test_single_keys_can_be_switched_off(three: Console) -> None:
    """Chords go on working; the choice is kept."""
    await three.page.keyboard.press("?")
    await three.page.get_by_label("Single keys (without Ctrl) do things").uncheck()
    await three.page.keyboard.press("Escape")
    await three.page.keyboard.press("j")
    await expect(three.page.locator('.row[data-cursor="true"]')).to_have_count(0)
    await three.page.reload()
    await three.wait_live()
    await three.page.keyboard.press("j")
    await expect(three.page.locator('.row[data-cursor="true"]')).to_have_count(0)


async def test_enter_makes_a_new_line_where_one_wants_that(three: Console, line: Line) -> None:
    """The setting stands at the composer; Shift+Enter always makes one."""
    await three.open("Sari")
    await three.page.get_by_title("Change which key sends").click()
    await three.composer().fill("first")
    await three.composer().press("Enter")
    await three.page.keyboard.type("second")
    await expect(three.composer()).to_have_value("first\nsecond")
    await three.composer().press("Control+Enter")
    await three.expect_stored("second")
    assert [row["message_text"] for row in await line.messages() if row["direction"] == "outbound"] == ["first\nsecond"]


async def test_search_narrows_the_list_and_escape_widens_it_again(three: Console) -> None:
    """What is typed there moves nothing else."""
    await three.page.keyboard.press("/")
    await three.page.keyboard.type("chit")
    await expect(three.rows()).to_have_count(1)
    await expect(three.row("Chitra")).to_be_visible()
    await three.page.keyboard.type(" nobody")
    await expect(three.page.get_by_text("Nothing found")).to_be_visible()
    await three.page.get_by_role("button", name="Clear the search").click()
    await expect(three.rows()).to_have_count(3)


async def test_views_have_sequences(three: Console) -> None:
    """g u, g m, g a; the address follows, and back leads back."""
    await three.page.keyboard.press("g")
    await three.page.keyboard.press("m")
    await expect(three.page.get_by_text("Nothing is waiting for you")).to_be_visible()
    await expect(three.page).to_have_url(re.compile("#/mine$"))
    await three.page.keyboard.press("g")
    await three.page.keyboard.press("u")
    await expect(three.rows()).to_have_count(3)
    await three.page.go_back()
    await expect(three.page).to_have_url(re.compile("#/mine$"))
    await expect(three.page.get_by_text("Nothing is waiting for you")).to_be_visible()


async def test_nothing_moves_under_the_pointer(three: Console, line: Line) -> None:
    """While one points at the list, moves are held and counted; going away lets them happen."""
    await three.row("Budi").hover()
    await line.deliver(arrives("3EB0Z1", "me first!", chat="628120000100@c.us", name="Sari"))
    await expect(three.row("Sari")).to_contain_text("me first!")
    await expect(three.page.get_by_role("button", name="1 update")).to_be_visible()
    await expect(three.rows()).to_have_text([re.compile(name) for name in ("Chitra", "Budi", "Sari")])
    await three.page.mouse.move(1000, 300)
    await expect(three.rows()).to_have_text([re.compile(name) for name in ("Sari", "Chitra", "Budi")])


async def test_an_answer_can_quote(three: Console, line: Line) -> None:
    """The quote stands over the composer, then in the bubble; Escape takes it away."""
    await three.open("Sari")
    await three.message("I am Sari").hover()
    await three.message("I am Sari").get_by_role("button", name=re.compile("Reply to the message")).click()
    await expect(three.page.locator(".quoting")).to_contain_text("I am Sari")
    await three.page.keyboard.press("Escape")
    await expect(three.page.locator(".quoting")).to_have_count(0)
    await three.message("I am Sari").hover()
    await three.message("I am Sari").get_by_role("button", name=re.compile("Reply to the message")).click()
    await three.send("I know.")
    await three.expect_stored("I know.")
    await expect(three.message("I know.").locator(".quote")).to_contain_text("I am Sari")
    [answer] = [row for row in await line.messages() if row["direction"] == "outbound"]
    assert answer["reply_to_message_id"] is not None
