"""The sockets' protocol as an AsyncAPI document, made from the structs that are spoken."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from console import frames
from console.closes import Close
from console.commands import AnyCommand
from console.socket import PATH
from gateway import __version__, ephemerals
from gateway.events import AnyEvent

_REF = "#/components/schemas/{name}"
_CONTROLS = (frames.Hello, frames.Ready, frames.Sync, frames.Heartbeat, frames.Reset, frames.Err)
_EPHEMERALS: dict[str, type[msgspec.Struct]] = {
    "typing": ephemerals.Typing,
    "viewers": ephemerals.Viewers,
    "presence": ephemerals.Presence,
}
_ABOUT = (
    "Text frames, one JSON object each, or a JSON array of them in one WebSocket message. A frame with `s`, `id` and "
    "`d` is an event of the organization's log, numbered without a hole; one with `d` alone is forgotten at once. The "
    "first frame is `auth`, with a ticket of `POST /api/v1/realtime/ticket` and the position of a snapshot.\n\n"
    "Close codes below 4500: come back, with a random wait of 0.5 to 30 s; from 4500 on: do not."
)


def document() -> dict[str, Any]:
    """The document, as AsyncAPI 3.0."""
    commands, events = get_args(AnyCommand), get_args(AnyEvent)
    kinds = [*_CONTROLS, *commands, *events, *_EPHEMERALS.values()]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    sent = {_tag(kind): {"$ref": _REF.format(name=kind.__name__)} for kind in _CONTROLS}
    sent |= {_tag(kind): _event(_tag(kind), schemas.pop(kind.__name__)) for kind in events}
    sent |= {name: _ephemeral(name, kind) for name, kind in _EPHEMERALS.items()}
    heard = {_tag(kind): {"$ref": _REF.format(name=kind.__name__)} for kind in commands}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Switchboard, live", "version": __version__, "description": _ABOUT},
        "channels": {
            "console": {
                "address": PATH,
                "description": "\n".join(f"{code.value} {code.name.lower()}" for code in Close),
                "messages": {
                    f"{way}.{name}": {"name": name, "payload": payload}
                    for way, group in (("server", sent), ("client", heard))
                    for name, payload in group.items()
                },
            }
        },
        "operations": {
            "send": _operation("send", "server", sent),
            "receive": _operation("receive", "client", heard),
        },
        "components": {"schemas": schemas},
    }


def _tag(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag)


def _event(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    fields = {key: value for key, value in schema["properties"].items() if key != "t"}
    data = schema | {"properties": fields, "required": [key for key in schema["required"] if key != "t"]}
    return {
        "type": "object",
        "properties": {
            "t": {"const": name},
            "s": {"type": "integer", "minimum": 1},
            "id": {"type": "string", "format": "uuid"},
            "at": {"type": "string", "format": "date-time"},
            "d": data,
        },
        "required": ["t", "s", "id", "at", "d"],
    }


def _ephemeral(name: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    data = {"$ref": _REF.format(name=kind.__name__)}
    return {"type": "object", "properties": {"t": {"const": name}, "d": data}, "required": ["t", "d"]}


def _operation(action: str, way: str, names: dict[str, Any]) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/console/messages/{way}.{name}"} for name in names]
    return {"action": action, "channel": {"$ref": "#/channels/console"}, "messages": messages}
