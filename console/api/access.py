"""Who may call: the principal of a request, and the CSRF check that no write with a cookie gets around."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from gateway.errors import Forbidden
from gateway.identity.api_keys import READ, WRITE
from gateway.identity.principal import OUTSIDERS, Principal, authenticate
from gateway.identity.sign_in import LIFETIME_S, Caller
from gateway.identity.tokens import csrf_is_right
from gateway.runtime import Runtime
from gateway.settings import Settings
from gateway.transaction import tenant_tx
from gateway.web.asgi import address_of
from orm.identity import queries

CSRF_HEADER = "x-csrf-token"
PERMISSION = "permission"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

AnyRequest = Request[Any, Any, Any]


async def provide_principal(request: AnyRequest, runtime: NamedDependency[Runtime]) -> Principal:
    """The dependency `principal`: 401 without one, 403 where CSRF token, key or role does not allow it."""
    cookie = session_token(request, runtime.settings)
    address = caller_of(request, runtime.settings).ip_address
    principal = await authenticate(runtime, cookie=cookie, bearer=_bearer(request), ip_address=address)
    is_write = request.method not in _SAFE_METHODS
    if principal.api_key_id is not None:
        if (WRITE if is_write else READ) not in principal.scopes:
            raise Forbidden("This API key may not do this", code="scope_missing")
    elif is_write and not csrf_is_right(cookie or "", request.headers.get(CSRF_HEADER)):
        raise Forbidden("The X-CSRF-Token header is missing or wrong", code="csrf")
    await _check_permission(runtime, principal, request.route_handler.opt.get(PERMISSION))
    return principal


async def provide_insider(request: AnyRequest, runtime: NamedDependency[Runtime]) -> Principal:
    """The same for everything that shows conversations: 403 for accounts that are no staff."""
    principal = await provide_principal(request, runtime)
    if principal.role in OUTSIDERS:
        raise Forbidden("The console is for agents")
    return principal


def session_token(request: AnyRequest, settings: Settings) -> str | None:
    """The session's token, from the one cookie that we would have set."""
    return request.cookies.get(cookie_name(settings))


def session_cookie(settings: Settings, token: str) -> Cookie:
    """The cookie of a sign-in; without a token, the one that takes it away."""
    return Cookie(
        key=cookie_name(settings),
        value=token,
        path="/",
        max_age=int(LIFETIME_S) if token else 0,
        httponly=True,
        secure=_is_https(settings),
        samesite="lax",
    )


def cookie_name(settings: Settings) -> str:
    """Over https the name with the prefix that browsers let only us set, so that no neighbour can plant a session."""
    return "__Host-sb" if _is_https(settings) else "sb"


def caller_of(request: AnyRequest, settings: Settings) -> Caller:
    """Where the request comes from."""
    address = address_of(request.scope, proxies=settings.trusted_proxies)  # type: ignore[arg-type]  # a TypedDict
    return Caller(ip_address=address, user_agent=request.headers.get("user-agent"))


def refuse_other_sites(request: AnyRequest) -> None:
    """Refuse a sign-in that another site's page sends: it would sign the visitor in as somebody else."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("Another site may not sign you in", code="cross_site")


async def _check_permission(runtime: Runtime, principal: Principal, needed: str | None) -> None:
    """A key may do no more than the person it acts for, so both are asked alike."""
    if needed is None:
        return
    async with tenant_tx(runtime, principal.organization_id) as tx:
        held = await queries.permissions(tx.connection, principal.organization_id, principal.user_id)
    if needed not in held:
        raise Forbidden(f"Your role does not include {needed}", code="permission_missing")


def _bearer(request: AnyRequest) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _is_https(settings: Settings) -> bool:
    return settings.public_url.lower().startswith("https:")
