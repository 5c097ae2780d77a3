"""Rows as the structs that REST, snapshot and events share; `orm/conversations/states.py` gives them their shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

import msgspec

from gateway.events import Agent, Channel, Customer, Message, Session, State
from orm.connection import Connection
from orm.conversations import states

T = TypeVar("T", bound=State)


def decode_state(text: str | bytes, kind: type[T]) -> T:
    """The struct in JSON that PostgreSQL made; an unknown or missing field is a bug, and raises."""
    return msgspec.json.decode(text, type=kind)


async def read_messages(connection: Connection, ids: Sequence[UUID]) -> list[Message]:
    """These messages, in the order of the ids; what is not there, or not of this organization, is left out."""
    return await _read(connection, states.MESSAGES_BY_ID, ids, Message)


async def read_sessions(connection: Connection, ids: Sequence[UUID]) -> list[Session]:
    """These sessions with their customers, in the order of the ids."""
    return await _read(connection, states.SESSIONS_BY_ID, ids, Session)


async def read_customers(connection: Connection, ids: Sequence[UUID]) -> list[Customer]:
    """These customers, in the order of the ids."""
    return await _read(connection, states.CUSTOMERS_BY_ID, ids, Customer)


async def read_agents(connection: Connection, ids: Sequence[UUID]) -> list[Agent]:
    """These agents, in the order of the ids."""
    return await _read(connection, states.AGENTS_BY_ID, ids, Agent)


async def read_channels(connection: Connection, ids: Sequence[UUID]) -> list[Channel]:
    """These channels, in the order of the ids."""
    return await _read(connection, states.CHANNELS_BY_ID, ids, Channel)


async def _read(connection: Connection, select: str, ids: Sequence[UUID], kind: type[T]) -> list[T]:
    rows = await connection.fetch(select, list(ids))
    found = {row[0]: decode_state(row[1], kind) for row in rows}
    return [found[id_] for id_ in ids if id_ in found]
