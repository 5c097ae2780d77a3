"""Replying: once per client_message_id, in order, announced, and queued in the same transaction."""

from __future__ import annotations

import asyncio
from typing import cast
from uuid import UUID, uuid4

import msgspec
import pytest

from gateway.conversations import sessions
from gateway.conversations.reply import Answer, reply
from gateway.errors import Conflict, Forbidden, Invalid, NotFound
from gateway.events import MessageCreated, SessionUpdated
from gateway.idempotency import once
from gateway.identity.principal import Principal
from gateway.runtime import Runtime
from tests.conversations.desk import principal_of
from tests.conversations.webhooks import Line, arrives
from tests.world import World


@pytest.fixture
async def agent(world: World) -> Principal:
    return principal_of(world)


@pytest.fixture
async def session_id(line: Line) -> UUID:
    await line.post(arrives("3A01", "Is it in stock?"))
    return cast(UUID, (await line.session())["id"])


def answer(text: str = "Yes, it is", client_message_id: str = "c1", **more: object) -> Answer:
    return Answer(text=text, client_message_id=client_message_id, **more)  # type: ignore[arg-type]


async def test_an_answer_is_stored_queued_and_announced_in_one_transaction(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    before = len(await line.events())
    replied = await reply(runtime, agent, session_id, answer())
    assert replied.is_new
    assert (replied.message.seq, replied.message.status, replied.message.text) == (2, "queued", "Yes, it is")
    assert (replied.message.sender_type, replied.message.sender_id) == ("agent", agent.agent_id)
    [delivery] = await line.rows("SELECT * FROM deliveries")
    assert delivery["message_id"] == replied.message.id
    created, updated = (await line.events())[before:]
    assert isinstance(created, MessageCreated)
    assert isinstance(updated, SessionUpdated)
    assert created.message == replied.message
    assert updated.session.last_message_preview == "Yes, it is"
    assert updated.session.last_message_sender == "agent"
    assert updated.session.waiting_since is None
    assert updated.session.unread_count == 1, "answering is not reading"


async def test_the_same_answer_again_changes_nothing_and_says_the_same(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    first = await reply(runtime, agent, session_id, answer())
    told = len(await line.events())
    second = await reply(runtime, agent, session_id, answer())
    assert (second.message, second.is_new) == (first.message, False)
    assert len(await line.events()) == told
    assert len(await line.rows("SELECT id FROM deliveries")) == 1


async def test_the_same_answer_twenty_times_at_once_is_one_message(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    replies = await asyncio.gather(*(reply(runtime, agent, session_id, answer()) for _ in range(20)))
    assert {each.message.id for each in replies} == {replies[0].message.id}
    assert [each.is_new for each in replies].count(True) == 1
    assert len(await line.rows("SELECT id FROM deliveries")) == 1


async def test_another_text_under_the_same_id_is_a_conflict_that_shows_the_first(
    runtime: Runtime, agent: Principal, session_id: UUID
) -> None:
    first = await reply(runtime, agent, session_id, answer())
    with pytest.raises(Conflict) as refused:
        await reply(runtime, agent, session_id, answer("No, it is not"))
    assert refused.value.conflict == first.message
    with pytest.raises(Conflict):
        await reply(runtime, agent, session_id, answer(is_internal=True))


async def test_the_same_id_in_another_conversation_is_another_message(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    await reply(runtime, agent, session_id, answer())
    await line.post(arrives("3A02", "Me too", chat="628130000003@c.us"))
    [other] = await line.rows("SELECT id FROM chat_sessions WHERE id <> $1", session_id)
    assert (await reply(runtime, agent, other["id"], answer())).is_new


async def test_answers_at_once_are_numbered_without_a_hole(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    await asyncio.gather(*(reply(runtime, agent, session_id, answer(f"{n}", f"c{n}")) for n in range(12)))
    assert [row["seq"] for row in await line.messages()] == list(range(1, 14))
    session = await line.session()
    assert (session["message_seq"], session["total_messages"], session["agent_messages"]) == (13, 13, 12)


async def test_an_answer_in_an_assigned_session_makes_it_active(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    assert (await line.session())["status"] == "queued"
    await line.rows("UPDATE chat_sessions SET agent_id = $1", agent.agent_id)
    await reply(runtime, agent, session_id, answer())
    assert (await line.session())["status"] == "active"


async def test_a_note_stays_in_the_house(runtime: Runtime, agent: Principal, session_id: UUID, line: Line) -> None:
    note = (await reply(runtime, agent, session_id, answer("Ask Budi", is_internal=True))).message
    assert (note.direction, note.type, note.status) == ("internal", "note", "none")
    assert await line.rows("SELECT id FROM deliveries") == []
    session = await line.session()
    assert session["last_message_preview"] == "Is it in stock?"
    assert session["waiting_since"] is not None


async def test_an_answer_can_quote_a_message_of_this_conversation_only(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    quoted = (await line.message())["id"]
    message = (await reply(runtime, agent, session_id, answer(reply_to=quoted))).message
    assert message.reply_to is not None
    assert (message.reply_to.id, message.reply_to.text) == (quoted, "Is it in stock?")
    with pytest.raises(NotFound):
        await reply(runtime, agent, session_id, answer(client_message_id="c2", reply_to=uuid4()))


async def test_nothing_is_sent_in_a_resolved_conversation_but_what_was_sent_is_found(
    runtime: Runtime, agent: Principal, session_id: UUID
) -> None:
    first = await reply(runtime, agent, session_id, answer())
    await sessions.resolve(runtime, agent, session_id)
    with pytest.raises(Conflict) as refused:
        await reply(runtime, agent, session_id, answer("One more thing", "c2"))
    assert refused.value.error_code == "session_ended"
    assert (await reply(runtime, agent, session_id, answer())).message.id == first.message.id


async def test_another_organizations_conversation_is_not_there(
    runtime: Runtime, world: World, session_id: UUID, line: Line
) -> None:
    with pytest.raises(NotFound):
        await reply(runtime, principal_of(world.other), session_id, answer())
    assert len(await line.messages()) == 1


async def test_who_is_no_agent_cannot_answer(runtime: Runtime, agent: Principal, session_id: UUID) -> None:
    with pytest.raises(Forbidden):
        await reply(runtime, msgspec.structs.replace(agent, agent_id=None), session_id, answer())


@pytest.mark.parametrize(
    ("text", "client_message_id"),
    [("", "c1"), (" \n ", "c1"), ("x" * 65_537, "c1"), ("x", ""), ("x", "c" * 65), ("x", "\0")],
)
async def test_what_cannot_be_sent_is_refused_and_stores_nothing(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line, text: str, client_message_id: str
) -> None:
    with pytest.raises(Invalid):
        await reply(runtime, agent, session_id, answer(text, client_message_id))
    assert len(await line.messages()) == 1


async def test_an_idempotency_key_gives_the_same_message_and_refuses_another_request(
    runtime: Runtime, agent: Principal, session_id: UUID, line: Line
) -> None:
    asked = once("key-1", b"the body")
    first = await reply(runtime, agent, session_id, answer(client_message_id="made here 1"), once=asked)
    again = await reply(runtime, agent, session_id, answer(client_message_id="made here 2"), once=asked)
    assert (again.message.id, again.is_new) == (first.message.id, False)
    with pytest.raises(Invalid) as refused:
        await reply(runtime, agent, session_id, answer("Other", "c9"), once=once("key-1", b"another body"))
    assert refused.value.error_code == "idempotency_key_reused"
    assert len(await line.messages()) == 2


async def test_an_idempotency_key_of_another_organization_is_another_key(
    runtime: Runtime, world: World, agent: Principal, session_id: UUID, line: Line
) -> None:
    asked = once("key-1", b"the body")
    await reply(runtime, agent, session_id, answer(), once=asked)
    with pytest.raises(NotFound):
        await reply(runtime, principal_of(world.other), session_id, answer(), once=asked)
