"""One-time login links: for the first start, before anybody has typed a password."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from gateway.errors import NotFound
from gateway.identity.sign_in import Caller, SignedIn, begin
from gateway.identity.tokens import new_token, token_hash

if TYPE_CHECKING:
    from gateway.runtime import Runtime

LINK_PATH = "/console/enter/"
_LIFETIME_S = 24 * 3_600
_LONGEST_TOKEN = 128


async def create_login_link(
    runtime: Runtime, organization_id: UUID, user_id: UUID, *, lifetime_s: int = _LIFETIME_S
) -> str:
    """A link that signs this user in, once, until it expires; only its hash is kept."""
    token = new_token()
    await runtime.redis.set(_key(runtime, token), f"{organization_id}:{user_id}", ex=lifetime_s)
    return f"{runtime.settings.public_url.rstrip('/')}{LINK_PATH}{token}"


async def enter(runtime: Runtime, token: str, *, caller: Caller) -> SignedIn:
    """Use up a link and begin the sign-in of its user."""
    # GETDEL is one step: two browsers with one link cannot both come in.
    found = await runtime.redis.getdel(_key(runtime, token)) if len(token) <= _LONGEST_TOKEN else None
    if found is None:
        raise NotFound("This link was used before, or has expired", code="link_spent")
    text = found.decode() if isinstance(found, bytes) else str(found)
    organization_id, _, user_id = text.partition(":")
    return await begin(runtime, UUID(organization_id), UUID(user_id), caller=caller)


def _key(runtime: Runtime, token: str) -> str:
    return f"{runtime.settings.redis_prefix}link:{token_hash(token)}"
