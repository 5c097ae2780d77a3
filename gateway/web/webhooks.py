"""`POST /webhooks/waha/{token}`: find the channel, read the raw body, check its signature, store it, answer.

A bare ASGI application, because a framework takes half of the time that a webhook may take. It never redirects (WAHA
would follow with a GET and count the event as delivered), and tells nobody why it refuses beyond the status.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gateway import logs
from gateway.channels import waha
from gateway.conversations.endpoints import Endpoint, Endpoints
from gateway.errors import BadRequest, GatewayError, NotFound, NotSignedIn, TooLarge, Unavailable
from gateway.ids import new_id
from gateway.web.asgi import App, Message, Receive, Scope, Send, refuse, respond

if TYPE_CHECKING:
    from gateway.runtime import Runtime

log = logs.get(__name__)

PREFIX = "/webhooks/waha/"
_BODY_S = 15.0
_MOST_BYTES_IN_FLIGHT = 128 * 1024 * 1024
_REQUEST_ID_LIMIT = 100
_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")


class MethodNotAllowed(GatewayError):
    status, code, title = 405, "method_not_allowed", "Only POST is answered here"


class TooSlow(GatewayError):
    status, code, title = 408, "too_slow", "The body did not come in time"


# What is answered before the body was read to its end.
_UNREAD = (NotFound, MethodNotAllowed, TooLarge, TooSlow)


def webhooks(runtime: Runtime) -> App:
    """The application that answers every path under /webhooks/."""
    return Webhooks(runtime).answer


class Webhooks:
    """Answers WAHA's webhooks."""

    def __init__(self, runtime: Runtime) -> None:
        self._receiver = runtime.receiver
        self._endpoints = Endpoints(runtime)
        self._body_limit = runtime.settings.webhook_body_limit
        self._bytes_in_flight = 0

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            accepted = await self._take(scope, receive)
        except GatewayError as error:
            await _refuse(error, scope, send)
        except Exception as error:  # the edge: a bug of ours, and WAHA shall try again
            log.error("webhook failed", token=_shown(scope), exc_info=error)
            await _refuse(Unavailable(retry_after_s=5), scope, send)
        else:
            await respond(send, 200, b'{"accepted":%d}' % accepted, [_JSON])

    async def _take(self, scope: Scope, receive: Receive) -> int:
        path = scope["path"]
        if not path.startswith(PREFIX):
            raise NotFound
        if scope["method"] != "POST":
            raise MethodNotAllowed
        token = path[len(PREFIX) :].removesuffix("/")
        endpoint = self._endpoints.recall(token) or await self._endpoints.find(token)
        if endpoint is None:
            raise NotFound
        headers = _headers(scope)
        raw = await self._read(receive, headers.get(b"content-length"))
        self._bytes_in_flight += len(raw)
        try:
            _check_signature(endpoint, raw, headers)
            request_id = headers.get(b"x-webhook-request-id")
            return await self._receiver.receive(endpoint, raw, request_id=_request_id(request_id))
        finally:
            self._bytes_in_flight -= len(raw)

    async def _read(self, receive: Receive, declared: bytes | None) -> bytes:
        if declared is not None and (not declared.isdigit() or int(declared[:20]) > self._body_limit):
            raise TooLarge(f"A webhook may have {self._body_limit} bytes")
        if self._bytes_in_flight > _MOST_BYTES_IN_FLIGHT:
            raise Unavailable("Too many webhooks are waiting", code="queue_full", retry_after_s=1)
        try:
            async with asyncio.timeout(_BODY_S):
                return await self._read_all(receive)
        except TimeoutError as error:
            raise TooSlow from error

    async def _read_all(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message: Message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("The body ended early")
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._body_limit:
                raise TooLarge(f"A webhook may have {self._body_limit} bytes")
            if not message.get("more_body"):
                return b"".join(parts)


def _check_signature(endpoint: Endpoint, raw: bytes, headers: dict[bytes, bytes]) -> None:
    algorithm = headers.get(b"x-webhook-hmac-algorithm", b"sha512")
    if algorithm.lower() != b"sha512" or not waha.verify(raw, headers.get(b"x-webhook-hmac"), endpoint.hmac_key):
        raise NotSignedIn("The signature is missing or wrong", code="bad_signature")


def _headers(scope: Scope) -> dict[bytes, bytes]:
    # The first one of a name counts: what comes after it may have been put there by somebody on the way.
    return dict(reversed(scope["headers"]))


def _request_id(given: bytes | None) -> str | None:
    text = (given or b"")[:_REQUEST_ID_LIMIT].decode("ascii", "replace")
    return text if text.isprintable() and text else None


async def _refuse(error: GatewayError, scope: Scope, send: Send) -> None:
    request_id = scope.setdefault("state", {})["request_id"] = str(new_id())
    log.warning(
        "webhook refused",
        status=error.status,
        code=error.error_code,
        token=_shown(scope),
        why=error.detail,
        request_id=request_id,
    )

    async def closing(message: Message) -> None:
        # The rest of a body that nobody reads must not be taken for the next request.
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], _CLOSE]
        await send(message)

    await refuse(error, scope, closing if isinstance(error, _UNREAD) else send)


def _shown(scope: Scope) -> str:
    """The first characters of a token: enough to tell channels apart, too few to use."""
    return str(scope["path"][len(PREFIX) :][:6]).encode("ascii", "replace").decode()
