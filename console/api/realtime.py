"""What a console needs over HTTP to be live: a ticket for its socket, a snapshot, and the log by long poll."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter

from console.api.access import AnyRequest
from console.asyncapi import document
from console.frames import Reset as ResetFrame
from console.frames import encode, sync
from console.hub import Hub
from console.origins import allowed_origin
from console.room import visible
from console.snapshot import Snapshot
from console.tickets import TICKET_S
from gateway.errors import BadRequest, Forbidden
from gateway.feed import Reset
from gateway.identity.principal import Principal
from gateway.runtime import Runtime
from gateway.stream import START, Position
from gateway.subscription import Subscription

TAGS = ["realtime"]
LONGEST_WAIT_S = 30.0
_PRIVATE = {"Cache-Control": "no-store"}


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Opens one socket, within this many seconds, from the origin that asked for it."""

    ticket: str
    expires_in: int


@post("/api/v1/realtime/ticket", operation_id="create_ticket", status_code=201, tags=TAGS, summary="A socket's ticket")
async def create_ticket(
    request: AnyRequest, runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]
) -> Response[Ticket]:
    """A ticket for the first frame of a socket; nothing secret is ever in a URL."""
    if principal.sign_in_id is None:
        raise Forbidden("A socket of the console belongs to a signed-in person", code="sign_in_needed")
    origin = allowed_origin(runtime.settings, request.headers.get("origin") or runtime.settings.public_url)
    if origin is None:
        raise Forbidden("Not from this origin", code="origin")
    hub: Hub = runtime.hub
    return Response(Ticket(ticket=hub.mint(principal.sign_in_id, origin=origin), expires_in=TICKET_S), headers=_PRIVATE)


@get("/api/v1/console/snapshot", operation_id="get_snapshot", tags=TAGS, summary="All that a console shows")
async def get_snapshot(runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]) -> Response[Snapshot]:
    """The whole state at one position of the log."""
    hub: Hub = runtime.hub
    body: object = await hub.snapshots.take(principal)
    return Response(body, media_type="application/json", headers=_PRIVATE)  # type: ignore[arg-type]


@get("/api/v1/events", operation_id="list_events", tags=TAGS, summary="The log, by long poll")
async def list_events(
    runtime: NamedDependency[Runtime],
    principal: NamedDependency[Principal],
    since: FromQuery[str | None] = None,
    wait: Annotated[float, Parameter(ge=0, le=LONGEST_WAIT_S)] = 0,
) -> Response[list[dict[str, object]]]:
    """The frames that follow `since` (`SEQ:ID`), as soon as there are any; none after `wait` seconds without.

    Without `since`: one `sync` that says where the log ends.
    """
    hub: Hub = runtime.hub
    with hub.reception.polling(principal.user_id):
        frames = await _poll(runtime, principal, since, wait)
    body: object = b"[" + b",".join(frames) + b"]"
    return Response(body, media_type="application/json", headers=_PRIVATE)  # type: ignore[arg-type]


async def _poll(runtime: Runtime, principal: Principal, since: str | None, wait: float) -> list[bytes]:
    organization_id = principal.organization_id
    async with Subscription(runtime.feed, organization_id, _position(since) if since else START) as log:
        if since is None:
            return [sync(runtime.feed.head(organization_id) or START)]
        try:
            return visible(await log.next(wait_s=wait), f"user:{principal.user_id}")
        except Reset as reset:
            return [encode(ResetFrame(why=reset.why))]


@get("/schema/asyncapi.json", include_in_schema=False, sync_to_thread=False)
def get_asyncapi() -> dict[str, Any]:
    """The sockets' protocol, for people and generators."""
    return document()


def _position(text: str) -> Position:
    number, _, id_ = text.partition(":")
    try:
        s = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else -1
        position = Position(s, UUID(id_) if id_ not in ("", "null") else None)
    except ValueError:
        position = Position(-1, None)
    if position.s < 0 or (position.s == 0) != (position.id is None):
        raise BadRequest("`since` is SEQ:ID, as the last frame had them, or 0 for the beginning")
    return position
