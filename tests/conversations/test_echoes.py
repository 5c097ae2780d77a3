"""Our own message comes back to us, before, during and after the answer to its send: it is one bubble all the same."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg

from gateway.conversations import second_look
from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, ack, arrives


async def sending(line: Line, text: str = "on its way", *, key: str | None = None, status: str = "sending") -> UUID:
    """A message of ours in the only session, as deliver leaves it just before the call."""
    connection = await asyncpg.connect(line.database.owner_url)
    try:
        session = await line.session()
        async with connection.transaction():
            row: Any = await connection.fetchrow(
                "WITH s AS (UPDATE chat_sessions SET message_seq = message_seq + 1 WHERE id = $1 RETURNING *)"
                " INSERT INTO messages (organization_id, session_id, channel_config_id, seq, direction, sender_type,"
                " message_text, delivery_status, external_id)"
                " SELECT organization_id, id, channel_config_id, message_seq, 'outbound', 'agent', $2, $3, $4 FROM s"
                " RETURNING id",
                session["id"],
                text,
                status,
                key,
            )
        return UUID(str(row["id"]))
    finally:
        await connection.close()


async def leased(line: Line, message_id: UUID) -> None:
    """The delivery of that message, in the hands of a worker."""
    await line.rows(
        "INSERT INTO deliveries (organization_id, message_id, session_id, channel_config_id, state, lease_until)"
        " SELECT organization_id, id, session_id, channel_config_id, 'leased', now() FROM messages WHERE id = $1",
        message_id,
    )


async def parked(line: Line) -> list[str]:
    return [row["external_key"] for row in await line.rows("SELECT external_key FROM parked_receipts ORDER BY id")]


async def test_an_echo_under_the_key_made_before_the_call_is_its_message(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await sending(line, key="3EB0")

    await line.deliver(arrives("3EB0", "on its way", from_me=True))

    ours = (await line.messages())[1]
    assert (len(await line.messages()), ours["delivery_status"]) == (2, "sent")


async def test_while_the_key_is_not_known_what_may_be_the_echo_is_parked_once(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await sending(line)

    echo = arrives("3EB0", "on its way", from_me=True)
    await line.deliver(echo, echo | {"event": "message"})

    assert len(await line.messages()) == 2
    assert await parked(line) == ["3EB0"]


async def test_customers_are_heard_while_an_echo_waits(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await sending(line)

    await line.deliver(arrives("3EB0", from_me=True), arrives("3A02", "me too"))

    assert [row["external_id"] for row in await line.messages()] == ["3A01", None, "3A02"]


async def test_an_echo_that_was_none_appears_when_the_send_is_settled_otherwise(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    id_ = await sending(line)
    await line.deliver(arrives("3EB9", "typed on the phone", from_me=True))
    await second_look.sweep(runtime)
    assert await parked(line) == ["3EB9"]

    await line.rows("UPDATE messages SET external_id = '3EB0', delivery_status = 'accepted' WHERE id = $1", id_)
    await second_look.sweep(runtime)

    assert await parked(line) == []
    assert [row["message_text"] for row in await line.messages()][2:] == ["typed on the phone"]


async def test_an_echo_waits_thirty_seconds_and_no_longer(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    await sending(line)
    await line.deliver(arrives("3EB9", "typed on the phone", from_me=True))
    await line.rows("UPDATE parked_receipts SET received_at = now() - interval '31 seconds'")

    await second_look.sweep(runtime)

    assert [row["message_text"] for row in await line.messages()][2:] == ["typed on the phone"]
    assert await parked(line) == []


async def test_an_echo_of_a_send_in_doubt_is_kept_as_evidence(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await sending(line, status="unknown")

    await line.deliver(arrives("3EB0", "on its way", from_me=True))

    [row] = await line.rows("SELECT kind, body->>'text' AS text FROM parked_receipts")
    assert tuple(row) == ("echo", "on its way")


async def test_an_echo_under_a_lid_of_nobody_makes_no_second_customer(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    id_ = await sending(line)
    await leased(line, id_)

    await line.deliver(arrives("3EB0", "on its way", from_me=True, chat="99000111@lid"))

    assert await parked(line) == ["3EB0"]
    await line.rows("UPDATE parked_receipts SET received_at = now() - interval '1 hour'")
    await second_look.sweep(runtime)
    assert (await parked(line), len(await line.messages())) == (["3EB0"], 2), "its worker may still come back for it"
    assert len(await line.rows("SELECT FROM customers WHERE organization_id = $1", line.tenant.organization_id)) == 1


async def test_the_twin_of_an_echo_that_waits_waits_with_it_whatever_chat_it_names(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await sending(line)
    await line.deliver(arrives("3EB0", "on its way", from_me=True))

    await line.deliver(arrives("3EB0", "on its way", from_me=True, chat="99000111@lid"))

    assert (await parked(line), len(await line.messages())) == (["3EB0"], 2)


async def test_what_is_typed_to_another_while_something_else_is_sent_appears_at_once(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    await leased(line, await sending(line))

    await line.deliver(arrives("3EB9", "typed on the phone", from_me=True, chat="628120000009@c.us"))

    assert [row["external_id"] for row in await line.messages() if row["external_id"]] == ["3A01", "3EB9"]


async def test_a_tick_left_beside_its_message_is_found_by_the_sweep(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    id_ = await sending(line)
    await line.deliver(ack("3EB0", 3))
    await line.rows("UPDATE messages SET external_id = '3EB0', delivery_status = 'accepted' WHERE id = $1", id_)

    await asyncio.gather(second_look.sweep(runtime), second_look.sweep(runtime))

    assert (await line.messages())[1]["delivery_status"] == "read"
    assert await parked(line) == []
    read = [event for event in await line.events() if getattr(event, "changed", None) == ["status", "error", "sent_at"]]
    assert len(read) == 1


async def test_a_message_typed_while_nothing_is_sent_appears_at_once(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    await line.deliver(arrives("3EB9", "typed on the phone", from_me=True))

    assert len(await line.messages()) == 2
    await assert_folds(runtime, line.tenant.organization_id, await line.events())
