"""Signing in and out: the one place that judges a password, and that begins or ends a sign-in."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from gateway import events, logs
from gateway.errors import NotSignedIn
from gateway.identity import passwords
from gateway.identity.gate import before_tenant
from gateway.identity.tokens import csrf_token, new_token, token_hash
from gateway.ids import new_id
from gateway.transaction import tenant_tx
from orm.identity import queries
from orm.identity.queries import UserToSignIn

if TYPE_CHECKING:
    from gateway.identity.principal import Principal
    from gateway.runtime import Runtime
    from gateway.transaction import TenantTx

MOST_FAILURES = 10
LOCK_S = 15 * 60.0
LIFETIME_S = 30 * 86_400.0
_USER_AGENT_KEPT = 500

_log = logs.get(__name__)


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that began: the token is for the cookie, and is not stored."""

    token: str
    csrf_token: str
    sign_in_id: UUID
    user_id: UUID
    organization_id: UUID


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Where a sign-in comes from, as far as the edge knows."""

    ip_address: str | None = None
    user_agent: str | None = None


async def sign_in(runtime: Runtime, *, email: str, password: str, caller: Caller) -> SignedIn:
    """Begin a sign-in; every failure has the same answer and takes as long, whatever its reason."""
    async with before_tenant(runtime) as connection:
        found = await queries.user_by_email(connection, _clean(email))
    organization_id = found.organization_id if found and _is_active(found) else None
    # Side by side, so that the answer takes as long as one hash, whether there is anything to count or not.
    is_right, may_try = await asyncio.gather(
        passwords.is_right(password, found.password_hash if found else None),
        _count(runtime, organization_id, found),
    )
    if not (found and organization_id and is_right and may_try):
        _log.info(
            "sign_in.refused", user_id=str(found.user_id) if found else None, is_locked=bool(found and not may_try)
        )
        raise NotSignedIn("E-mail or password is wrong", code="wrong_credentials")
    outdated = passwords.is_outdated(found.password_hash)
    new_hash = await passwords.hash_again(password) if outdated else None
    return await begin(runtime, organization_id, found.user_id, caller=caller, new_password_hash=new_hash)


async def begin(
    runtime: Runtime, organization_id: UUID, user_id: UUID, *, caller: Caller, new_password_hash: str | None = None
) -> SignedIn:
    """Begin a sign-in of a user who has proved who they are; the oldest beyond the user's limit end."""
    token, sign_in_id = new_token(), new_id()
    ip_address = _address(caller.ip_address)
    async with tenant_tx(runtime, organization_id) as tx:
        most = await queries.note_sign_in(
            tx.connection, organization_id, user_id, ip_address=ip_address, new_password_hash=new_password_hash
        )
        if most is None:
            raise NotSignedIn
        await queries.insert_sign_in(
            tx.connection,
            organization_id,
            user_id,
            id_=sign_in_id,
            token_hash=token_hash(token),
            ip_address=ip_address,
            user_agent=_clean(caller.user_agent or "")[:_USER_AGENT_KEPT] or None,
            lifetime_s=LIFETIME_S,
        )
        for ended in await queries.revoke_oldest(tx.connection, organization_id, user_id, keep=most):
            _announce_end(tx, user_id, ended)
    _log.info("sign_in.begun", user_id=str(user_id), sign_in_id=str(sign_in_id))
    return SignedIn(
        token=token,
        csrf_token=csrf_token(token),
        sign_in_id=sign_in_id,
        user_id=user_id,
        organization_id=organization_id,
    )


async def sign_out(runtime: Runtime, principal: Principal) -> None:
    """End the principal's sign-in; its sockets close as soon as they hear of it."""
    if principal.sign_in_id is None:
        return
    async with tenant_tx(runtime, principal.organization_id) as tx:
        if await queries.revoke(tx.connection, principal.organization_id, principal.sign_in_id, reason="logout"):
            _announce_end(tx, principal.user_id, principal.sign_in_id)


async def _count(runtime: Runtime, organization_id: UUID | None, found: UserToSignIn | None) -> bool:
    """Count the attempt; False if the account is locked, or nobody's."""
    if found is None or organization_id is None:
        return False
    async with tenant_tx(runtime, organization_id) as tx:
        return await queries.count_attempt(
            tx.connection, organization_id, found.user_id, most=MOST_FAILURES, lock_s=LOCK_S
        )


def _is_active(found: UserToSignIn) -> bool:
    return found.status == "active" and found.organization_status == "active"


def _announce_end(tx: TenantTx, user_id: UUID, sign_in_id: UUID) -> None:
    tx.announce(events.AccessChanged(user_id=user_id, session_ended=sign_in_id), audience=f"user:{user_id}")


def _clean(text: str) -> str:
    """Without what PostgreSQL cannot store; such an address is nobody's."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _address(text: str | None) -> str | None:
    try:
        return str(ipaddress.ip_address(text)) if text else None
    except ValueError:
        return None
