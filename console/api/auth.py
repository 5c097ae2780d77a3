"""Sign in, sign out, and who is signed in."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from console.api.access import AnyRequest, caller_of, refuse_other_sites, session_cookie, session_token
from console.api.answers import problems
from gateway.errors import NotSignedIn
from gateway.identity.principal import Principal
from gateway.identity.sign_in import sign_in, sign_out
from gateway.identity.tokens import csrf_token
from gateway.runtime import Runtime
from gateway.transaction import tenant_tx
from orm.identity import queries

TAGS = ["auth"]


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person types to sign in."""

    email: str
    password: str
    code: str | None = None


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The signed-in person."""

    id: UUID
    email: str
    name: str
    role: str
    agent_id: UUID | None


class Organization(msgspec.Struct, frozen=True, kw_only=True):
    """The organization that the person works for."""

    id: UUID
    name: str


class AuthSession(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in; writes with the session's cookie carry `csrf_token` in the header X-CSRF-Token."""

    user: User
    organization: Organization
    permissions: list[str]
    csrf_token: str | None


@post(
    "/api/v1/auth/login",
    operation_id="login",
    status_code=200,
    tags=TAGS,
    summary="Sign in",
    responses=problems(422, 429),
)
async def login(
    data: JSONBody[Credentials], request: AnyRequest, runtime: NamedDependency[Runtime]
) -> Response[AuthSession]:
    """Sign in with e-mail and password; sets the session's cookie."""
    refuse_other_sites(request)
    signed_in = await sign_in(
        runtime, email=data.email, password=data.password, caller=caller_of(request, runtime.settings)
    )
    session = await _auth_session(runtime, signed_in.organization_id, signed_in.user_id, signed_in.csrf_token)
    return Response(session, cookies=[session_cookie(runtime.settings, signed_in.token)])


@post(
    "/api/v1/auth/logout",
    operation_id="logout",
    status_code=204,
    tags=TAGS,
    summary="Sign out",
    responses=problems(),
)
async def logout(runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]) -> Response[None]:
    """End this sign-in, everywhere it is used, and take the cookie away."""
    await sign_out(runtime, principal)
    return Response(None, status_code=204, cookies=[session_cookie(runtime.settings, "")])


@get(
    "/api/v1/auth/session",
    operation_id="get_auth_session",
    tags=TAGS,
    summary="Who is signed in",
    responses=problems(),
)
async def auth_session(
    request: AnyRequest, runtime: NamedDependency[Runtime], principal: NamedDependency[Principal]
) -> AuthSession:
    """The signed-in person, and the CSRF token of their session."""
    token = session_token(request, runtime.settings) if principal.sign_in_id else None
    return await _auth_session(
        runtime, principal.organization_id, principal.user_id, csrf_token(token) if token else None
    )


async def _auth_session(runtime: Runtime, organization_id: UUID, user_id: UUID, csrf: str | None) -> AuthSession:
    async with tenant_tx(runtime, organization_id) as tx:
        profile = await queries.profile(tx.connection, organization_id, user_id)
        permissions = await queries.permissions(tx.connection, organization_id, user_id)
    if profile is None:
        raise NotSignedIn
    return AuthSession(
        user=User(
            id=profile.user_id, email=profile.email, name=profile.name, role=profile.role, agent_id=profile.agent_id
        ),
        organization=Organization(id=profile.organization_id, name=profile.organization_name),
        permissions=permissions,
        csrf_token=csrf,
    )
