"""The simulator as the public client of WAHA, which knows nothing of it, sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from waha import AsyncWahaClient
from waha.generated import models

from gateway.waha.simulator import Simulator
from tests.waha.simulator.receiver import KEY, Receiver


@pytest.fixture
async def waha(simulator: Simulator) -> AsyncIterator[AsyncWahaClient]:
    """The public client."""
    client = AsyncWahaClient(simulator.url, api_key=KEY)
    yield client
    await client.close()


async def test_a_session_lives_from_creation_to_deletion(
    simulator: Simulator, receiver: Receiver, waha: AsyncWahaClient
) -> None:
    hook = {
        "url": receiver.url,
        "events": ["message.any", "session.status"],
        "hmac": {"key": "k"},
        "retries": {"policy": "exponential", "delaySeconds": 2, "attempts": 12},
        "customHeaders": [{"name": "X-Shop", "value": "blue"}],
    }
    created = await waha.sessions.a_create({"name": "new", "start": True, "config": {"webhooks": [hook]}})
    # The client's own model of a session takes no webhook: its specification calls an event's name an object.
    assert created["name"] == "new"
    await simulator.settled()
    assert [each["name"] for each in await waha.sessions.a_list()] == ["shop", "new"]
    assert models.MeInfo.model_validate(await waha.sessions.a_get_me("new")).id
    for act in (waha.sessions.a_stop, waha.sessions.a_start, waha.sessions.a_restart, waha.sessions.a_logout):
        assert (await act("new"))["name"] == "new"
        await simulator.settled()
    updated = await waha.sessions.a_update("new", {"config": {"webhooks": []}})
    assert updated["config"] == {"webhooks": []}
    await waha.sessions.a_delete("new")
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        await waha.sessions.a_get("new")


@pytest.mark.parametrize("engine", ["GOWS", "NOWEB"])
async def test_a_conversation_from_hello_to_read(
    simulator: Simulator, receiver: Receiver, waha: AsyncWahaClient
) -> None:
    person = simulator.people[0]
    question = simulator.write(person, "Is it in stock?")
    await waha.chatting.a_send_seen({"session": "shop", "chatId": person.chat_id, "messageIds": [question.id]})
    await waha.chatting.a_start_typing({"session": "shop", "chatId": person.chat_id})
    key = models.NewMessageIDResponse.model_validate(await waha.chatting.a_get_new_message_id("shop")).id
    payload = models.MessageTextRequest(
        session="shop", chatId=person.chat_id, text="Yes, three are left.", id=key, reply_to=question.id
    )
    for _ in range(2):
        await waha.chatting.a_send_text(payload)
    await waha.chatting.a_stop_typing({"session": "shop", "chatId": person.chat_id})
    await simulator.settled()
    simulator.read(person)
    await simulator.settled()

    assert question.is_seen
    assert [(message.key, message.reply_to) for message in simulator.messages(person)[1:]] == [(key, question.key)]
    history = await waha.chats.a_get_chat_messages("shop", person.chat_id, {"limit": 10, "sortOrder": "asc"})
    assert [message["body"] for message in history] == ["Is it in stock?", "Yes, three are left."]
    assert history[1]["ackName"] == "READ"
    assert {post.event for post in receiver.posts} == {"message.any", "message.ack"}


async def test_reactions_edits_and_deletions(simulator: Simulator, waha: AsyncWahaClient) -> None:
    person = simulator.people[0]
    question = simulator.write(person, "hello")
    await waha.chatting.a_set_reaction({"session": "shop", "messageId": question.id, "reaction": "👍"})
    sent = await waha.chatting.a_send_text({"session": "shop", "chatId": person.chat_id, "text": "helo"})
    await waha.chats.a_edit_message("shop", person.chat_id, sent["id"], {"text": "hello"})
    answer = simulator.messages(person)[1]
    assert (question.our_reaction, answer.text) == ("👍", "hello")
    await waha.chats.a_delete_message("shop", person.chat_id, sent["id"])
    assert answer.is_revoked


async def test_files_places_and_the_rest(simulator: Simulator, waha: AsyncWahaClient) -> None:
    person = simulator.people[0]
    to = {"session": "shop", "chatId": person.chat_id}
    file = {"mimetype": "image/png", "filename": "a.png", "data": "aGVsbG8="}
    await waha.chatting.a_send_image({**to, "file": file, "caption": "look"})
    await waha.chatting.a_send_file({**to, "file": {**file, "mimetype": "application/pdf"}})
    await waha.chatting.a_send_location({**to, "latitude": 1.5, "longitude": 2.5, "title": "Here"})
    kinds = [(message.media and message.media.kind, message.location) for message in simulator.messages(person)]
    assert [kind for kind, _ in kinds] == ["image", "document", None]
    assert kinds[2][1] is not None
    pairs = await waha.lids.a_get_all("shop")
    assert models.LidToPhoneNumber.model_validate(pairs[0]).pn
    assert (await waha.lids.a_find_pn_by_lid("shop", person.lid))["pn"] == person.phone_id
    exists = await waha.contacts.a_check_exists({"session": "shop", "phone": person.phone})
    assert models.WANumberExistResult.model_validate(exists).numberExists
    overview = await waha.chats.a_get_chats_overview("shop")
    assert [chat["id"] for chat in overview] == [person.chat_id]
    assert (await waha.ping.a_ping())["message"] == "pong"
    assert (await waha.server.a_get())["engine"] == "GOWS"


async def test_a_wrong_key_is_refused(simulator: Simulator) -> None:
    client = AsyncWahaClient(simulator.url, api_key="wrong")
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        await client.sessions.a_list()
    await client.close()
