"""The OpenAPI description says what the API does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.api.conftest import Client


@pytest.fixture
async def description(stranger: Client) -> dict[str, Any]:
    """The description as it is served."""
    return dict((await stranger.get("/schema/openapi.json")).body)


async def test_every_operation_has_an_id_of_its_own_and_tells_its_failures(description: dict[str, Any]) -> None:
    operations = [each for path in description["paths"].values() for each in path.values()]
    ids = [each["operationId"] for each in operations]
    assert len(ids) == len(set(ids))
    assert {"login", "list_chat_sessions", "send_message", "resolve_chat_session"} <= set(ids)
    for each in operations:
        if each["operationId"] in ("send_message", "list_chat_sessions", "login"):
            content = each["responses"]["422"]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


async def test_a_repeated_message_is_described_as_200_and_a_new_one_as_201(description: dict[str, Any]) -> None:
    responses = description["paths"]["/api/v1/chat-sessions/{session_id}/messages"]["post"]["responses"]
    for status in ("200", "201"):
        assert responses[status]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Message"}


async def test_pages_have_plain_names(description: dict[str, Any]) -> None:
    assert {"SessionPage", "MessagePage"} <= set(description["components"]["schemas"])
