"""Every failure the gateway can name, and what each one means to the caller.

GatewayError
├── BadRequest            400  the request cannot be read
├── NotSignedIn           401  no valid session, key or signature
├── Forbidden             403  signed in, but not allowed
├── NotFound              404  not there, or not yours
├── Conflict              409  the thing has changed, or the same id was used for something else
├── TooLarge              413  the body is over its limit
├── Unsupported           415  the content type is not one we read
├── Invalid               422  readable, but a value is wrong
├── TooMany               429  over a limit; says when to come back
└── Unavailable           503  something we need is away; says when to come back

An expected failure has a 4xx status and is logged at info; a 5xx wakes someone.
"""

from __future__ import annotations

from typing import Any, ClassVar


class GatewayError(Exception):
    """A failure with a status for HTTP, a stable code for programs and a sentence for people."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        errors: dict[str, str] | None = None,
        conflict: Any = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.error_code = code or self.code
        self.errors = errors or {}
        self.conflict = conflict
        self.retry_after_s = retry_after_s


class BadRequest(GatewayError):
    status, code, title = 400, "bad_request", "The request could not be read"


class NotSignedIn(GatewayError):
    status, code, title = 401, "not_signed_in", "Sign in first"


class Forbidden(GatewayError):
    status, code, title = 403, "forbidden", "You may not do this"


class NotFound(GatewayError):
    status, code, title = 404, "not_found", "There is nothing here"


class Conflict(GatewayError):
    status, code, title = 409, "conflict", "This was changed or used before"


class TooLarge(GatewayError):
    status, code, title = 413, "too_large", "The body is too large"


class Unsupported(GatewayError):
    status, code, title = 415, "unsupported_media_type", "This content type is not read here"


class Invalid(GatewayError):
    status, code, title = 422, "invalid", "A value is not valid"


class TooMany(GatewayError):
    status, code, title = 429, "too_many", "Too many requests"


class Unavailable(GatewayError):
    status, code, title = 503, "unavailable", "A part of the gateway is away, try again soon"
