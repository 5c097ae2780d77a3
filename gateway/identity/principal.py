"""Who is asking: the one way from a cookie or an API key to a principal."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from gateway import clock
from gateway.errors import NotSignedIn
from gateway.identity.gate import before_tenant
from gateway.identity.tokens import token_hash
from gateway.transaction import tenant_tx
from orm.identity import queries

if TYPE_CHECKING:
    from gateway.runtime import Runtime

_TOUCH_EVERY = timedelta(minutes=1)
_LONGEST_TOKEN = 512
# Roles of people who have an account but are no staff: they see nothing of the console.
OUTSIDERS = frozenset({"customer"})


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in user, or a program with a user's API key; `sign_in_id` and `api_key_id` say which."""

    user_id: UUID
    organization_id: UUID
    agent_id: UUID | None
    sign_in_id: UUID | None
    api_key_id: UUID | None
    name: str
    role: str
    scopes: tuple[str, ...] = ()


async def authenticate(
    runtime: Runtime, *, cookie: str | None, bearer: str | None, ip_address: str | None = None
) -> Principal:
    """The principal of a cookie or of an API key; a request that brings a key is judged by the key alone."""
    if bearer is not None:
        return await _of_api_key(runtime, bearer, ip_address)
    if cookie:
        return await _of_cookie(runtime, cookie)
    raise NotSignedIn


async def _of_cookie(runtime: Runtime, cookie: str) -> Principal:
    async with before_tenant(runtime) as connection:
        found = await queries.sign_in_by_token(connection, token_hash(cookie[:_LONGEST_TOKEN]))
    idle_since = clock.now() - timedelta(seconds=runtime.settings.session_idle_s)
    if found is None or found.organization_id is None or found.last_activity_at < idle_since:
        raise NotSignedIn
    if found.last_activity_at < clock.now() - _TOUCH_EVERY:
        async with tenant_tx(runtime, found.organization_id) as tx:
            await queries.touch_sign_in(tx.connection, found.organization_id, found.sign_in_id)
    return Principal(
        user_id=found.user_id,
        organization_id=found.organization_id,
        agent_id=found.agent_id,
        sign_in_id=found.sign_in_id,
        api_key_id=None,
        name=found.name,
        role=found.role,
    )


async def _of_api_key(runtime: Runtime, key: str, ip_address: str | None) -> Principal:
    async with before_tenant(runtime) as connection:
        found = await queries.api_key_by_hash(connection, token_hash(key[:_LONGEST_TOKEN]))
    # A key acts for the user who made it, and ends with them.
    if found is None or found.user_id is None or not _is_allowed(found.allowed_ips, ip_address):
        raise NotSignedIn
    if found.last_used_at is None or found.last_used_at < clock.now() - _TOUCH_EVERY:
        async with tenant_tx(runtime, found.organization_id) as tx:
            await queries.touch_api_key(tx.connection, found.organization_id, found.api_key_id)
    return Principal(
        user_id=found.user_id,
        organization_id=found.organization_id,
        agent_id=found.agent_id,
        sign_in_id=None,
        api_key_id=found.api_key_id,
        name=found.name,
        role="api_key",
        scopes=tuple(found.scopes),
    )


def _is_allowed(networks: list[str], ip_address: str | None) -> bool:
    if not networks:
        return True
    try:
        return any(ipaddress.ip_address(ip_address or "") in ipaddress.ip_network(each, False) for each in networks)
    except ValueError:
        return False
