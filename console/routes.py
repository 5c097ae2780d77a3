"""Every HTTP and socket route of the console; gateway/app.py mounts them."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from console import pages
from console.api import auth
from console.api.access import provide_principal, provide_runtime

ROUTES = [
    Router(
        "/",
        route_handlers=[
            pages.root,
            pages.console,
            pages.login_page,
            pages.enter_by_link,
            auth.login,
            auth.logout,
            auth.auth_session,
        ],
        dependencies={"runtime": Provide(provide_runtime), "principal": Provide(provide_principal)},
    )
]
