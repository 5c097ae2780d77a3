"""The phone page in a real Chromium, under its real policy; any error in the browser's console fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from gateway.waha.simulator import Simulator
from tests.waha.simulator.receiver import KEY, Receiver, receiving, simulating
from tests.wait import eventually

# One loop, and so one browser, for all of them: starting Chromium takes longer than the tests.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

_DEBIAN = "/usr/bin/chromium"
_CHROMIUM = _DEBIAN if Path(_DEBIAN).exists() else None


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> AsyncIterator[Receiver]:
    """Where the webhooks go."""
    async with receiving() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def simulator(receiver: Receiver) -> AsyncIterator[Simulator]:
    """A simulator whose session `shop` is WORKING."""
    async with simulating(receiver) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def http(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that has the key."""
    async with aiohttp.ClientSession(simulator.url, headers={"X-Api-Key": KEY}) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, simulator: Simulator) -> AsyncIterator[Page]:
    """The phone page, open; what the browser complains about fails the test."""
    errors: list[str] = []
    opened = await browser.new_page(viewport={"width": 1300, "height": 850})
    opened.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await opened.goto(simulator.url + "/simulator/")
    yield opened
    await opened.close()
    assert errors == []


async def send(simulator: Simulator, http: aiohttp.ClientSession, text: str) -> None:
    """Answer the first customer as the gateway does."""
    body = {"session": "shop", "chatId": simulator.people[0].phone_id, "text": text}
    async with http.post("/api/sendText", json=body) as response:
        assert response.status == 201


async def test_a_customer_writes_and_reads_the_answer(
    simulator: Simulator, receiver: Receiver, page: Page, http: aiohttp.ClientSession
) -> None:
    await page.get_by_role("button", name=simulator.people[0].name).click()
    await page.get_by_label("Message", exact=True).fill("Is it in stock?")
    await page.get_by_label("Message", exact=True).press("Enter")
    await eventually(lambda: receiver.of("message.any"))
    assert receiver.of("message.any")[0].payload["body"] == "Is it in stock?"
    typed = {post.payload["presences"][0]["lastKnownPresence"] for post in receiver.of("presence.update")}
    assert typed == {"typing", "paused"}

    await http.post("/api/startTyping", json={"session": "shop", "chatId": simulator.people[0].phone_id})
    await expect(page.get_by_text("typing…", exact=True)).to_be_visible()
    await send(simulator, http, "Yes, three are left.")
    answer = page.get_by_role("article").filter(has_text="Yes, three are left.")
    await expect(answer.get_by_role("img", name="Read: ack READ")).to_be_visible()
    await expect(page.get_by_text("typing…", exact=True)).to_have_count(0)
    await eventually(lambda: [post for post in receiver.of("message.ack") if post.payload["ackName"] == "READ"])

    await http.post("/api/sendSeen", json={"session": "shop", "chatId": simulator.people[0].phone_id})
    await expect(page.get_by_role("img", name="Seen by the agent")).to_be_visible()


async def test_a_chat_that_is_not_open_stays_unread(
    simulator: Simulator, page: Page, http: aiohttp.ClientSession
) -> None:
    await send(simulator, http, "hello")
    row = page.get_by_role("button", name=simulator.people[0].name)
    await expect(row.get_by_label("1 unread")).to_be_visible()
    await simulator.settled()
    assert simulator.messages(simulator.people[0])[0].ack == 2
    await row.click()
    await expect(row.get_by_label("1 unread")).to_have_count(0)
    await eventually(lambda: simulator.messages(simulator.people[0])[0].ack == 3)


