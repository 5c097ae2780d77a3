"""The simulator as one server on its own port, and the handle that tests and `up --demo` hold."""

from __future__ import annotations

import random
import secrets
from typing import Any

import aiohttp
from aiohttp import web

from gateway.waha.simulator import control, pages, reading, rest, sending, sessions
from gateway.waha.simulator.accounts import Account, Engine
from gateway.waha.simulator.faults import Faults
from gateway.waha.simulator.hooks import Delivery, Hooks
from gateway.waha.simulator.live import Live
from gateway.waha.simulator.messages import Message
from gateway.waha.simulator.pace import Pace
from gateway.waha.simulator.people import Person
from gateway.waha.simulator.whatsapp import Draft, WhatsApp

_BODY_LIMIT = 50 * 1024 * 1024
# What the gateway needs: `message.any` holds every incoming message, so `message` would only double it.
EVENTS = (
    "message.any",
    "message.reaction",
    "message.edited",
    "message.revoked",
    "message.ack",
    "message.ack.group",
    "session.status",
    "presence.update",
    "poll.vote",
)


class Simulator:
    """A running simulator."""

    def __init__(self, whatsapp: WhatsApp, http: aiohttp.ClientSession, runner: web.AppRunner, api_key: str) -> None:
        self.whatsapp = whatsapp
        self.api_key = api_key
        self._http = http
        self._runner = runner

    @property
    def url(self) -> str:
        """The address of WAHA's REST API; the phone page is at `/simulator/` below it."""
        return self.whatsapp.base_url

    @property
    def faults(self) -> Faults:
        """The switches for bad behaviour."""
        return self.whatsapp.faults

    @property
    def ledger(self) -> list[Delivery]:
        """Every webhook so far, and what became of it."""
        return list(self.whatsapp.hooks.ledger)

    @property
    def people(self) -> list[Person]:
        """The invented customers."""
        return list(self.whatsapp.people.values())

    def account(self, name: str = "") -> Account:
        """A session by its name; without one, the first."""
        return self.whatsapp.accounts[name] if name else next(iter(self.whatsapp.accounts.values()))

    async def connect(
        self,
        session: str,
        *,
        webhook_url: str,
        hmac_key: str = "",
        events: tuple[str, ...] = EVENTS,
        retries: dict[str, Any] | None = None,
        config: dict[str, Any] | None = None,
    ) -> Account:
        """Make a paired session whose webhooks go to one address, and start it."""
        hook: dict[str, Any] = {"url": webhook_url, "events": list(events)}
        hook |= {"hmac": {"key": hmac_key}} if hmac_key else {}
        # WAHA's own default gives up after 30 s.
        hook |= {"retries": retries or {"policy": "exponential", "delaySeconds": 2, "attempts": 12}}
        whole = {"noweb": {"store": {"enabled": True}}, **(config or {}), "webhooks": [hook]}
        account = self.whatsapp.open(session, whole)
        account.is_paired = True
        await self.whatsapp.start(account)
        return account

    def write(
        self, person: Person, text: str = "", *, session: str = "", key: str = "", at_ms: int = 0, **content: Any
    ) -> Message:
        """Write as a customer; `content` is any other field of Draft."""
        draft = Draft(text=text, **content)
        return self.whatsapp.write(self.account(session), person, draft, key=key, at_ms=at_ms)

    def read(self, person: Person, *, session: str = "") -> None:
        """Open the chat as the customer, who then has read all of it."""
        self.whatsapp.read(self.account(session), person)

    def messages(self, person: Person, *, session: str = "") -> list[Message]:
        """The chat as it stands on the customer's phone."""
        return list(self.account(session).history.chat(person.chat_id, person).messages)

    def acknowledged(self, *, event: str = "") -> set[str]:
        """The keys of the messages for which some webhook got a 2xx."""
        return self.whatsapp.hooks.acknowledged(event)

    def sends(self, *, session: str = "") -> dict[str, int]:
        """How often each message was asked to be sent, by its key."""
        return self.account(session).history.sends()

    async def settled(self, timeout_s: float = 30) -> None:
        """Wait until no ack is to come and no webhook is on its way."""
        await self.whatsapp.settled(timeout_s)

    async def stop(self) -> None:
        """Close the server and forget everything."""
        self.whatsapp.live.end()
        await self.whatsapp.close()
        await self.whatsapp.hooks.close()
        await self._runner.cleanup()
        await self._http.close()


async def start_simulator(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    api_key: str = "",
    engine: Engine = "GOWS",
    version: str = "2026.9.2",
    pace: Pace | None = None,
    seed: int | None = None,
    queue_limit: int = 10_000,
    console_url: str = "",
) -> Simulator:
    """Start a simulator of WAHA; port 0 takes a free one, and without a key it makes its own."""
    http = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=None), connector=aiohttp.TCPConnector(limit=64), trust_env=False
    )
    whatsapp = _whatsapp(http, engine, version, pace or Pace(), seed, queue_limit)
    key = api_key or secrets.token_urlsafe(24)
    runner = web.AppRunner(_app(whatsapp, key, version, console_url), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        await http.close()
        raise
    whatsapp.base_url = f"http://{_in_url(host)}:{runner.addresses[0][1]}"
    return Simulator(whatsapp, http, runner, key)


def _whatsapp(
    http: aiohttp.ClientSession, engine: Engine, version: str, pace: Pace, seed: int | None, queue_limit: int
) -> WhatsApp:
    # Only for invented names, jitter and chance.
    dice = random.Random(seed)  # noqa: S311
    live, faults = Live(), Faults(dice)
    hooks = Hooks(
        http,
        faults,
        dice=dice,
        version=version,
        time_scale=pace.time_scale,
        queue_limit=queue_limit,
        on_change=lambda _: whatsapp.traffic(),
    )
    whatsapp = WhatsApp(engine=engine, pace=pace, faults=faults, hooks=hooks, live=live, dice=dice)
    return whatsapp


def _app(whatsapp: WhatsApp, api_key: str, version: str, console_url: str) -> web.Application:
    app = web.Application(middlewares=[rest.errors, rest.authenticated, pages.guarded], client_max_size=_BODY_LIMIT)
    app[rest.WHATSAPP] = whatsapp
    app[rest.API_KEY] = api_key
    app[rest.VERSION] = version
    app[rest.CONSOLE_URL] = console_url
    for part in (sessions, sending, reading, control, pages):
        app.add_routes(part.routes())
    return app


def _in_url(host: str) -> str:
    if host in ("", "0.0.0.0", "::"):  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
