"""What each engine's webhook looks like, and that the gateway's own reader understands all of it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import clock
from gateway.channels.inbound import Edit, Inbound, Reaction, Receipt, Revoke, Status, Typing
from gateway.channels.waha import parse
from gateway.waha.simulator import Simulator, engines
from gateway.waha.simulator.samples import draft
from gateway.waha.simulator.whatsapp import Draft
from tests.waha.simulator.receiver import Post, Receiver

pytestmark = pytest.mark.parametrize("engine", ["GOWS", "NOWEB", "WEBJS"])


def fact(post: Post) -> Any:
    """What the gateway reads from a webhook."""
    return parse(post.raw, now_ms=clock.now_ms()).fact


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("text", "text"),
        ("photo", "image"),
        ("document", "file"),
        ("place", "location"),
        ("contact", "contact"),
        ("poll", "poll"),
    ],
)
async def test_every_kind_of_message_is_understood(
    simulator: Simulator, receiver: Receiver, kind: str, type_: str
) -> None:
    person = simulator.people[0]
    message = simulator.whatsapp.write(simulator.account(), person, draft(kind, "what is said", None))
    await simulator.settled()
    read = fact(receiver.posts[0])
    assert isinstance(read, Inbound)
    assert (read.key, read.chat.phone, read.from_me) == (message.key, person.phone, False)
    assert read.type in (type_, "unsupported" if kind == "poll" else type_)
    assert (read.media is not None) == (kind in ("photo", "document"))
    assert read.sender is not None
    assert read.sender.name == person.name


async def test_a_hidden_number_comes_with_the_phone_where_the_engine_knows_it(
    simulator: Simulator, receiver: Receiver, engine: str
) -> None:
    hidden = next(person for person in simulator.people if person.hidden)
    simulator.write(hidden, "who am I?")
    await simulator.settled()
    read = fact(receiver.posts[0])
    assert read.chat.lid == hidden.lid
    assert read.chat.phone == (None if engine == "WEBJS" else hidden.phone)


async def test_the_engine_is_named_as_it_names_itself(simulator: Simulator, receiver: Receiver, engine: str) -> None:
    simulator.write(simulator.people[0], "hello")
    await simulator.settled()
    body = receiver.posts[0].body
    assert body["environment"]["engine"] == engine
    assert ("engine" in body) == (engine != "GOWS")
    assert body["me"]["id"] == f"{simulator.account().phone}@c.us"


async def test_a_text_less_message_has_the_engines_own_kind_of_nothing(
    simulator: Simulator, receiver: Receiver, engine: str
) -> None:
    simulator.whatsapp.write(simulator.account(), simulator.people[0], draft("place", "", None))
    await simulator.settled()
    assert receiver.posts[0].payload.get("body", "absent") == {"GOWS": "absent", "NOWEB": None, "WEBJS": ""}[engine]


async def test_our_own_message_is_told_from_the_side_that_the_engine_takes(
    simulator: Simulator, receiver: Receiver, engine: str
) -> None:
    person = simulator.people[0]
    simulator.whatsapp.type_on_phone(simulator.account(), person, Draft(text="from the phone"))
    await simulator.settled()
    (post,) = receiver.of("message.any")
    assert post.payload["from"] == (f"{simulator.account().phone}@c.us" if engine == "WEBJS" else person.phone_id)
    read = fact(post)
    assert (read.from_me, read.chat.phone, read.source) == (True, person.phone, "app")


async def test_message_and_message_any_share_an_event_id_but_on_webjs(
    simulator: Simulator, receiver: Receiver, engine: str
) -> None:
    simulator.faults.set("both")
    simulator.write(simulator.people[0], "hello")
    await simulator.settled()
    assert len({post.body["id"] for post in receiver.posts}) == (2 if engine == "WEBJS" else 1)


async def test_acks_reactions_edits_and_revokes_name_their_message(simulator: Simulator, receiver: Receiver) -> None:
    account, person, whatsapp = simulator.account(), simulator.people[0], simulator.whatsapp
    theirs = simulator.write(person, "helo")
    ours = whatsapp.type_on_phone(account, person, Draft(text="hello to you"))
    await simulator.settled()
    simulator.read(person)
    whatsapp.react(account, ours, "🙏")
    whatsapp.edit(account, theirs, "hello")
    whatsapp.revoke(account, theirs)
    await simulator.settled()

    receipts = [fact(post) for post in receiver.of("message.ack")]
    assert {(read.key, read.status) for read in receipts} == {
        (ours.key, "sent"),
        (ours.key, "delivered"),
        (ours.key, "read"),
    }
    assert all(isinstance(read, Receipt) for read in receipts)
    reaction = fact(receiver.of("message.reaction")[0])
    assert isinstance(reaction, Reaction)
    assert (reaction.key, reaction.emoji, reaction.target_from_me) == (ours.key, "🙏", True)
    edit = fact(receiver.of("message.edited")[0])
    assert isinstance(edit, Edit)
    assert (edit.key, edit.text) == (theirs.key, "hello")
    revoke = fact(receiver.of("message.revoked")[0])
    assert isinstance(revoke, Revoke)
    assert revoke.key == theirs.key


async def test_a_reply_names_the_quoted_message(simulator: Simulator, receiver: Receiver) -> None:
    person = simulator.people[0]
    first = simulator.write(person, "the question")
    simulator.write(person, "the answer", reply_to=first.key)
    await simulator.settled()
    read = next(fact(post) for post in receiver.posts if post.payload.get("body") == "the answer")
    assert read.reply_to.key == first.key
    assert read.reply_to.text == "the question"


async def test_typing_and_states_are_understood(simulator: Simulator, receiver: Receiver) -> None:
    person = simulator.people[0]
    simulator.whatsapp.typing(simulator.account(), person, "typing")
    simulator.whatsapp.turn(simulator.account(), "FAILED")
    await simulator.settled()
    typing = fact(receiver.of("presence.update")[0])
    assert isinstance(typing, Typing)
    assert [(each.who.phone, each.state) for each in typing.presences] == [(person.phone, "typing")]
    status = fact(receiver.of("session.status")[0])
    assert isinstance(status, Status)
    assert status.state == "FAILED"
    assert [point.state for point in status.history] == ["STARTING", "WORKING", "FAILED"]


async def test_a_send_is_answered_in_the_engines_own_form(simulator: Simulator, engine: str) -> None:
    account = simulator.account()
    message, _ = simulator.whatsapp.accept(account, simulator.people[0].phone_id, Draft(text="hello"))
    body = engines.answer(account, "", message)
    named = {"GOWS": lambda: body["id"], "NOWEB": lambda: body["key"]["id"], "WEBJS": lambda: body["id"]["id"]}[
        engine
    ]()
    assert named == (message.id if engine == "GOWS" else message.key)
