"""The composition root: the routes of every part, one runtime, one way to fail.

It alone may know the console's routes. What a provider calls goes past Litestar, whose cost per request is a third of
what a webhook may take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Litestar, get
from litestar.config.app import AppConfig
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response import Redirect

from console import routes
from gateway import __version__
from gateway.errors import NotFound
from gateway.runtime import Runtime
from gateway.web import health, problems
from gateway.web.edge import edge
from gateway.web.static import PREFIX, StaticFiles
from gateway.web.webhooks import webhooks

if TYPE_CHECKING:
    from gateway.web.asgi import App, Receive, Scope, Send

WEBHOOKS = "/webhooks/"


def create_app(runtime: Runtime) -> App:
    """The whole application over an open runtime."""
    static = StaticFiles()
    api: Any = _litestar(runtime, static)
    from_providers = webhooks(runtime)
    sockets = routes.sockets(runtime)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket":
            await sockets(scope, receive, send)
        elif scope["type"] == "http" and path.startswith(PREFIX):
            await static.answer(scope, send)
        else:
            await api(scope, receive, send)

    edged = edge(app, is_https=runtime.settings.public_url.startswith("https://"))

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        # A provider reads the status and nothing else, so what browsers need is not spent on it.
        if scope["type"] == "http" and scope["path"].startswith(WEBHOOKS):
            await from_providers(scope, receive, send)
        else:
            await edged(scope, receive, send)

    return front


@get("/", include_in_schema=False, sync_to_thread=False)
def home() -> Redirect:
    """The console is the front door."""
    return Redirect("/console/")


@get("/simulator/", include_in_schema=False, sync_to_thread=False)
def simulator(runtime: NamedDependency[Runtime]) -> Redirect:
    """The phone page of `up --demo`, which has a port of its own, as WAHA has."""
    if runtime.simulator_url is None:
        raise NotFound
    return Redirect(f"{runtime.simulator_url}/simulator/")


def _litestar(runtime: Runtime, static: StaticFiles) -> Litestar:
    async def the_runtime() -> Runtime:
        return runtime

    async def the_static() -> StaticFiles:
        return static

    return Litestar.from_config(
        AppConfig(
            route_handlers=[home, simulator, health.live, health.ready, *routes.handlers],
            dependencies={"runtime": Provide(the_runtime), "static": Provide(the_static)},
            exception_handlers=problems.HANDLERS,
            request_max_body_size=runtime.settings.api_body_limit,
            openapi_config=OpenAPIConfig(
                title="Switchboard", version=__version__, path="/schema", render_plugins=[JsonRenderPlugin()]
            ),
            logging_config=None,
        )
    )
