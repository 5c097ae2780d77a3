"""Which of many sign-ins still live, whatever organization they belong to: for those who hold sockets open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from orm.connection import Connection
from orm.identity.queries import SignIn


async def live_sign_ins(connection: Connection, ids: Sequence[UUID], *, idle_since: datetime) -> list[SignIn]:
    """The live ones of these sign-ins, with the user and the agent who signed in."""
    rows = await connection.fetch("SELECT * FROM gate_sign_ins($1, $2)", list(ids), idle_since)
    return [msgspec.convert(dict(row), SignIn) for row in rows]
