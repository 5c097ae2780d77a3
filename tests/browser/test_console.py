"""The console at work: customers write over real webhooks, an agent answers in a real Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from console.closes import Close
from gateway.runtime import Runtime
from tests.browser.console import Console
from tests.browser.profile import Complaints
from tests.conversations.webhooks import Line, arrives, edit, reaction, revoke
from tests.wait import eventually

pytestmark = pytest.mark.browser

SARI, BUDI = "628120000010@c.us", "628120000020@c.us"


async def test_a_message_appears_without_a_reload(console: Console, line: Line) -> None:
    """The first one opens a conversation, the second one raises it and its count."""
    await line.deliver(arrives("3EB0A1", "Is the table free?", chat=SARI, name="Sari"))
    row = console.row("Sari")
    await expect(row).to_contain_text("Is the table free?")
    await expect(row.get_by_title("1 unread")).to_be_visible()
    await line.deliver(arrives("3EB0A2", "Hello?", chat=SARI, name="Sari"))
    await expect(row).to_contain_text("Hello?")
    await expect(row.get_by_title("2 unread")).to_be_visible()
    await expect(console.page).to_have_title("(1) Switchboard")


async def test_opening_a_conversation_shows_it_and_marks_it_as_read(console: Console, line: Line) -> None:
    """The count goes away on the screen and in the database; the rule says where reading began."""
    await line.deliver(*(arrives(f"3EB0B{n}", f"message {n}", chat=SARI, name="Sari") for n in range(3)))
    await console.open("Sari")
    await expect(console.messages()).to_have_count(3)
    await expect(console.page.get_by_text("New", exact=True)).to_be_visible()
    await expect(console.row("Sari").get_by_title(re.compile("unread"))).to_have_count(0)
    await expect(console.page).to_have_title("Switchboard")
    assert (await line.session())["unread_count"] == 0


async def test_what_arrives_in_the_open_conversation_is_read_while_one_looks(console: Console, line: Line) -> None:
    """It is drawn at once, and the count does not stay."""
    await line.deliver(arrives("3EB0C1", "one", chat=SARI, name="Sari"))
    await console.open("Sari")
    await line.deliver(arrives("3EB0C2", "two", chat=SARI, name="Sari"))
    await expect(console.message("two")).to_be_visible()
    await expect(console.row("Sari").get_by_title(re.compile("unread"))).to_have_count(0)


async def test_an_answer_is_one_bubble_from_the_key_press_on(console: Console, line: Line) -> None:
    """It is on the screen before the server has it, and becomes the stored message in place."""
    await line.deliver(arrives("3EB0D1", "Is it free?", chat=SARI, name="Sari"))
    await console.open("Sari")
    await console.send("Yes, it is.")
    await expect(console.message("Yes, it is.")).to_have_count(1)
    await expect(console.message("Yes, it is.")).not_to_have_attribute("data-status", re.compile("outbox"))
    assert [row["message_text"] for row in await line.messages()] == ["Is it free?", "Yes, it is."]
    await expect(console.message("Yes, it is.")).to_have_count(1)
    await expect(console.composer()).to_have_value("")
    await expect(console.composer()).to_be_focused()


async def test_an_answer_survives_a_lost_network(console: Console, line: Line, complaints: Complaints) -> None:
    """It waits and says so, nothing is shown twice, and what came meanwhile is caught up with."""
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    await line.deliver(arrives("3EB0E1", "Are you there?", chat=SARI, name="Sari"))
    await console.open("Sari")
    await console.page.context.set_offline(True)
    await console.expect_phase("offline")
    await console.send("Here I am.")
    await expect(console.message("Here I am.")).to_have_attribute("data-status", "outbox-waiting")
    await expect(console.page.locator(".status")).to_contain_text("1 message waits and will be sent")
    await line.deliver(arrives("3EB0E2", "Nobody?", chat=SARI, name="Sari"))
    await console.page.context.set_offline(False)
    await console.wait_live()
    await expect(console.message("Nobody?")).to_be_visible()
    await expect(console.message("Here I am.")).to_have_attribute("data-status", re.compile("queued|sending|unknown"))
    await expect(console.messages()).to_have_count(3)
    assert len([row for row in await line.messages() if row["direction"] == "outbound"]) == 1


async def test_an_answer_survives_a_reload(console: Console, line: Line, complaints: Complaints) -> None:
    """It is kept in the browser until the server has it, and sent under the same id."""
    complaints.expect("ERR_CONNECTION_REFUSED")
    await line.deliver(arrives("3EB0F1", "Hello", chat=SARI, name="Sari"))
    await console.open("Sari")
    pattern = re.compile("/messages$")
    await console.page.route(pattern, lambda route: route.abort("connectionrefused"))
    await console.send("Kept")
    await expect(console.message("Kept")).to_have_attribute("data-status", "outbox-waiting")
    await console.page.reload()
    await expect(console.message("Kept")).to_have_attribute("data-status", re.compile("outbox"))
    await console.page.unroute(pattern)
    await expect(console.message("Kept")).not_to_have_attribute("data-status", re.compile("outbox"), timeout=20_000)
    assert [row["message_text"] for row in await line.messages()] == ["Hello", "Kept"]


async def test_an_answer_whose_receipt_was_lost_is_stored_once(
    console: Console, line: Line, complaints: Complaints
) -> None:
    """The server has it, the browser does not know: it tells it again and gets the same message."""
    complaints.expect("ERR_CONNECTION_RESET")
    await line.deliver(arrives("3EB0G1", "Hello", chat=SARI, name="Sari"))
    await console.open("Sari")
    lost = 0

    async def lose_the_first_answer(route) -> None:  # type: ignore[no-untyped-def]
        nonlocal lost
        await route.fetch()
        lost += 1
        await (route.abort("connectionreset") if lost == 1 else route.continue_())

    await console.page.route(re.compile("/messages$"), lose_the_first_answer)
    await console.send("Only once")
    await expect(console.message("Only once")).not_to_have_attribute("data-status", re.compile("outbox"))
    await expect(console.message("Only once")).to_have_count(1)
    assert lost >= 1
    assert [row["message_text"] for row in await line.messages()] == ["Hello", "Only once"]


async def test_an_answer_that_is_refused_says_why_and_can_be_discarded(
    console: Console, line: Line, complaints: Complaints
) -> None:
    """Retry and Discard stand at the bubble."""
    complaints.expect("422")
    await line.deliver(arrives("3EB0H1", "Hello", chat=SARI, name="Sari"))
    await console.open("Sari")
    problem = '{"status": 422, "code": "invalid", "title": "Invalid", "detail": "This word is not sent."}'
    await console.page.route(
        re.compile("/messages$"),
        lambda route: route.fulfill(status=422, content_type="application/problem+json", body=problem),
    )
    await console.send("Bad word")
    bubble = console.message("Bad word")
    await expect(bubble).to_have_attribute("data-status", "outbox-failed")
    await expect(bubble).to_contain_text("This word is not sent.")
    await expect(bubble.get_by_role("button", name="Retry")).to_be_visible()
    await bubble.get_by_role("button", name="Discard").click()
    await expect(bubble).to_have_count(0)
    assert len(await line.messages()) == 1


async def test_a_second_click_on_retry_sends_nothing_more(console: Console, line: Line) -> None:
    await line.deliver(arrives("3EB0H2", "Hello", chat=SARI, name="Sari"))
    await console.open("Sari")
    await console.send("Once more")
    await console.expect_stored("Once more")
    await line.rows("UPDATE messages SET delivery_status = 'failed', rev = rev + 1 WHERE message_text = 'Once more'")
    await console.page.reload()
    await console.open("Sari")
    await console.message("Once more").get_by_role("button", name="Retry").evaluate("b => { b.click(); b.click(); }")
    await expect(console.message("Once more")).to_have_count(2)
    await console.send("The last one")
    await console.expect_stored("The last one")
    assert [row["message_text"] for row in await line.messages()].count("Once more") == 2


async def test_sockets_that_the_server_closes_come_back_by_themselves(
    console: Console, line: Line, runtime: Runtime
) -> None:
    """Nothing that came meanwhile is missing, and nobody had to reload."""
    await line.deliver(arrives("3EB0I1", "before", chat=SARI, name="Sari"))
    await console.open("Sari")
    for client in list(runtime.hub.clients):
        runtime.hub.drop(client, Close.INTERNAL)
    await console.expect_phase("offline")
    await line.deliver_at_once(*(arrives(f"3EB0J{n}", f"missed {n}", chat=SARI, name="Sari") for n in range(20)))
    await console.wait_live()
    await expect(console.message("missed")).to_have_count(20)
    await expect(console.messages()).to_have_count(21)


async def test_edits_reactions_and_deletions_are_seen_at_once(console: Console, line: Line) -> None:
    """Each changes the bubble that it means."""
    await line.deliver(
        arrives("3EB0K1", "twelve people", chat=SARI, name="Sari"), arrives("3EB0K2", "oops", chat=SARI, name="Sari")
    )
    await console.open("Sari")
    await line.deliver(edit("3EB0K1", "thirteen people", chat=SARI), reaction("3EB0K1", "👍", chat=SARI))
    bubble = console.message("thirteen people")
    await expect(bubble).to_contain_text("edited")
    await expect(bubble.get_by_role("list", name="Reactions")).to_contain_text("👍")
    await line.deliver(revoke("3EB0K2", chat=SARI))
    await expect(console.message("This message was deleted")).to_be_visible()
    await expect(console.message("oops")).to_have_count(0)


async def test_a_message_that_cannot_be_shown_is_shown_as_such(console: Console, line: Line) -> None:
    """It is a bubble that says so, and the next message stands after it."""
    strange = arrives("3EB0L1", None, chat=SARI, name="Sari")
    strange["payload"]["_data"] = {"message": {"paymentInviteMessage": {"serviceType": 3}}, "pushName": "Sari"}
    first, last = (arrives(f"3EB0L{text}", text, chat=SARI, name="Sari") for text in ("look", "and?"))
    await line.deliver(first, strange, last)
    await console.open("Sari")
    await expect(console.message("Unsupported message")).to_be_visible()
    await expect(console.message("and?")).to_be_visible()


async def test_older_messages_come_as_one_scrolls(console: Console, line: Line) -> None:
    """However long the conversation, only a part of it is drawn; one press leads back to its end."""
    for begin in range(0, 130, 26):
        await line.deliver_at_once(
            *(arrives(f"3EB0M{n}", f"number {n:03}", chat=SARI, name="Sari") for n in range(begin, begin + 26))
        )
    await console.open("Sari")
    box = console.page.get_by_role("log")
    begin = console.page.get_by_text("The conversation began here.")
    await expect(console.messages()).to_have_count(24)
    await expect(console.page.get_by_text("Jump to latest")).to_have_count(0)

    async def scroll_to_the_begin() -> bool:
        await box.evaluate("box => { box.scrollTop = Math.max(0, box.scrollTop - 600) }")
        return await begin.is_visible()

    await eventually(scroll_to_the_begin, every_s=0.05, what="the begin of the conversation")
    assert await console.messages().count() <= 120
    await console.page.get_by_role("button", name="Jump to latest").click()
    await expect(console.page.get_by_text("Jump to latest")).to_have_count(0)
    await expect(console.messages().last).to_be_in_viewport()


async def test_what_one_reads_stays_in_place_while_older_messages_come(console: Console, line: Line) -> None:
    """The bubble under the eye does not move when a page is put above it."""
    await line.deliver_at_once(*(arrives(f"3EB0X{n}", f"number {n:03}", chat=SARI, name="Sari") for n in range(110)))
    await console.open("Sari")
    await expect(console.messages()).to_have_count(24)
    moved = await console.page.get_by_role("log").evaluate(
        """async (box) => {
            box.scrollTop = 150;
            const seen = [...box.querySelectorAll(".message")].find((each) => each.getBoundingClientRect().top > 60);
            const before = seen.getBoundingClientRect().top;
            const count = box.querySelectorAll(".message").length;
            for (let i = 0; i < 300 && box.querySelectorAll(".message").length === count; i += 1) {
                await new Promise((next) => requestAnimationFrame(next));
            }
            await new Promise((next) => requestAnimationFrame(next));
            const grown = box.querySelectorAll(".message").length - count;
            return { grown, px: Math.abs(seen.getBoundingClientRect().top - before) };
        }"""
    )
    assert moved["grown"] > 0
    assert moved["px"] < 2


async def test_a_draft_is_kept_for_each_conversation(console: Console, line: Line) -> None:
    """Going away and coming back finds what was written; the list says that there is a draft."""
    await line.deliver(
        arrives("3EB0N1", "one", chat=SARI, name="Sari"), arrives("3EB0N2", "two", chat=BUDI, name="Budi")
    )
    await console.open("Sari")
    await console.composer().fill("half an ans")
    await console.open("Budi")
    await expect(console.composer()).to_have_value("")
    await expect(console.row("Sari")).to_contain_text("Draft:")
    await console.page.reload()
    await console.open("Sari")
    await expect(console.composer()).to_have_value("half an ans")


async def test_resolving_takes_a_conversation_away_and_undo_brings_it_back(console: Console, line: Line) -> None:
    """It is in the resolved view meanwhile."""
    await line.deliver(arrives("3EB0O1", "thanks", chat=SARI, name="Sari"))
    await console.open("Sari")
    await console.page.get_by_role("button", name="Resolve", exact=True).click()
    await expect(console.rows()).to_have_count(0)
    assert (await line.session())["status"] == "resolved"
    await expect(console.page.get_by_text("This conversation is resolved.")).to_be_visible()
    await console.page.get_by_role("navigation", name="Views").first.get_by_role("button", name="Resolved").click()
    await expect(console.row("Sari")).to_be_visible()
    await console.page.get_by_role("button", name="Undo").click()
    await expect(console.composer()).to_be_visible()
    assert (await line.session())["status"] != "resolved"


async def test_an_assignment_moves_a_conversation_between_views(console: Console, line: Line) -> None:
    """From nobody's to mine, for everyone who looks."""
    await line.deliver(arrives("3EB0P1", "who?", chat=SARI, name="Sari"))
    await console.open("Sari")
    await console.page.get_by_label("Assigned to").select_option("You")
    views = console.page.get_by_role("navigation", name="Views").first
    await expect(views.get_by_role("button", name=re.compile("Mine"))).to_contain_text("1")
    await views.get_by_role("button", name="Unassigned").click()
    await expect(console.page.get_by_text("Everybody is looked after")).to_be_visible()
    assert (await line.session())["agent_id"] == console.tenant.agent_id


async def test_two_consoles_see_the_same(console: Console, line: Line) -> None:
    """What one agent sends, the other's screen has too, and both counts agree."""
    await line.deliver(arrives("3EB0Q1", "hello", chat=SARI, name="Sari"))
    second = Console(await console.page.context.new_page(), console.server, console.tenant)
    await second.page.goto(f"{console.server.url}/console/")
    await second.wait_live()
    await console.open("Sari")
    await second.open("Sari")
    await console.send("from the first")
    await second.send("from the second")
    for each in (console, second):
        await expect(each.message("from the first")).to_have_count(1)
        await expect(each.message("from the second")).to_have_count(1)
        await expect(each.messages()).to_have_count(3)
