"""What the commands do, but for `up`: each a coroutine over settings that ends with its exit code."""

from __future__ import annotations

import getpass
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import UUID

import msgspec
from rich.console import Console
from rich.table import Table

from gateway.embedded.folders import write_secret
from gateway.errors import NotFound
from gateway.identity import passwords
from gateway.settings import BadSettings, Settings, environment_name
from gateway.start import checks, first_run
from gateway.start.run import running
from gateway.tenancy import found
from gateway.tenancy.found import NewOrganization, NewUser
from orm import migrate as migrations
from orm import partitions
from orm.app import APPS
from orm.tenancy import queries

if TYPE_CHECKING:
    from gateway.runtime import Role
    from orm.connection import Connection

APP_LOGIN = "switchboard_app"


def with_running_servers(settings: Settings) -> Settings:
    """The settings with the servers of the `up` that runs over the same data folder, where none are named."""
    first = None if settings.database_url else first_run.read(Path(settings.data_dir))
    if first is None:
        return settings
    known = msgspec.structs.replace(
        settings,
        database_url=first.database_url,
        public_url=first.url,
        redis_url=settings.redis_url or first.redis_url,
        secret_keys=settings.secret_keys or kept(Path(settings.data_dir) / "secret.key"),
    )
    return with_app_login(known)


def with_app_login(settings: Settings) -> Settings:
    """The settings with the app's own login, whose password is made once."""
    if settings.app_database_url:
        return settings
    password = kept(Path(settings.data_dir) / "app.secret", secrets.token_urlsafe(24))
    parts = urlsplit(settings.database_url)
    place = f"{APP_LOGIN}:{quote(password)}@{parts.netloc.rpartition('@')[2]}"
    return msgspec.structs.replace(settings, app_database_url=urlunsplit(parts._replace(netloc=place)))


def kept(path: Path, fresh: str = "") -> str:
    """A secret that the first start makes and every later one reads."""
    if not path.is_file() and fresh:
        write_secret(path, fresh)
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


@asynccontextmanager
async def as_owner(settings: Settings) -> AsyncIterator[Connection]:
    """A connection under the owner's login."""
    settings = with_running_servers(settings)
    require(settings, "database_url")
    async with checks.connected(settings.database_url) as connection:
        yield connection


@asynccontextmanager
async def as_app(settings: Settings) -> AsyncIterator[Connection]:
    """A transaction under the app's login, which sees no tenant before it enters one."""
    settings = with_running_servers(settings)
    require(settings, "app_database_url")
    named = environment_name("app_database_url")
    async with checks.connected(settings.app_database_url, named=named) as connection, connection.transaction():
        yield connection


async def organization_of(connection: Connection, code: str) -> UUID:
    """The organization with this code, or one sentence."""
    organization_id = await queries.organization_by_code(connection, code)
    if organization_id is None:
        raise NotFound(f"There is no organization with the code {code.upper()}")
    return organization_id


def require(settings: Settings, *fields: str) -> None:
    """Refuse to go on without these settings."""
    missing = [environment_name(field) for field in fields if not getattr(settings, field)]
    if missing:
        raise BadSettings(f"Set {' and '.join(missing)}, or use `switchboard up`; see `switchboard doctor`")


async def serve(settings: Settings, role: Role) -> None:
    """Run a gateway or a worker until told to stop."""
    settings = with_running_servers(settings)
    require(settings, "app_database_url", "redis_url", "secret_keys")
    await checks.check_redis(settings.redis_url)
    async with checks.connected(settings.app_database_url, named="SWITCHBOARD_APP_DATABASE_URL"):
        pass
    async with running(settings, role) as process:
        await process.until_stopped()


async def migrate(settings: Settings, console: Console, *, only_check: bool) -> int:
    """Run the migrations, or only say which are to be run."""
    settings = with_running_servers(settings)
    require(settings, "database_url")
    async with checks.connected(settings.database_url) as connection:
        await checks.check_ours(connection, set(APPS))
    if only_check:
        waiting = await migrations.pending(settings.database_url)
        console.print("\n".join(waiting) if waiting else "Nothing to do", highlight=False)
        return 1 if waiting else 0
    ran = await migrations.migrate(settings.database_url, app_url=settings.app_database_url or None)
    console.print(f"{len(ran)} migrations ran" if ran else "Nothing to do", highlight=False)
    return 0


async def add_organization(settings: Settings, console: Console, new: NewOrganization) -> None:
    """Found an organization."""
    async with as_app(settings) as connection:
        organization_id = await found.found_organization(connection, new)
    console.print(f"Organization {new.code.upper()} has the id {organization_id}", highlight=False)


async def add_user(settings: Settings, console: Console, code: str, new: NewUser) -> None:
    """Add a person to the organization with this code."""
    async with as_app(settings) as connection:
        organization_id = await organization_of(connection, code)
        added = await found.add_user(connection, organization_id, new)
    console.print(f"{new.email} may sign in, with the id {added.user_id}", highlight=False)


async def ensure_partitions(settings: Settings, console: Console) -> int:
    """Make the partitions that are missing; 1 if rows lie beside them."""
    async with as_owner(settings) as connection:
        made = await partitions.make_missing(connection)
        console.print("\n".join(f"made {name}" for name in made) or "Nothing to do", highlight=False)
        overflowing = await partitions.overflowing(connection)
    for table in overflowing:
        console.print(f"[red]✗[/] {table}_default holds rows: a clock was wrong, or partitions came too late")
    return 1 if overflowing else 0


async def list_partitions(settings: Settings, console: Console) -> None:
    """Show every partition."""
    table = Table("Table", "Partition", "Ends")
    async with as_owner(settings) as connection:
        for partition in await partitions.listed(connection):
            table.add_row(
                partition.parent, partition.name, f"{partition.ends_at:%Y-%m-%d}" if partition.ends_at else "never"
            )
    console.print(table)


async def drop_partitions(settings: Settings, console: Console, *, is_sure: bool) -> None:
    """Drop what is past its retention."""
    if not is_sure:
        raise BadSettings("This deletes what is past its retention, for good: say --yes if you mean it")
    keep = {"events": timedelta(days=settings.events_retention_days)}
    async with as_owner(settings) as connection:
        dropped = await partitions.drop_expired(connection, keep=keep)
    console.print("\n".join(f"dropped {name}" for name in dropped) or "Nothing to do", highlight=False)


def read_password(source: TextIO) -> str:
    """A password: asked twice on a terminal, else one line of `source`."""
    if source is sys.stdin and source.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise BadSettings("The two passwords differ")
    else:
        password = source.readline().rstrip("\n")
    passwords.check(password)
    return password
