"""ASGI without a framework: its types, and answers for what does not go through Litestar."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from gateway.errors import GatewayError
from gateway.web.problems import encode

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


def header(scope: Scope, name: bytes) -> bytes:
    """The first header of this lower-case name, or nothing."""
    return next((value for key, value in scope["headers"] if key == name), b"")


def request_id(scope: Scope) -> str:
    """The id that the edge gave to this request."""
    return str(scope.get("state", {}).get("request_id", ""))


def address_of(scope: Scope, *, proxies: int) -> str | None:
    """Where a request comes from: the address that the outermost of our trusted proxies saw, else the socket's."""
    # A proxy may add a line of its own beneath one that the client made up: all of them count, in their order.
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = [hop.strip() for hop in ",".join(lines).split(",") if hop.strip()]
    if 0 < proxies <= len(hops):
        return hops[-proxies]
    return str(scope["client"][0]) if scope.get("client") else None


async def respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    """Send a whole answer."""
    length = [] if status == 304 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def refuse(error: GatewayError, scope: Scope, send: Send) -> None:
    """Answer with a problem."""
    body, headers = encode(error, request_id(scope))
    await respond(send, error.status, body, [(name.encode(), value.encode()) for name, value in headers.items()])
