"""What a blocked customer writes is stored, and opens nothing."""

from __future__ import annotations

from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, arrives


async def test_a_blocked_customers_messages_open_no_session_and_wait_for_nobody(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    await line.rows("UPDATE customers SET is_blocked = true, active_session_id = NULL, rev = rev + 1")
    await line.rows("UPDATE chat_sessions SET status = 'resolved', ended_at = now()")

    await line.deliver(arrives("3A02"), arrives("3A03"))

    assert len(await line.messages()) == 3
    open_ones = await line.rows("SELECT 1 FROM chat_sessions WHERE is_active")
    [kept] = await line.rows("SELECT * FROM chat_sessions WHERE status = 'closed'")
    assert (len(open_ones), kept["unread_count"], kept["waiting_since"], kept["total_messages"]) == (0, 0, None, 2)


async def test_a_blocked_customer_with_an_open_session_is_stored_there_without_a_sound(
    line: Line, runtime: Runtime
) -> None:
    await line.deliver(arrives("3A01"))
    await line.rows("UPDATE customers SET is_blocked = true")

    await line.deliver(arrives("3A02"))

    session = await line.session()
    assert (session["unread_count"], session["total_messages"], session["status"]) == (1, 2, "queued")
    await assert_folds(runtime, line.tenant.organization_id, await line.events())


async def test_an_unblocked_customers_next_message_opens_a_session(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await line.rows("UPDATE customers SET is_blocked = true, active_session_id = NULL")
    await line.rows("UPDATE chat_sessions SET status = 'resolved', ended_at = now()")
    await line.deliver(arrives("3A02"))

    await line.rows("UPDATE customers SET is_blocked = false")
    await line.deliver(arrives("3A03"))

    [open_one] = await line.rows("SELECT * FROM chat_sessions WHERE is_active")
    assert open_one["unread_count"] == 1


async def test_a_customer_whose_session_was_resolved_gets_a_new_one(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await line.rows("UPDATE chat_sessions SET status = 'resolved', ended_at = now()")

    await line.deliver(arrives("3A02"))

    sessions = await line.rows("SELECT status, total_messages FROM chat_sessions ORDER BY id")
    assert [tuple(row) for row in sessions] == [("resolved", 1), ("queued", 1)]
