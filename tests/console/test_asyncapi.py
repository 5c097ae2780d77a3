"""The document of the sockets says what is spoken, all of it, and points at nothing that is not there."""

from __future__ import annotations

import json
from typing import Any, get_args

import aiohttp

from console.asyncapi import document
from console.closes import Close
from console.commands import AnyCommand
from gateway.events import EVENT_TYPES
from tests.serving import Served


def messages() -> dict[str, Any]:
    return dict(document()["channels"]["console"]["messages"])


def test_every_frame_of_both_sides_is_described() -> None:
    names = set(messages())
    assert {f"server.{name}" for name in EVENT_TYPES} <= names
    assert {f"client.{kind.__struct_config__.tag}" for kind in get_args(AnyCommand)} == {
        name for name in names if name.startswith("client.")
    }
    for name in ("hello", "ready", "sync", "hb", "reset", "err", "typing", "viewers", "presence"):
        assert f"server.{name}" in names


def test_every_reference_leads_somewhere() -> None:
    whole = document()

    def follow(value: Any) -> int:
        if isinstance(value, list):
            return sum(follow(each) for each in value)
        if not isinstance(value, dict):
            return 0
        if isinstance(reference := value.get("$ref"), str):
            target = whole
            for step in reference.removeprefix("#/").split("/"):
                target = target[step]
            return 1
        return sum(follow(each) for each in value.values())

    assert follow(whole) > 50


def test_an_event_is_described_as_it_is_sent() -> None:
    payload = messages()["server.message.created"]["payload"]
    assert payload["properties"]["t"] == {"const": "message.created"}
    assert payload["properties"]["d"]["required"] == ["message"]
    assert payload["properties"]["d"]["additionalProperties"] is False


def test_every_close_code_is_named() -> None:
    told = document()["channels"]["console"]["description"]
    assert all(f"{code.value} {code.name.lower()}" in told for code in Close)


async def test_it_is_served(server: Served) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/schema/asyncapi.json") as answer:
        assert answer.status == 200
        assert await answer.json() == json.loads(json.dumps(document()))
