"""What an answer other than success looks like, for the OpenAPI description."""

from __future__ import annotations

from litestar.openapi.datastructures import ResponseSpec

from gateway.web.problems import Problem

_MEANINGS = {
    400: "The request cannot be read",
    401: "Nobody is signed in",
    403: "Signed in, but not allowed; or the CSRF token is missing",
    404: "Not there, or not yours",
    409: "In conflict with what is there, which `conflict` shows",
    422: "Readable, but a value is wrong; `errors` says which",
    429: "Too many; `Retry-After` says when to come back",
    503: "A part of the gateway is away; `Retry-After` says when to come back",
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """The failures of an operation; every operation can be unreadable, not signed in, not allowed, or too early."""
    return {status: _spec(_MEANINGS[status]) for status in sorted({400, 401, 403, 503, *statuses})}


def also(data: type, description: str) -> ResponseSpec:
    """Another success than the usual one."""
    return ResponseSpec(data_container=data, description=description, generate_examples=False)


def _spec(description: str) -> ResponseSpec:
    return ResponseSpec(
        data_container=Problem,
        description=description,
        media_type="application/problem+json",
        generate_examples=False,
    )
