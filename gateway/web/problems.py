"""Every failure of a request as RFC 9457 `application/problem+json`."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from gateway import logs
from gateway.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    GatewayError,
    Invalid,
    NotFound,
    NotSignedIn,
    TooLarge,
    TooMany,
    Unavailable,
    Unsupported,
)

MEDIA_TYPE = "application/problem+json"
_BY_STATUS: dict[int, type[GatewayError]] = {
    kind.status: kind
    for kind in (BadRequest, NotSignedIn, Forbidden, NotFound, Conflict, TooLarge, Unsupported, Invalid, TooMany)
}

log = logs.get(__name__)
_LIKE_A_TOKEN = 24
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of an error answer."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: dict[str, str] = {}
    conflict: Any = None


def problem_of(error: GatewayError, request_id: str) -> Problem:
    """The problem that tells `error` to a caller."""
    return Problem(
        type=f"urn:switchboard:problem:{error.error_code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        code=error.error_code,
        request_id=request_id,
        errors=error.errors,
        conflict=error.conflict,
    )


def encode(error: GatewayError, request_id: str) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of an error answer, for answers that Litestar does not make."""
    headers = {"content-type": MEDIA_TYPE, "cache-control": "no-store"}
    if error.retry_after_s is not None:
        headers["retry-after"] = str(max(1, round(error.retry_after_s)))
    return msgspec.json.encode(problem_of(error, request_id)), headers


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer to a request that failed."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    named = error if isinstance(error, GatewayError) else _named(error)
    if named.status >= 500 and not isinstance(named, Unavailable):
        log.error("request failed", path=_shown(request.url.path), exc_info=error)
    else:
        log.info("request refused", path=_shown(request.url.path), status=named.status, code=named.error_code)
    body, headers = encode(named, request_id)
    return Response(body, status_code=named.status, headers=headers, media_type=MEDIA_TYPE)


HANDLERS: ExceptionHandlersMap = {GatewayError: answer, HTTPException: answer, Exception: answer}


def _shown(path: str) -> str:
    return "/".join(_shortened(part) for part in path.split("/"))


def _shortened(part: str) -> str:
    # What may be a token is cut short: a webhook's path and a login link open doors.
    return f"{part[:6]}…" if len(part) >= _LIKE_A_TOKEN and not _UUID.fullmatch(part) else part


def _named(error: Exception) -> GatewayError:
    """The failure of ours that a failure of the framework amounts to; anything else is a bug of ours."""
    if isinstance(error, RecursionError):
        # msgspec's word for a body that is nested a hundred thousand deep.
        return BadRequest("The body is nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        return BadRequest("The body is not UTF-8")
    if isinstance(error, ValidationException):
        return Invalid(errors=_fields(error.extra))
    if isinstance(error, HTTPException):
        kind = _BY_STATUS.get(error.status_code)
        if kind is not None:
            return kind(_sentence(kind, error))
        if error.status_code < 500:
            return _Other(error.status_code, error.detail)
    return GatewayError()


class _Other(GatewayError):
    """A client error without a class of its own, such as 405."""

    title = "The request is not possible like this"

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail, code="bad_request" if status != 405 else "method_not_allowed")
        self.status = status  # type: ignore[misc]


def _sentence(kind: type[GatewayError], error: HTTPException) -> str:
    # Litestar's own words for these name paths and internals, and say no more than the title.
    return error.detail if kind in (BadRequest, Unsupported) else ""


def _fields(extra: Any) -> dict[str, str]:
    if not isinstance(extra, list):
        return {}
    return {str(item.get("key") or "body"): str(item.get("message", "")) for item in extra if isinstance(item, dict)}
