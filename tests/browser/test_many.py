"""Ten thousand open conversations in one console: what is drawn, and how long a switch takes."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.console import Console
from tests.conversations.webhooks import Line, arrives
from tests.serving import Served
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

MANY = 10_000
MOST_ROWS = 300
# One frame is 16.7 ms on a quiet machine; tests share theirs, so only another order of magnitude fails.
MOST_SWITCH_MS = 100
SWITCHES = (Path(__file__).parent / "js" / "look" / "switches.js").read_text(encoding="utf-8")
FILL = """
WITH made AS (
    INSERT INTO customers (id, organization_id, channel_config_id, channel, channel_user_id, name)
    SELECT uuid_v7(), $1, $2, 'whatsapp', (628130000000 + n)::text, 'Customer ' || n FROM generate_series(1, $3) n
    RETURNING id, channel_user_id
)
INSERT INTO chat_sessions
    (id, organization_id, customer_id, channel_config_id, status, external_chat_id, last_message_at,
     last_message_preview)
SELECT uuid_v7(), $1, made.id, $2, 'queued', made.channel_user_id || '@c.us',
    now() - (right(made.channel_user_id, 5)::int || ' seconds')::interval,
    'I am number ' || right(made.channel_user_id, 5)
FROM made
"""
TALK = """
INSERT INTO messages
    (id, organization_id, session_id, channel_config_id, seq, direction, sender_type, message_text, delivery_status,
     sent_at)
SELECT uuid_v7(), $1, newest.id, $2, n, 'inbound', 'customer', repeat('word ' || n || ' ', 1 + n % 20), 'delivered',
    now() - ((60 - n) || ' minutes')::interval
FROM (SELECT id FROM chat_sessions WHERE organization_id = $1 ORDER BY last_message_at DESC LIMIT 25) newest,
    generate_series(1, 60) n
"""


@pytest.fixture
async def full(page: Page, server: Served, world: World, line: Line) -> Console:
    """A console of an organization with ten thousand open conversations; the newest have many messages."""
    await line.rows(FILL, world.organization_id, world.channel_config_id, MANY)
    await line.rows(TALK, world.organization_id, world.channel_config_id)
    await line.rows("ANALYZE customers, chat_sessions, messages")
    console = Console(page, server, world)
    await console.sign_in()
    await expect(page.locator(".list-pane__count")).to_have_text(f"{MANY:,}", timeout=90_000)
    return console


async def test_ten_thousand_conversations_are_a_screenful_of_rows(full: Console, line: Line) -> None:
    """At the top, in the middle, at the end, and while one of them moves up."""
    box = full.page.get_by_role("listbox", name="Conversations")
    for number, share in (("00001", 0.0), ("05000", 0.5), ("10000", 1.0)):
        await box.evaluate("(box, share) => { box.scrollTop = (box.scrollHeight - box.clientHeight) * share }", share)
        await expect(full.row(f"I am number {number}")).to_be_attached()
        assert await full.rows().count() <= 40
    await line.deliver(arrives("3EB0A1", "I was last", chat="628130010000@c.us", name="Customer 10000"))
    await box.evaluate("box => { box.scrollTop = 0 }")
    await expect(full.rows().first).to_contain_text("I was last")


async def test_switching_between_them_takes_about_a_frame_and_few_rows(full: Console) -> None:
    """By key, through conversations that are held: the work of one switch, and what is drawn after it."""
    await full.rows().first.click()
    await expect(full.composer()).to_be_visible()
    await full.page.mouse.move(1000, 300)
    found = await full.page.evaluate(SWITCHES)
    median = statistics.median(found["ms"])
    print(f"switch: median {median:.1f} ms, worst {max(found['ms']):.1f} ms, at most {found['rows']} rows")
    assert len(found["ms"]) == 20
    assert found["opened"] == 20
    assert 40 < found["rows"] <= MOST_ROWS
    assert median < MOST_SWITCH_MS
