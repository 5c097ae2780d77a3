"""`switchboard doctor`: what is configured, reachable and healthy, and what to do about the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from rich.console import Console
from rich.table import Table

from gateway.errors import GatewayError
from gateway.secrets import Keyring, new_key
from gateway.settings import Settings, environment_name, help_line, read
from gateway.start import checks
from gateway.start.commands import with_running_servers
from orm import migrate as migrations
from orm import server
from orm.app import APPS

_URLS = ("database_url", "app_database_url", "redis_url")


async def doctor(settings: Settings, console: Console) -> int:
    """Print the settings and every check; 1 if a check failed."""
    console.print(_settings_table(settings))
    settings = with_running_servers(settings)
    failed = 0
    for name, check in _CHECKS.items():
        try:
            console.print(f"[green]✓[/] {name}: {await check(settings)}", highlight=False, soft_wrap=True)
        except GatewayError as error:
            failed += 1
            console.print(f"[red]✗[/] {name}: {error.detail}", highlight=False, soft_wrap=True)
    return 1 if failed else 0


def shown(field: str, value: object) -> str:
    """A setting as it may be shown: a secret says only that it is set, a URL keeps its password to itself."""
    if field == "secret_keys":
        return "set" if value else ""
    if field in _URLS and value:
        parts = urlsplit(str(value))
        login, at, place = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{login.partition(':')[0]}:…{at}{place}" if at else place))
    return str(value)


def _settings_table(settings: Settings) -> Table:
    table = Table("Setting", "Value", "Source", "Meaning", title="Settings", title_justify="left")
    given = read()
    for field in Settings.__struct_fields__:
        value = getattr(settings, field)
        source = given[field][1] if field in given else "default"
        table.add_row(environment_name(field), shown(field, value), source, help_line(field))
    return table


async def _data_dir(settings: Settings) -> str:
    return _folder(settings.data_dir)


def _folder(name: str) -> str:
    path = Path(name).absolute()
    if not path.exists():
        return f"{path} (made by `switchboard up`)"
    if path.stat().st_mode & 0o066:
        raise checks.Unusable(f"{path} can be read by others: chmod go-rw {path}")
    return str(path)


async def _database(settings: Settings) -> str:
    if not settings.database_url:
        raise checks.Unusable("DATABASE_URL is not set; `switchboard up` brings a PostgreSQL of its own")
    async with checks.connected(settings.database_url) as connection:
        await checks.check_ours(connection, set(APPS))
        number = await server.version_number(connection)
    return f"PostgreSQL {number // 10_000}.{number % 10_000}"


async def _migrations(settings: Settings) -> str:
    if not settings.database_url:
        raise checks.Unusable("cannot be looked up without DATABASE_URL")
    async with checks.connected(settings.database_url):
        waiting = await migrations.pending(settings.database_url)
    if waiting:
        raise checks.Unusable(f"{len(waiting)} are to be run: switchboard migrate")
    return "all have run"


async def _app_login(settings: Settings) -> str:
    if not settings.app_database_url:
        raise checks.Unusable("SWITCHBOARD_APP_DATABASE_URL is not set")
    named = environment_name("app_database_url")
    async with checks.connected(settings.app_database_url, named=named) as connection:
        if await server.bypasses_row_security(connection):
            raise checks.Unusable(f"{named} is a login that bypasses row-level security: use switchboard_app")
    return "held by row-level security"


async def _redis(settings: Settings) -> str:
    if not settings.redis_url:
        raise checks.Unusable("REDIS_URL is not set; `switchboard up` brings a Valkey of its own")
    return await checks.check_redis(settings.redis_url)


async def _keys(settings: Settings) -> str:
    if not settings.secret_keys:
        raise checks.Unusable(f"SWITCHBOARD_SECRET_KEYS is not set; a fresh one is {new_key()}")
    Keyring(settings.secret_keys)
    return "can be used"


_CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "data folder": _data_dir,
    "database": _database,
    "migrations": _migrations,
    "app login": _app_login,
    "redis": _redis,
    "secret keys": _keys,
}
