"""Messages over HTTP: pages by number, an agent's answer, the same answer again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from gateway.identity.api_keys import create_api_key
from gateway.runtime import Runtime
from tests.console.api.conftest import Client
from tests.conversations.webhooks import Line, arrives
from tests.databases import Database
from tests.serving import Served
from tests.world import World


@pytest.fixture
async def line(server: Served, database: Database, world: World) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as http:
        yield Line(server, database, world, http)


@pytest.fixture
async def messages(line: Line, agent: Client) -> str:
    """The path of the messages of a conversation with seven."""
    for n in range(1, 8):
        await line.post(arrives(f"3A{n}", f"{n}", at=1_767_225_600 + n))
    session = await line.session()
    return f"/api/v1/chat-sessions/{session['id']}/messages"


def seqs(page: dict[str, Any]) -> list[int]:
    return [item["seq"] for item in page["items"]]


async def test_without_a_number_it_is_the_newest_page_in_order(agent: Client, messages: str) -> None:
    page = (await agent.get(f"{messages}?limit=3")).body
    assert (seqs(page), page["next"]) == ([5, 6, 7], 5)
    assert [item["text"] for item in page["items"]] == ["5", "6", "7"]


async def test_going_back_by_next_reaches_the_beginning(agent: Client, messages: str) -> None:
    page = (await agent.get(f"{messages}?limit=3&before=5")).body
    assert (seqs(page), page["next"]) == ([2, 3, 4], 2)
    page = (await agent.get(f"{messages}?limit=3&before=2")).body
    assert (seqs(page), page["next"]) == ([1], None)


async def test_going_forward_by_next_reaches_the_end(agent: Client, messages: str) -> None:
    page = (await agent.get(f"{messages}?limit=4&after=0")).body
    assert (seqs(page), page["next"]) == ([1, 2, 3, 4], 4)
    page = (await agent.get(f"{messages}?limit=4&after=4")).body
    assert (seqs(page), page["next"]) == ([5, 6, 7], None)


async def test_both_directions_at_once_are_none(agent: Client, messages: str) -> None:
    assert (await agent.get(f"{messages}?after=1&before=3")).status == 422
    assert (await agent.get(f"{messages}?after=-1")).status == 422


async def test_an_answer_is_201_the_same_again_200_and_another_409(agent: Client, messages: str) -> None:
    wish = {"text": "Yes, it is", "client_message_id": "c1"}
    first = await agent.ask("POST", messages, wish)
    assert (first.status, first.body["status"], first.body["client_message_id"]) == (201, "queued", "c1")
    second = await agent.ask("POST", messages, wish)
    assert (second.status, second.body) == (200, first.body)
    other = await agent.ask("POST", messages, {"text": "No", "client_message_id": "c1"})
    assert (other.status, other.body["conflict"]) == (409, first.body)
    page = (await agent.get(f"{messages}?after=7")).body
    assert page["items"] == [first.body]


async def test_an_idempotency_key_stands_for_one_request(agent: Client, messages: str) -> None:
    first = await agent.ask("POST", messages, {"text": "Yes"}, Idempotency_Key="k1")
    second = await agent.ask("POST", messages, {"text": "Yes"}, Idempotency_Key="k1")
    assert (first.status, second.status, second.body) == (201, 200, first.body)
    other = await agent.ask("POST", messages, {"text": "No"}, Idempotency_Key="k1")
    assert (other.status, other.body["code"]) == (422, "idempotency_key_reused")


async def test_a_note_is_a_message_that_is_not_sent(agent: Client, messages: str) -> None:
    note = await agent.ask("POST", messages, {"text": "Ask Budi", "internal": True})
    assert (note.status, note.body["direction"], note.body["status"]) == (201, "internal", "none")


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"text": ""},
        {"text": "x", "type": "image"},
        {"text": "x", "colour": "red"},
        {"text": 7},
        {"text": "x", "client_message_id": "x" * 65},
        {"text": "x", "reply_to": "3A01"},
    ],
)
async def test_what_cannot_be_sent_is_422(agent: Client, messages: str, wish: dict[str, Any]) -> None:
    answer = await agent.ask("POST", messages, wish)
    assert answer.status == 422, answer.body


async def test_a_program_answers_with_its_users_key(
    stranger: Client, runtime: Runtime, world: World, messages: str
) -> None:
    key = await create_api_key(runtime, world.organization_id, user_id=world.user_id, name="a script")
    answer = await stranger.ask("POST", messages, {"text": "Hello"}, Authorization=f"Bearer {key}")
    assert (answer.status, answer.body["sender_id"]) == (201, str(world.agent_id))


async def test_a_nul_is_left_out_of_what_is_stored(agent: Client, messages: str) -> None:
    answer = await agent.ask("POST", messages, {"text": "a\0b"})
    assert (answer.status, answer.body["text"]) == (201, "ab")


@pytest.mark.parametrize("body", [b'{"text":"\xff"}', b'{"text":"\\ud83d x"}', b"[" * 100_000])
async def test_a_body_that_is_no_text_is_told_so(agent: Client, messages: str, body: bytes) -> None:
    headers = {"content-type": "application/json", "X-CSRF-Token": agent.csrf or ""}
    async with agent.http.post(messages, data=body, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_request")
