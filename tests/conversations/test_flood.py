"""Every message five times, at once, in any order, under both events and both names: as if each had come once."""

from __future__ import annotations

import random
from itertools import groupby
from typing import Any

from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, arrives

CUSTOMERS = 50
MESSAGES_EACH = 20
BEGAN = 1_767_225_600


def deliveries(customer: int, n: int) -> list[dict[str, Any]]:
    """One message as WAHA may deliver it: two events, a retry, and twins under the hidden number."""
    phone, lid = f"6281{customer:08d}", f"{99_000_000_000 + customer}@lid"
    by_phone: dict[str, Any] = {"chat": f"{phone}@c.us"}
    by_lid: dict[str, Any] = {"chat": lid, "alt": f"{phone}@s.whatsapp.net"}
    key, text, at = f"3A{customer:04d}{n:04d}", f"message {n} of {customer}", BEGAN + customer + n
    retried = arrives(key, text, at=at, **by_phone)
    return [
        retried,
        retried,
        arrives(key, text, at=at, event="message", **by_phone),
        arrives(key, text, at=at, **by_lid),
        arrives(key, text, at=at, event="message", **by_lid),
    ]


async def test_a_thousand_messages_delivered_five_times_in_random_order_are_a_thousand_rows(
    line: Line, runtime: Runtime
) -> None:
    bodies = [body for c in range(CUSTOMERS) for n in range(MESSAGES_EACH) for body in deliveries(c, n)]
    random.Random(7).shuffle(bodies)
    for start in range(0, len(bodies), 500):
        await line.deliver_at_once(*bodies[start : start + 500])

    messages = await line.messages()
    assert len(messages) == CUSTOMERS * MESSAGES_EACH
    assert len({row["external_id"] for row in messages}) == CUSTOMERS * MESSAGES_EACH
    by_session = {session: list(rows) for session, rows in groupby(messages, key=lambda row: row["session_id"])}
    assert all([row["seq"] for row in rows] == [*range(1, MESSAGES_EACH + 1)] for rows in by_session.values())
    assert all(len({row["channel_user_id"] for row in rows}) == 1 for rows in by_session.values())

    customers = await line.rows("SELECT channel_user_id FROM customers")
    assert sorted(row["channel_user_id"] for row in customers) == [f"6281{c:08d}" for c in range(CUSTOMERS)]
    sessions = await line.rows("SELECT * FROM chat_sessions")
    assert len(sessions) == len({row["customer_id"] for row in sessions}) == CUSTOMERS
    for session in sessions:
        assert session["is_active"]
        last = by_session[session["id"]][-1]
        assert (session["last_message_id"], session["last_message_preview"]) == (last["id"], last["message_text"])
        counters = ("message_seq", "total_messages", "customer_messages", "unread_count")
        assert [session[counter] for counter in counters] == [MESSAGES_EACH] * 4

    frames = await line.frames()
    assert [frame.seq for frame in frames] == [*range(1, len(frames) + 1)]
    assert [frame.id for frame in frames] == sorted(frame.id for frame in frames)
    created = [frame for frame in frames if frame.type == "message.created"]
    assert len(created) == CUSTOMERS * MESSAGES_EACH
    await assert_folds(runtime, line.tenant.organization_id, [frame.event for frame in frames])
