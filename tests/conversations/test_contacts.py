"""A person has a phone, a hidden number, or both; a group is a conversation of its own."""

from __future__ import annotations

from gateway.events import CustomerUpdated
from gateway.runtime import Runtime
from tests.conversations.folding import assert_folds
from tests.conversations.webhooks import Line, arrives

PHONE, LID = "628120000002@c.us", "99000000002@lid"
GROUP = "120363000000000001@g.us"


async def customers(line: Line) -> list[str]:
    rows = await line.rows("SELECT channel_user_id FROM customers WHERE deleted_at IS NULL ORDER BY channel_user_id")
    return [row["channel_user_id"] for row in rows]


async def test_a_hidden_number_is_never_taken_for_a_phone(line: Line) -> None:
    await line.deliver(arrives("3A01", chat=LID))

    [customer] = await line.rows("SELECT channel_user_id, phone FROM customers")
    assert (customer["channel_user_id"], customer["phone"]) == (LID, None)


async def test_a_customer_known_by_the_hidden_number_gets_the_phone_when_it_is_told(
    line: Line, runtime: Runtime
) -> None:
    await line.deliver(arrives("3A01", chat=LID), arrives("3A02", chat=LID, alt=PHONE))

    [customer] = await line.rows("SELECT channel_user_id, phone FROM customers")
    assert (customer["channel_user_id"], customer["phone"]) == ("628120000002", "+628120000002")
    assert [row["seq"] for row in await line.messages()] == [1, 2]
    assert (await line.session())["unread_count"] == 2
    events = await line.events()
    assert [event for event in events if isinstance(event, CustomerUpdated)]
    await assert_folds(runtime, line.tenant.organization_id, events)


async def test_a_hidden_number_whose_phone_was_told_once_leads_to_the_phone_for_ever(line: Line) -> None:
    await line.deliver(arrives("3A01", chat=LID, alt=PHONE), arrives("3A02", chat=LID), arrives("3A03", chat=PHONE))

    assert await customers(line) == ["628120000002"]
    assert (await line.session())["total_messages"] == 3


async def test_both_names_in_one_batch_are_one_customer(line: Line) -> None:
    await line.deliver_at_once(
        arrives("3A01", chat=LID), arrives("3A02", chat=LID, alt=PHONE), arrives("3A03", chat=PHONE)
    )

    assert len(await customers(line)) in (1, 2)
    await line.deliver(arrives("3A04", chat=LID))
    rows = await line.rows("SELECT 1 FROM customers WHERE deleted_at IS NULL AND merged_into_id IS NULL")
    assert len(rows) == 1


async def test_two_customers_who_turn_out_to_be_one_person_are_marked_as_such(line: Line) -> None:
    await line.deliver(arrives("3A01", chat=LID), arrives("3A02", chat=PHONE))
    assert await customers(line) == ["628120000002", LID]

    await line.deliver(arrives("3A03", chat=LID, alt=PHONE))

    rows = await line.rows(
        "SELECT c.channel_user_id, o.channel_user_id AS into FROM customers c"
        " LEFT JOIN customers o ON o.id = c.merged_into_id ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [("628120000002", None), (LID, "628120000002")]
    assert [row["channel_user_id"] for row in await line.messages() if row["external_id"] == "3A03"] == ["628120000002"]


async def test_a_twin_under_the_other_name_makes_no_ghost_customer(line: Line) -> None:
    await line.deliver(arrives("3A01", chat=PHONE, at=1_767_225_600), arrives("3A01", chat=LID, at=1_767_225_600))

    assert await customers(line) == ["628120000002"]
    assert len(await line.messages()) == 1


async def test_a_group_and_a_person_in_it_are_two_conversations(line: Line) -> None:
    await line.deliver(
        arrives("3A01", chat=PHONE), arrives("3A02", "to all", chat=GROUP, participant=PHONE, name="Ana")
    )

    assert await customers(line) == [GROUP, "628120000002"]
    [said] = [row for row in await line.messages() if row["external_id"] == "3A02"]
    assert (said["sender_name"], said["channel_user_id"]) == ("Ana", GROUP)
    [group] = await line.rows("SELECT * FROM chat_sessions WHERE external_chat_id = $1", GROUP)
    assert group["unread_count"] == 1


async def test_two_organizations_with_the_same_customer_have_one_each(line: Line) -> None:
    await line.deliver(arrives("3A01"))
    other = Line(line.served, line.database, line.tenant.other, line.http)  # type: ignore[attr-defined]
    await other.deliver(arrives("3A01"))

    assert await customers(line) == ["628120000002"] * 2
    assert len(await line.messages()) == len(await other.messages()) == 1


async def test_a_customer_to_whom_we_wrote_first_gets_a_name_when_they_answer(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3EB0", from_me=True), arrives("3A01", name="Ana"), arrives("3A02", name="Annie"))

    [customer] = await line.rows("SELECT name, rev FROM customers")
    assert customer["name"] == "Ana"
    events = await line.events()
    assert [event.customer.name for event in events if isinstance(event, CustomerUpdated)] == ["Ana"]
    await assert_folds(runtime, line.tenant.organization_id, events)
