"""What is told and forgotten: typing, who is looking, who is here. No number, no memory, may be dropped."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec


class Typing(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody types in a session, or stops; forget it after 6 s. `id` is the agent's or the customer's."""

    session_id: UUID
    who: Literal["agent", "customer"]
    id: UUID | None
    name: str | None
    on: bool


class Person(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """An agent, as others see them."""

    id: UUID
    name: str


class Viewers(msgspec.Struct, frozen=True, kw_only=True):
    """Everyone who has this session open now; replaces what was known."""

    session_id: UUID
    agents: list[Person]


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Every agent who has a console open now; replaces what was known."""

    online: list[UUID]


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """Between nodes only: all agents who are on one node, and the session that each of their consoles shows."""

    node: str
    agents: list[tuple[Person, list[UUID]]]


Ephemeral = Typing | Viewers | Presence | Seats
_TYPE: dict[type, bytes] = {Typing: b"typing", Viewers: b"viewers", Presence: b"presence", Seats: b"seats"}


def encode_ephemeral(data: Ephemeral) -> bytes:
    """The bytes of an ephemeral frame."""
    return b'{"t":"%b","d":%b}' % (_TYPE[type(data)], msgspec.json.encode(data))


class _SeatsFrame(msgspec.Struct):
    d: Seats


def decode_seats(body: bytes) -> Seats | None:
    """What another node says about its agents, if that is what these bytes are; raises ValueError if it is garbled."""
    if not body.startswith(b'{"t":"seats"'):
        return None
    try:
        return msgspec.json.decode(body, type=_SeatsFrame).d
    except msgspec.MsgspecError as error:
        raise ValueError(f"no seats: {error}") from error
