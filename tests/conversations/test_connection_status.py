"""What WAHA says of its session becomes the channel's state, in the order of WAHA's clock."""

from __future__ import annotations

import json
from typing import Any

from gateway.conversations.states import read_channels
from gateway.events import ChannelUpdated
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from tests.conversations.webhooks import Line, envelope

AT = 1_767_225_600_000


def status(state: str, at_ms: int) -> dict[str, Any]:
    return envelope("session.status", {"name": "default", "status": state, "statuses": []}, timestamp=at_ms)


async def channels(line: Line) -> list[tuple[str, str]]:
    events = [event for event in await line.events() if isinstance(event, ChannelUpdated)]
    return [(event.channel.status, event.channel.health) for event in events]


async def waha_session(line: Line) -> Any:
    [row] = await line.rows("SELECT * FROM waha_sessions WHERE id = $1", line.tenant.waha_session_id)
    return row


async def test_each_change_is_shown_once(line: Line, runtime: Runtime) -> None:
    states = ["STARTING", "SCAN_QR_CODE", "SCAN_QR_CODE", "WORKING", "WORKING", "FAILED", "STOPPED"]
    await line.deliver(*(status(state, AT + n) for n, state in enumerate(states)))

    assert await channels(line) == [
        ("STARTING", "warning"),
        ("SCAN_QR_CODE", "warning"),
        ("WORKING", "healthy"),
        ("FAILED", "critical"),
        ("STOPPED", "offline"),
    ]
    row = await waha_session(line)
    assert (row["status"], row["me_id"], row["push_name"]) == ("STOPPED", "628110000001@c.us", "Shop")
    assert [each["status"] for each in json.loads(row["status_history"])] == states
    async with tenant_tx(runtime, line.tenant.organization_id) as tx:
        [fresh] = await read_channels(tx.connection, [line.tenant.channel_config_id])
    last = [event for event in await line.events() if isinstance(event, ChannelUpdated)][-1]
    assert last.channel == fresh


async def test_an_older_report_that_comes_late_changes_nothing(line: Line) -> None:
    await line.deliver(status("WORKING", AT + 10_000), status("STARTING", AT))

    assert (await waha_session(line))["status"] == "WORKING"
    assert await channels(line) == [("WORKING", "healthy")]


async def test_an_unknown_word_is_kept_and_the_state_stays(line: Line) -> None:
    await line.deliver(status("WORKING", AT), status("MEDITATING", AT + 1))

    row = await waha_session(line)
    assert row["status"] == "WORKING"
    assert json.loads(row["status_history"])[-1]["status"] == "MEDITATING"
    assert await channels(line) == [("WORKING", "healthy")]


async def test_only_the_last_twenty_states_are_kept(line: Line) -> None:
    await line.deliver(*(status(("STARTING", "WORKING")[n % 2], AT + n) for n in range(30)))

    assert len(json.loads((await waha_session(line))["status_history"])) == 20


async def test_another_organizations_channel_is_not_touched(line: Line) -> None:
    await line.deliver(status("WORKING", AT))

    rows = await line.rows("SELECT status FROM waha_sessions WHERE id <> $1", line.tenant.waha_session_id)
    assert [row["status"] for row in rows] == ["STOPPED"]
