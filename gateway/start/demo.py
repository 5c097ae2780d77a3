"""`up --demo`: a simulated WhatsApp, wired to a channel of the first organization, with people who write."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from gateway.secrets import Keyring
from gateway.settings import own_url
from gateway.start import checks, first_run
from gateway.start.first_run import FirstRun, Waha
from gateway.transaction import tenant_tx
from gateway.waha.connect import NewSession, connect_session
from gateway.waha.simulator import Simulator, start_simulator
from orm.tenancy import queries

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from gateway.settings import Settings

_SESSION = "demo"
_GREETINGS = (
    "Halo, apakah gamis warna sage masih ada ukuran L?",
    "Selamat siang, pesanan saya #1042 sudah dikirim belum ya?",
    "Hi! Do you ship to Portugal?",
)


@asynccontextmanager
async def simulated(settings: Settings, first: FirstRun) -> AsyncIterator[tuple[Simulator, FirstRun]]:
    """A running simulator whose webhooks point at us, and what the first-run file says of it."""
    simulator = await _start(settings, first.waha)
    try:
        first = await _wired(settings, first, simulator)
        assert first.waha is not None
        # By the door that we open ourselves: the public address may be a proxy's, on another machine.
        url = f"{own_url(settings)}{urlsplit(first.waha.webhook_url).path}"
        await simulator.connect(_SESSION, webhook_url=url, hmac_key=first.waha.hmac_key)
        yield simulator, first
    finally:
        await simulator.stop()


async def greet(runtime: Runtime, first: FirstRun, simulator: Simulator) -> None:
    """Let some of the invented customers write, so that the first look is not at an empty screen."""
    async with tenant_tx(runtime, first.organization_id) as tx:
        if await queries.has_sessions(tx.connection, first.organization_id):
            return
    for person, text in zip(simulator.people, _GREETINGS, strict=False):
        simulator.write(person, text, session=_SESSION)


async def _start(settings: Settings, known: Waha | None) -> Simulator:
    api_key = known.api_key if known else secrets.token_urlsafe(24)
    wish = urlsplit(known.simulator_url).port or 0 if known else settings.port + 1
    console_url = f"{settings.public_url}/console/"
    try:
        return await start_simulator(host=settings.host, port=wish, api_key=api_key, console_url=console_url)
    except OSError:
        return await start_simulator(host=settings.host, port=0, api_key=api_key, console_url=console_url)


async def _wired(settings: Settings, first: FirstRun, simulator: Simulator) -> FirstRun:
    """The demo channel: made on the first demo start, pointed at the simulator's address on every one."""
    async with checks.connected(settings.app_database_url) as connection, connection.transaction():
        if first.waha is not None:
            await queries.enter(connection, first.organization_id)
            await queries.move_waha_server(connection, first.organization_id, _SESSION, simulator.url)
            url = f"{settings.public_url}{urlsplit(first.waha.webhook_url).path}"
            moved = msgspec.structs.replace(first.waha, webhook_url=url, simulator_url=simulator.url)
            return msgspec.structs.replace(first, waha=moved)
        session = NewSession(
            name="WhatsApp (demo)", session_name=_SESSION, base_url=simulator.url, api_key=simulator.api_key
        )
        made = await connect_session(connection, Keyring(settings.secret_keys), first.organization_id, session)
        waha = Waha(
            webhook_url=f"{settings.public_url}/webhooks/waha/{made.webhook_token}",
            hmac_key=made.hmac_key,
            session=_SESSION,
            simulator_url=simulator.url,
            api_key=simulator.api_key,
        )
        first = msgspec.structs.replace(first, waha=waha)
        # Before the commit: a token that was not written down would be lost.
        first_run.write(Path(settings.data_dir), first)
    return first
