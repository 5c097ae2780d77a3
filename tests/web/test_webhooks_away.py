"""While PostgreSQL is away, every webhook is told to come back; afterwards nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from gateway.settings import Settings
from tests.cable import Cable, cable
from tests.conversations.webhooks import Line, arrives
from tests.databases import Database
from tests.wait import eventually


@pytest.fixture
async def to_postgres(database: Database) -> AsyncIterator[Cable]:
    """The only way to the database."""
    parts = urlsplit(database.app_url)
    async with cable(parts.hostname or "", parts.port or 0) as plugged_in:
        yield plugged_in


@pytest.fixture
def settings(settings: Settings, to_postgres: Cable) -> Settings:
    """Settings under which the gateway reaches PostgreSQL over the cable."""
    port = urlsplit(settings.app_database_url).port
    return msgspec.structs.replace(
        settings, app_database_url=settings.app_database_url.replace(f":{port}/", f":{to_postgres.port}/")
    )


async def post(line: Line, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    async with line.http.post(f"{line.served.url}/webhooks/waha/{token}", data=msgspec.json.encode(body)) as answer:
        assert int(answer.headers["retry-after"]) >= 1
        problem: dict[str, Any] = await answer.json(content_type=None)
        return answer.status, {name: value for name, value in problem.items() if name != "request_id"}


async def test_known_and_unknown_tokens_are_told_alike_to_come_back(line: Line, to_postgres: Cable) -> None:
    to_postgres.pull_out()

    known, unknown = [await post(line, token, arrives("3A01")) for token in (line.tenant.webhook_token, "x")]

    assert known == unknown
    assert known[0] == 503


async def test_what_was_refused_is_stored_once_when_it_comes_again(line: Line, to_postgres: Cable) -> None:
    await line.deliver(arrives("3A01"))
    to_postgres.pull_out()
    body = arrives("3A02")
    assert (await line.post(body))[0] == 503

    to_postgres.plug_in()

    async def is_accepted() -> bool:
        return (await line.post(body))[0] == 200

    await eventually(is_accepted)
    await line.deliver(body)
    assert [row["external_id"] for row in await line.messages()] == ["3A01", "3A02"]
    assert [frame.seq for frame in await line.frames()] == [1, 2, 3, 4]


async def test_an_answer_that_is_lost_after_the_commit_makes_no_second_row(line: Line, to_postgres: Cable) -> None:
    await line.deliver(arrives("3A01"))
    bodies = [arrives(f"3A{n:02d}") for n in range(2, 40)]
    for body in bodies:
        if body is bodies[20]:
            to_postgres.pull_out()
        if (await line.post(body))[0] != 200:
            to_postgres.plug_in()

    async def are_accepted() -> bool:
        return {(await line.post(body))[0] for body in bodies} == {200}

    await eventually(are_accepted)
    assert [row["seq"] for row in await line.messages()] == [*range(1, 40)]