async def test_a_message_is_edited_reacted_to_and_deleted(simulator: Simulator, receiver: Receiver, page: Page) -> None:
    await page.get_by_role("button", name=simulator.people[0].name).click()
    await page.get_by_role("button", name="Can I pay on delivery?").click()
    bubble = page.get_by_role("article")
    await bubble.hover()
    await bubble.get_by_role("button", name="More").click()
    await bubble.get_by_role("button", name="👍").click()
    await expect(bubble).to_contain_text("👍")
    await bubble.get_by_role("button", name="More").click()
    await bubble.get_by_role("button", name="Edit").click()
    await page.get_by_label("Message", exact=True).fill("Can I pay in cash?")
    await page.get_by_label("Message", exact=True).press("Enter")
    await expect(bubble).to_contain_text("Can I pay in cash?")
    await bubble.get_by_role("button", name="More").click()
    await bubble.get_by_role("button", name="Delete").click()
    await expect(bubble).to_contain_text("This message was deleted")
    await simulator.settled()
    events = {post.event for post in receiver.posts}
    assert {"message.reaction", "message.edited", "message.revoked"} <= events


async def test_a_new_customer_comes_in_and_sends_a_photo(simulator: Simulator, receiver: Receiver, page: Page) -> None:
    await page.get_by_role("button", name="New customer").click()
    await page.get_by_label("Name").fill("Dewi Lestari")
    await page.get_by_label("Hides the number").check()
    await page.get_by_role("button", name="Add").click()
    await expect(page.get_by_role("region", name="Dewi Lestari's phone")).to_be_visible()
    await page.get_by_role("button", name="Send something else").click()
    await page.get_by_role("button", name="A photo").click()
    photo = page.get_by_role("img", name="Photo")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 320
    await eventually(lambda: receiver.posts)
    assert receiver.posts[-1].payload["from"].endswith("@lid")


async def test_markup_in_a_message_stays_text(simulator: Simulator, page: Page) -> None:
    simulator.write(simulator.people[0], "<img src=x onerror=alert(1)><script>alert(2)</script>")
    await page.get_by_role("button", name=simulator.people[0].name).click()
    await expect(page.get_by_role("article")).to_contain_text("<img src=x onerror=alert(1)>")
    assert await page.get_by_role("article").locator("img, script").count() == 0


async def test_faults_are_switched_and_seen_to_strike(simulator: Simulator, page: Page) -> None:
    await page.get_by_role("switch", name="Drop", exact=True).check()
    await eventually(lambda: simulator.faults.is_on("drop"))
    await page.get_by_role("button", name=simulator.people[0].name).click()
    await page.get_by_role("button", name="My parcel has not arrived yet.").click()
    await expect(page.get_by_label("Latest webhooks").get_by_text("dropped")).to_be_visible()
    await page.get_by_role("button", name="All off").click()
    await expect(page.get_by_role("switch", name="Drop", exact=True)).not_to_be_checked()
    assert simulator.faults.on == {}


async def test_the_page_finds_back_to_the_truth_after_a_break(
    simulator: Simulator, page: Page, http: aiohttp.ClientSession
) -> None:
    await page.get_by_role("button", name=simulator.people[0].name).click()
    await page.context.set_offline(True)
    simulator.whatsapp.live.end()
    await expect(page.get_by_text("simulator away")).to_be_visible()
    await send(simulator, http, "while you were away")
    await page.context.set_offline(False)
    await expect(page.get_by_role("article")).to_contain_text("while you were away", timeout=15_000)


async def test_on_a_small_screen_one_thing_is_shown_at_a_time(simulator: Simulator, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    people = page.get_by_role("navigation", name="Customers")
    await people.get_by_role("button", name=simulator.people[0].name).click()
    await expect(people).to_be_hidden()
    await expect(page.get_by_label("Message", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="Back to the customers").click()
    await expect(people).to_be_visible()
    await expect(page.locator("body")).to_have_js_property("scrollWidth", 390)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_theme_follows_the_system_until_it_is_turned(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.reload()
    body = page.locator("body")
    light, dark = re.compile(r"oklch\(1 0 0\)|rgb\(255"), re.compile(r"oklch\(0\.2")
    await expect(body).to_have_css("background-color", light if scheme == "light" else dark)
    await page.get_by_role("button", name="Light or dark").click()
    await expect(body).to_have_css("background-color", dark if scheme == "light" else light)
