"""Chat sessions over HTTP: lists, filters, reading, assigning, resolving; and other organizations' ids."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from gateway.events import SessionUpdated
from tests.console.api.conftest import Client
from tests.conversations.webhooks import Line, arrives
from tests.databases import Database
from tests.serving import Served
from tests.world import World

SESSIONS = "/api/v1/chat-sessions"
CHANGES: list[tuple[str, str, Any]] = [
    ("POST", "/messages", {"text": "x", "client_message_id": "c1"}),
    ("PUT", "/read", {}),
    ("DELETE", "/read", None),
    ("PUT", "/assignment", {"agent_id": None}),
    ("POST", "/resolution", None),
    ("DELETE", "/resolution", None),
]


@pytest.fixture
async def line(server: Served, database: Database, world: World) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as http:
        yield Line(server, database, world, http)


@pytest.fixture
async def session(line: Line, agent: Client) -> dict[str, Any]:
    """The only conversation: Ana asks twice."""
    await line.post(arrives("3A01", "Is it in stock?"))
    await line.post(arrives("3A02", "Hello?"))
    [only] = (await agent.get(SESSIONS)).body["items"]
    return dict(only)


async def test_a_session_is_listed_with_customer_last_message_and_unread(session: dict[str, Any]) -> None:
    assert session["customer"]["name"] == "Ana"
    assert session["customer"]["phone"] == "+628120000002"
    assert (session["last_message_preview"], session["last_message_sender"]) == ("Hello?", "customer")
    assert (session["unread_count"], session["status"]) == (2, "queued")


async def test_one_session_reads_like_in_the_list(agent: Client, session: dict[str, Any]) -> None:
    answer = await agent.get(f"{SESSIONS}/{session['id']}")
    assert (answer.status, answer.body) == (200, session)


async def test_pages_follow_each_other_without_a_hole_or_a_double(agent: Client, line: Line) -> None:
    for n in range(5):
        await line.post(arrives(f"3A{n}", f"{n}", chat=f"62812000000{n}@c.us"))
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = (await agent.get(f"{SESSIONS}?limit=2{cursor}")).body
        seen += [item["last_message_preview"] for item in page["items"]]
        cursor = f"&after={page['next']}"
    assert seen == ["4", "3", "2", "1", "0"]
    assert page["next"] is None


async def test_filters_leave_out_what_does_not_fit(agent: Client, world: World, session: dict[str, Any]) -> None:
    async def count(query: str) -> int:
        return len((await agent.get(f"{SESSIONS}?{query}")).body["items"])

    customer, channel = session["customer"]["id"], session["channel_config_id"]
    assert await count(f"status=queued,active&customer_id={customer}&channel_config_id={channel}") == 1
    assert await count("status=resolved") == 0
    assert await count(f"agent_id={world.agent_id}") == 0
    assert await count(f"customer_id={uuid4()}") == 0
    assert await count(f"channel_config_id={uuid4()}") == 0


@pytest.mark.parametrize(("text", "found"), [("an", 1), ("ANA", 1), ("20000", 1), ("Budi", 0), ("%25", 0), ("_", 0)])
async def test_a_part_of_name_or_number_finds_the_customer(
    agent: Client, session: dict[str, Any], text: str, found: int
) -> None:
    assert len((await agent.get(f"{SESSIONS}?q={text}")).body["items"]) == found


async def test_the_search_of_another_organization_finds_nothing(rival: Client, session: dict[str, Any]) -> None:
    assert (await rival.get(f"{SESSIONS}?q=Ana")).body == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "status=lost", "agent_id=x", "after=%20x"])
async def test_a_question_that_makes_no_sense_is_told_so(agent: Client, query: str) -> None:
    answer = await agent.get(f"{SESSIONS}?{query}")
    assert answer.status == 422, answer.body


async def test_reading_is_one_event_and_telling_it_again_is_none(
    agent: Client, session: dict[str, Any], line: Line
) -> None:
    before = len(await line.events())
    half = await agent.ask("PUT", f"{SESSIONS}/{session['id']}/read", {"seq": 1})
    assert half.body["unread_count"] == 1
    read = await agent.ask("PUT", f"{SESSIONS}/{session['id']}/read", {"seq": 2})
    assert read.body["unread_count"] == 0
    late = await agent.ask("PUT", f"{SESSIONS}/{session['id']}/read", {"seq": 1})
    assert late.body["unread_count"] == 0, "what was read stays read"
    told = (await line.events())[before:]
    assert [event.changed for event in told if isinstance(event, SessionUpdated)] == [["unread_count"]] * 2
    assert len(told) == 2


async def test_reading_without_a_number_reads_all(agent: Client, session: dict[str, Any]) -> None:
    assert (await agent.ask("PUT", f"{SESSIONS}/{session['id']}/read", {})).body["unread_count"] == 0


async def test_a_session_can_count_as_unread_again(agent: Client, session: dict[str, Any], line: Line) -> None:
    path = f"{SESSIONS}/{session['id']}/read"
    assert (await agent.ask("DELETE", path)).body["unread_count"] == 2, "it is unread already"
    await agent.ask("PUT", path, {})
    assert (await agent.ask("DELETE", path)).body["unread_count"] == 1
    told = [event.changed for event in await line.events() if isinstance(event, SessionUpdated)]
    assert told[-2:] == [["unread_count"]] * 2


async def test_who_is_no_agent_may_look_and_change_nothing(
    agent: Client, world: World, session: dict[str, Any], line: Line
) -> None:
    await line.rows("UPDATE agents SET status = 'inactive' WHERE id = $1", world.agent_id)
    assert (await agent.get(f"{SESSIONS}/{session['id']}")).status == 200
    for method, path, body in CHANGES:
        answer = await agent.ask(method, f"{SESSIONS}/{session['id']}{path}", body)
        assert (answer.status, answer.body["code"]) == (403, "not_an_agent")


async def test_resolving_ends_the_session_and_the_next_message_opens_another(
    agent: Client, session: dict[str, Any], line: Line
) -> None:
    resolved = await agent.ask("POST", f"{SESSIONS}/{session['id']}/resolution")
    assert (resolved.status, resolved.body["status"]) == (200, "resolved")
    assert resolved.body["ended_at"] is not None
    again = await agent.ask("POST", f"{SESSIONS}/{session['id']}/resolution")
    assert again.body == resolved.body, "resolving twice changes nothing"
    await line.post(arrives("3A03", "One more thing"))
    items = (await agent.get(SESSIONS)).body["items"]
    assert [item["status"] for item in items] == ["queued", "resolved"]


async def test_a_reopened_session_takes_the_next_message(agent: Client, session: dict[str, Any], line: Line) -> None:
    await agent.ask("POST", f"{SESSIONS}/{session['id']}/resolution")
    reopened = await agent.ask("DELETE", f"{SESSIONS}/{session['id']}/resolution")
    assert (reopened.status, reopened.body["status"], reopened.body["ended_at"]) == (200, "queued", None)
    await line.post(arrives("3A03", "One more thing"))
    [only] = (await agent.get(SESSIONS)).body["items"]
    assert only["total_messages"] == 3


async def test_a_session_cannot_be_reopened_beside_another_open_one(
    agent: Client, session: dict[str, Any], line: Line
) -> None:
    await agent.ask("POST", f"{SESSIONS}/{session['id']}/resolution")
    await line.post(arrives("3A03", "One more thing"))
    refused = await agent.ask("DELETE", f"{SESSIONS}/{session['id']}/resolution")
    assert (refused.status, refused.body["code"]) == (409, "other_session_open")
    assert refused.body["conflict"]["last_message_preview"] == "One more thing"


async def test_resolving_while_the_customer_writes_leaves_one_open_session_at_most(
    agent: Client, session: dict[str, Any], line: Line
) -> None:
    await asyncio.gather(
        *(line.post(arrives(f"3B{n}", f"{n}")) for n in range(10)),
        *(agent.ask("POST", f"{SESSIONS}/{session['id']}/resolution") for _ in range(3)),
    )
    open_ones = await line.rows("SELECT id FROM chat_sessions WHERE status <> 'resolved'")
    assert len(open_ones) <= 1
    assert len(await line.messages()) == 12


async def test_a_session_is_taken_and_given_back(agent: Client, world: World, session: dict[str, Any]) -> None:
    path = f"{SESSIONS}/{session['id']}/assignment"
    taken = await agent.ask("PUT", path, {"agent_id": str(world.agent_id)})
    assert (taken.body["agent_id"], taken.body["status"]) == (str(world.agent_id), "active")
    given_back = await agent.ask("PUT", path, {"agent_id": None})
    assert (given_back.body["agent_id"], given_back.body["status"]) == (None, "queued")


async def test_a_session_is_given_to_no_agent_of_another_organization(
    agent: Client, world: World, session: dict[str, Any]
) -> None:
    answer = await agent.ask("PUT", f"{SESSIONS}/{session['id']}/assignment", {"agent_id": str(world.other.agent_id)})
    assert answer.status == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "", None), ("GET", "/messages", None), *CHANGES],
)
async def test_another_organizations_session_is_not_there_and_nobody_gets_nothing(
    rival: Client, stranger: Client, line: Line, session: dict[str, Any], method: str, path: str, body: Any
) -> None:
    before = await line.session()
    told = len(await line.events())
    assert (await rival.ask(method, f"{SESSIONS}/{session['id']}{path}", body)).status == 404
    assert (await stranger.ask(method, f"{SESSIONS}/{session['id']}{path}", body)).status == 401
    if method != "GET":
        rival.csrf = None
        assert (await rival.ask(method, f"{SESSIONS}/{session['id']}{path}", body)).status == 403
    assert await line.session() == before
    assert len(await line.events()) == told
    assert (await rival.get(SESSIONS)).body["items"] == []


async def test_an_id_that_is_none_is_not_found(agent: Client) -> None:
    assert (await agent.get(f"{SESSIONS}/nothing")).status == 404
    assert (await agent.get(f"{SESSIONS}/{uuid4()}")).status == 404


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
async def test_who_only_reads_along_changes_nothing(
    viewer: Client, session: dict[str, Any], line: Line, method: str, path: str, body: Any
) -> None:
    before = len(await line.events())
    answer = await viewer.ask(method, f"{SESSIONS}/{session['id']}{path}", body)
    assert (answer.status, answer.body["code"]) == (403, "permission_missing")
    assert len(await line.events()) == before


async def test_who_only_reads_along_reads(viewer: Client, session: dict[str, Any]) -> None:
    assert [item["id"] for item in (await viewer.get(SESSIONS)).body["items"]] == [session["id"]]
    assert len((await viewer.get(f"{SESSIONS}/{session['id']}/messages")).body["items"]) == 2


async def test_a_number_larger_than_any_is_told_so(agent: Client, session: dict[str, Any]) -> None:
    path = f"{SESSIONS}/{session['id']}"
    assert (await agent.get(f"{path}/messages?after={10**30}")).status == 422
    assert (await agent.ask("PUT", f"{path}/read", {"seq": 10**30})).status == 422
