"""A message's id is a function of the message; where its time is missing or wild, it is found by its key instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.events import MessageCreated
from gateway.ids import message_id, time_ms
from tests.conversations.webhooks import Line, arrives


async def test_the_id_is_the_time_and_a_hash_of_what_names_the_message(line: Line) -> None:
    await line.deliver(arrives("3A01", at=1_767_225_600))

    message = await line.message()
    expected = message_id(line.tenant.channel_config_id, "inbound", "3A01", sent_at_ms=1_767_225_600_000)
    assert message["id"] == expected
    assert message["sent_at"].timestamp() == 1_767_225_600


@pytest.mark.parametrize("at", [None, 0, 5, 4_070_908_800, -1, "soon"], ids=str)
async def test_a_missing_or_wild_time_gives_an_id_of_now_and_still_one_row(line: Line, at: Any) -> None:
    body = arrives("3A01")
    if at is None:
        del body["payload"]["timestamp"]
    else:
        body["payload"]["timestamp"] = at
    await line.deliver(body, body)
    await line.deliver_at_once(body, body | {"event": "message"})

    message = await line.message()
    assert message["sent_at"] is None
    assert abs(time_ms(message["id"]) / 1000 - message["received_at"].timestamp()) < 0.01


async def test_a_message_that_comes_late_says_so(line: Line) -> None:
    await line.deliver(arrives("3A01"), arrives("3A02", at=1_767_225_600))

    prompt, late = await line.messages()
    assert json.loads(prompt["metadata"]) == {}
    assert json.loads(late["metadata"]) == {"late": True}
    created = [event.message for event in await line.events() if isinstance(event, MessageCreated)]
    assert [message.late for message in created] == [False, True]
    assert [prompt["seq"], late["seq"]] == [1, 2]


async def test_what_waits_together_is_put_in_the_order_in_which_it_was_written(line: Line) -> None:
    await line.deliver(arrives("3A00"))
    await line.deliver_at_once(*(arrives(f"3A{n:02d}", at=1_767_225_600 + n) for n in range(20, 0, -1)))

    messages = await line.messages()
    assert [row["seq"] for row in messages] == [*range(1, 22)]
