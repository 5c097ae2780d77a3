"""What a client may send: a closed table of frames. Nothing is looked up by a name that the client chose."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec


class Since(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The position that the client's state stands for."""

    s: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    id: UUID | None


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="t"):
    """A frame from the client."""


class Auth(Command, frozen=True, kw_only=True, tag="auth"):
    """Who the client is, and where its state stands; without `since` it begins at the end of the log."""

    ticket: Annotated[str, msgspec.Meta(max_length=1024)]
    since: Since | None = None
    proto: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class Hb(Command, frozen=True, kw_only=True, tag="hb"):
    """The answer to a heartbeat."""


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """The position of a new snapshot, after a `reset`."""

    since: Since


class Type(Command, frozen=True, kw_only=True, tag="typing"):
    """The agent types in this session, or stops."""

    session: UUID
    on: bool


class Focus(Command, frozen=True, kw_only=True, tag="focus"):
    """The session that the agent looks at now."""

    session: UUID | None


AnyCommand: TypeAlias = Auth | Hb | Resume | Type | Focus

_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_NAMES = {"auth", "hb", "resume", "typing", "focus"}


class BadCommand(ValueError):
    """A frame that is none of ours; `re` is its type where that is one of ours."""

    def __init__(self, message: str, *, re: str | None) -> None:
        super().__init__(message)
        self.re = re


def decode(data: str | bytes) -> AnyCommand:
    """The command in a frame."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadCommand("This frame was not understood", re=_type_of(data)) from error


class _Tag(msgspec.Struct):
    t: str


def _type_of(data: str | bytes) -> str | None:
    try:
        name = msgspec.json.decode(data, type=_Tag).t
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return name if name in _NAMES else None
