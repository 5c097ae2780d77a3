"""Every HTTP and socket route of the console; gateway/app.py mounts them."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from console import pages
from console.api import auth, chat_sessions, messages, realtime
from console.api.access import provide_insider, provide_principal
from console.socket import console_socket

sockets = console_socket

handlers = [
    Router(
        "/",
        route_handlers=[
            pages.console,
            pages.login_page,
            pages.enter_by_link,
            auth.login,
            auth.logout,
            auth.auth_session,
            realtime.get_asyncapi,
        ],
        dependencies={"principal": Provide(provide_principal)},
    ),
    Router(
        "/",
        route_handlers=[
            chat_sessions.list_chat_sessions,
            chat_sessions.get_chat_session,
            chat_sessions.read_chat_session,
            chat_sessions.unread_chat_session,
            chat_sessions.assign_chat_session,
            chat_sessions.resolve_chat_session,
            chat_sessions.reopen_chat_session,
            messages.list_session_messages,
            messages.send_message,
            realtime.create_ticket,
            realtime.get_snapshot,
            realtime.list_events,
        ],
        dependencies={"principal": Provide(provide_insider)},
    ),
]
