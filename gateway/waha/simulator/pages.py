"""The phone page's files, under a policy that runs nothing but them."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

_STATIC = Path(__file__).resolve().parents[3] / "static"
_SHARED = ("css", "fonts", "icons", "vendor")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes() -> list[web.RouteDef]:
    """The page, its files, and the parts that it shares with the console."""
    return [
        web.get("/", _to_page),
        web.get("/simulator", _to_page),
        web.get("/simulator/", _page),
        web.get("/simulator/{name:(?:js|css)/[a-z-]+\\.(?:js|css)}", _own),
        web.get("/static/{name:.+}", _shared),
    ]


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other sites' pages from acting here: whoever changes something sends JSON, from this origin."""
    origin = request.headers.get("Origin")
    is_ours = request.path.startswith("/simulator/")
    if is_ours and request.method in ("POST", "PUT", "DELETE"):
        is_foreign = origin is not None and urlsplit(origin).netloc != request.host
        if is_foreign or request.content_type != "application/json":
            return web.json_response({"error": "Send JSON, from the phone page"}, status=403)
    return await handler(request)


async def _to_page(_: web.Request) -> web.Response:
    raise web.HTTPFound("/simulator/")


async def _page(_: web.Request) -> web.Response:
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
    return _file(_STATIC / "simulator" / "index.html", headers)


async def _own(request: web.Request) -> web.Response:
    return _file(_STATIC / "simulator" / request.match_info["name"], {})


async def _shared(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    path = (_STATIC / name).resolve()
    if name.partition("/")[0] not in _SHARED or not path.is_relative_to(_STATIC):
        raise web.HTTPNotFound
    return _file(path, {})


def _file(path: Path, headers: dict[str, str]) -> web.Response:
    if not path.is_file():
        raise web.HTTPNotFound
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    always = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=path.read_bytes(), content_type=kind, charset=charset, headers={**always, **headers})
