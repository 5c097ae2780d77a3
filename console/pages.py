"""The console's pages: static shells, served under a content policy that lets nothing but our own files run."""

from __future__ import annotations

from urllib.parse import urlsplit

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from console.api.access import AnyRequest, caller_of, session_cookie, session_token
from gateway.errors import NotFound, NotSignedIn
from gateway.identity.links import LINK_PATH, enter
from gateway.identity.principal import authenticate
from gateway.runtime import Runtime
from gateway.settings import Settings
from gateway.web.static import StaticFiles


@get("/console/", include_in_schema=False)
async def console(
    request: AnyRequest, runtime: NamedDependency[Runtime], static: NamedDependency[StaticFiles]
) -> Response[bytes] | Redirect:
    """The console's shell, or the way to the login page for who is not signed in."""
    if not await _is_signed_in(request, runtime):
        return Redirect("/console/login", status_code=303, headers=_PRIVATE)
    return _page(static.page("console/index.html"), runtime.settings)


@get("/console/login", include_in_schema=False)
async def login_page(
    request: AnyRequest, runtime: NamedDependency[Runtime], static: NamedDependency[StaticFiles]
) -> Response[bytes] | Redirect:
    """The page to sign in on; who is signed in already goes on to the console."""
    if await _is_signed_in(request, runtime):
        return Redirect("/console/", status_code=303, headers=_PRIVATE)
    return _page(static.page("console/login.html"), runtime.settings)


@get(f"{LINK_PATH}{{token:str}}", include_in_schema=False)
async def enter_by_link(
    token: FromPath[str], request: AnyRequest, runtime: NamedDependency[Runtime]
) -> Response[bytes] | Redirect:
    """Use up a one-time link and go to the console; a spent link leads to the login page."""
    try:
        signed_in = await enter(runtime, token, caller=caller_of(request, runtime.settings))
    except NotFound:
        return Redirect("/console/login", status_code=303, headers=_PRIVATE)
    cookie = session_cookie(runtime.settings, signed_in.token)
    return Redirect("/console/", status_code=303, cookies=[cookie], headers=_PRIVATE)


def content_security_policy(settings: Settings) -> str:
    """What a console page may load, run and be part of."""
    address = urlsplit(settings.public_url)
    sockets = f"{'wss' if address.scheme == 'https' else 'ws'}://{address.netloc}"
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "font-src 'self'",
            "media-src 'self' blob:",
            f"connect-src 'self' {sockets}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def page_headers(settings: Settings) -> dict[str, str]:
    """The headers of every console page."""
    return {
        "Content-Security-Policy": content_security_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
        "Cache-Control": "no-cache",
    }


_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def _is_signed_in(request: AnyRequest, runtime: Runtime) -> bool:
    try:
        await authenticate(runtime, cookie=session_token(request, runtime.settings), bearer=None)
    except NotSignedIn:
        return False
    return True


def _page(body: bytes, settings: Settings) -> Response[bytes]:
    return Response(body, media_type="text/html; charset=utf-8", headers=page_headers(settings))
