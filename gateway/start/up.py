"""`switchboard up`: from an empty folder to a running gateway, in one process."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import uvloop
from rich.console import Console

from gateway import logs
from gateway.embedded import Embedded
from gateway.secrets import new_key
from gateway.settings import Settings
from gateway.start import checks, first_run
from gateway.start.commands import kept, with_app_login
from gateway.start.demo import greet, simulated
from gateway.start.first_run import FirstRun
from gateway.start.founding import ensure_first_run, refresh_access
from gateway.start.run import listen, running
from gateway.start.steps import Steps
from gateway.waha.simulator import Simulator
from orm.app import APPS
from orm.migrate import migrate


def up(settings: Settings, *, is_demo: bool, console: Console) -> None:
    """Start everything that is missing, serve until told to stop, and stop everything that was started."""
    logs.configure(settings)
    steps = Steps(console)
    embedded = Embedded(Path(settings.data_dir))
    embedded.lock()
    try:
        # The address first: somebody who has typed a wrong port should not wait for a database.
        listener = listen(settings.host, settings.port)
        settings = _with_servers(settings, embedded, steps)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listener, is_demo=is_demo, steps=steps))
    finally:
        embedded.stop()
    console.print("Stopped.")


def _with_servers(settings: Settings, embedded: Embedded, steps: Steps) -> Settings:
    """The settings with servers of our own where the environment names none."""
    values: dict[str, str] = {}
    if not settings.database_url:
        with steps.step("Starting PostgreSQL") as step:
            values["database_url"] = embedded.start_postgres(step.say)
            step.say("PostgreSQL is running")
    if not settings.redis_url:
        with steps.step("Starting Valkey") as step:
            values["redis_url"] = embedded.start_valkey()
            step.say("Valkey is running")
    if not settings.secret_keys:
        values["secret_keys"] = kept(embedded.data_dir / "secret.key", new_key())
    return msgspec.structs.replace(settings, **values)


async def _serve(settings: Settings, listener: socket.socket, *, is_demo: bool, steps: Steps) -> None:
    data_dir = Path(settings.data_dir)
    settings = await _prepared(settings, steps)
    first = await ensure_first_run(settings, is_demo=is_demo)
    async with _phone(settings, first if is_demo else None) as (simulator, with_phone):
        first = with_phone or first
        async with running(settings, "all", listener) as process:
            process.runtime.simulator_url = simulator.url if simulator else None
            if first is not None:
                first = await refresh_access(process.runtime, first)
                first_run.write(data_dir, first)
                if simulator is not None:
                    await greet(process.runtime, first, simulator)
            _welcome(steps.console, settings, first, simulator)
            await process.until_stopped()
            steps.console.print("Stopping …")


async def _prepared(settings: Settings, steps: Steps) -> Settings:
    """The settings of a database that is reachable, ours and migrated."""
    with steps.step("Preparing the database") as step:
        await checks.check_redis(settings.redis_url)
        settings = with_app_login(settings)
        async with checks.connected(settings.database_url) as connection:
            await checks.check_ours(connection, set(APPS))
        ran = await migrate(settings.database_url, app_url=settings.app_database_url)
        step.say(f"The database is ready, {len(ran)} migrations ran" if ran else "The database is ready")
    return settings


@asynccontextmanager
async def _phone(settings: Settings, first: FirstRun | None) -> AsyncIterator[tuple[Simulator | None, FirstRun | None]]:
    if first is None:
        yield None, None
    else:
        async with simulated(settings, first) as wired:
            yield wired


def _welcome(console: Console, settings: Settings, first: FirstRun | None, simulator: Simulator | None) -> None:
    file = Path(settings.data_dir) / first_run.NAME
    lines = [f"\n[bold]Switchboard is running:[/] {settings.public_url}/console/"]
    if first is not None:
        lines += [f"Sign in at once:  {first.login_link}", f"or as {first.admin.email}; the password is in {file}"]
    else:
        lines.append(f"{file} is gone: sign in with a login that you know, or add one with `switchboard user add`")
    if simulator is not None:
        lines.append(f"Write as a customer:  {simulator.url}/simulator/")
    for line in [*lines, "Ctrl-C stops it.\n"]:
        console.print(line, highlight=False, soft_wrap=True)
