"""A customer who types is shown to the agents, and forgotten."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.runtime import Runtime
from tests.conversations.webhooks import Line, arrives, envelope
from tests.ears import Ear
from tests.wait import eventually

CHAT = "628120000002@c.us"


def presence(state: str, *, chat: str = CHAT) -> dict[str, Any]:
    told = [{"participant": chat, "lastKnownPresence": state, "lastSeen": None}]
    return envelope("presence.update", {"id": chat, "presences": told})


async def whispers(ear: Ear) -> list[tuple[str, bool]]:
    told = [msgspec.json.decode(body) for body in ear.whispers]
    return [(each["d"]["name"], each["d"]["on"]) for each in told if each["t"] == "typing"]


async def test_typing_is_shown_in_the_open_session(line: Line, runtime: Runtime) -> None:
    await line.deliver(arrives("3A01"))
    ear = Ear()
    await runtime.feed.join(line.tenant.organization_id, ear)

    async def are_heard() -> bool:
        await line.deliver(presence("typing"), presence("paused"))
        heard = await whispers(ear)
        return ("Ana", True) in heard and ("Ana", False) in heard

    await eventually(are_heard)
    session = await line.session()
    assert msgspec.json.decode(ear.whispers[-1])["d"]["session_id"] == str(session["id"])


async def test_typing_is_kept_nowhere(line: Line) -> None:
    await line.deliver(arrives("3A01"), presence("typing"))

    assert len(await line.rows("SELECT 1 FROM waha_webhook_events")) == 1
    assert len(await line.events()) == 2


async def test_a_stranger_who_types_is_nobody_yet(line: Line) -> None:
    await line.deliver(presence("typing", chat="628120000099@c.us"))

    assert await line.rows("SELECT 1 FROM customers") == []
