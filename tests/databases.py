"""The servers of the test run, and a database of its own for each test."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from gateway.embedded import Embedded

T = TypeVar("T")
APP_LOGIN = "switchboard_app"
APP_PASSWORD = "app-password-of-the-tests"


@dataclass(frozen=True)
class Servers:
    """The maintenance database's URL, and Redis."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Database:
    """A clone of the migrated template: the owner's URL and the app's."""

    name: str
    owner_url: str
    app_url: str


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Our own servers without fsync; or those that the environment names, to test against another version."""
    database_url, redis_url = (os.environ.get(f"SWITCHBOARD_TEST_{name}_URL") for name in ("DATABASE", "REDIS"))
    folder = Path(tempfile.mkdtemp(prefix="switchboard-tests-", dir="/tmp"))
    folder.chmod(0o711)
    embedded = Embedded(folder / "data", is_durable=False)
    embedded.lock()
    try:
        yield Servers(
            database_url=database_url or embedded.start_postgres(), redis_url=redis_url or embedded.start_valkey()
        )
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


def named(owner_url: str, database: str, *, login: str | None = None) -> str:
    """The same server's URL with another database, and for another login."""
    parts = urlsplit(owner_url)
    place = parts.netloc if login is None else f"{login}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=place, path=f"/{database}"))


def database(servers: Servers, name: str) -> Database:
    """Both URLs of a database on these servers."""
    return Database(
        name=name,
        owner_url=named(servers.database_url, name),
        app_url=named(servers.database_url, name, login=f"{APP_LOGIN}:{APP_PASSWORD}"),
    )


async def make_template(servers: Servers, name: str) -> Database:
    """A migrated database, which each test clones."""
    from orm.migrate import migrate

    made = database(servers, name)
    await execute(servers, f'CREATE DATABASE "{name}"')
    await migrate(made.owner_url, app_url=made.app_url)
    return made


async def clone(servers: Servers, template: Database, name: str) -> Database:
    """A copy of the template."""
    await execute(servers, f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" STRATEGY FILE_COPY')
    return database(servers, name)


async def drop(servers: Servers, name: str) -> None:
    """Drop a database, whoever is connected."""
    await execute(servers, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def execute(servers: Servers, statement: str) -> None:
    """Run one statement in the maintenance database."""
    connection = await asyncpg.connect(servers.database_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in a loop of its own, beside whatever loop the tests have."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
