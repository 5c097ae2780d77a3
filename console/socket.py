"""The door of `/ws/console`: what is refused before the upgrade, and the bytes between a socket and the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.frames import PROTOCOL
from console.hub import Hub
from console.origins import allowed_origin
from gateway.errors import Forbidden, GatewayError, NotFound, Unavailable
from gateway.web.asgi import App, Receive, Scope, Send, address_of, header, request_id
from gateway.web.problems import encode
from gateway.web.wire import wire_of

if TYPE_CHECKING:
    from gateway.runtime import Runtime

PATH = "/ws/console"
RETRY_S = 2.0


def console_socket(runtime: Runtime) -> App:
    """The sockets of the console, and the hub behind them."""
    hub = Hub(runtime)
    runtime.hub = hub

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        hub.start()
        address = address_of(scope, proxies=runtime.settings.trusted_proxies) or ""
        origin = header(scope, b"origin").decode("latin-1")
        if (refusal := _refusal(runtime, hub, scope["path"], origin, address)) is not None:
            await _refuse(refusal, scope, send)
            return
        subprotocol = PROTOCOL if PROTOCOL in scope.get("subprotocols", ()) else None
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        client = hub.open(wire_of(scope), address=address, origin=allowed_origin(runtime.settings, origin) or "")
        try:
            while (message := await receive())["type"] == "websocket.receive":
                text = message.get("text")
                await hub.heard(client, message["bytes"] if text is None else text)
        finally:
            hub.closed(client)

    return app


def _refusal(runtime: Runtime, hub: Hub, path: str, origin: str, address: str) -> GatewayError | None:
    if path != PATH:
        return NotFound()
    if runtime.is_draining:
        return Unavailable("This node is stopping, come back", retry_after_s=RETRY_S)
    if allowed_origin(runtime.settings, origin) is None:
        return Forbidden("Not from this origin", code="origin")
    return hub.reception.refusal(address)


async def _refuse(error: GatewayError, scope: Scope, send: Send) -> None:
    body, headers = encode(error, request_id(scope))
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": raw})
    await send({"type": "websocket.http.response.body", "body": body})
