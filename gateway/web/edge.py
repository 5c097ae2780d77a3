"""The outermost layer: request ids, security headers, and what is refused before anything reads it."""

from __future__ import annotations

import re

import structlog

from gateway.errors import GatewayError, Unsupported
from gateway.ids import new_id
from gateway.web.asgi import App, Message, Receive, Scope, Send, header, refuse

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,64}\Z")
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
_SECURITY = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # What is not a page has nothing to load and no frame to stand in; a page brings its own policy.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")


def edge(app: App, *, is_https: bool) -> App:
    """Wrap the application; sockets pass unchanged but for their request id."""
    always = (*_SECURITY, _HTTPS_ONLY) if is_https else _SECURITY

    async def at_the_edge(scope: Scope, receive: Receive, send: Send) -> None:
        name = scope.setdefault("state", {})["request_id"] = _request_id(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=name)
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = _with_headers(send, ((b"x-request-id", name.encode()), *always))
        if (refusal := _refusal(scope)) is not None:
            await refuse(refusal, scope, answer)
        else:
            await app(scope, receive, answer)

    return at_the_edge


def _with_headers(send: Send, extra: tuple[tuple[bytes, bytes], ...]) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", ())}
            message["headers"] = [*message.get("headers", ()), *(pair for pair in extra if pair[0] not in present)]
        await send(message)

    return with_headers


def _request_id(scope: Scope) -> str:
    asked = header(scope, b"x-request-id")
    return asked.decode("ascii") if _REQUEST_ID.match(asked) else str(new_id())


def _refusal(scope: Scope) -> GatewayError | None:
    # A form of another site may send text/plain or a form body, never JSON, without the browser asking us first.
    if scope["method"] not in _BODY_METHODS or not scope["path"].startswith("/api/"):
        return None
    has_body = header(scope, b"content-length") not in (b"", b"0") or header(scope, b"transfer-encoding")
    kind = header(scope, b"content-type").partition(b";")[0].strip().lower()
    if has_body and kind != b"application/json":
        return Unsupported("Send JSON, with the content type application/json")
    return None
