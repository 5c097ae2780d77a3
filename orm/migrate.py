"""Migrating: all apps and the seeds in one transaction under a lock, then the login of gateway and worker."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import io
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg
from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.apps.migrations.tables import Migration

import piccolo_conf
from orm.connection import Connection
from orm.engine import Engine, speak_through

LOCK = 0x5B0A4D1
APP_ROLE = "switchboard_app"
SEEDS = ("billing/plans.sql", "identity/rights.sql")

# Piccolo finds its engine in a module: one migration at a time in a process.
_one_at_a_time = asyncio.Lock()


async def migrate(owner_url: str, *, app_url: str | None) -> list[str]:
    """Bring the database up to date, and return the names of the migrations that ran.

    All or nothing, and safe in several processes at once: the others wait, and find nothing left to do.
    """
    async with _piccolo_of(owner_url) as engine, engine.transaction() as transaction:
        await transaction.connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        before = await _ran(transaction.connection)
        with contextlib.redirect_stdout(io.StringIO()):
            result = await run_forwards("all")
        if not result.success:
            raise RuntimeError(result.message)
        for seed in SEEDS:
            await transaction.connection.execute((Path(__file__).parent / seed).read_text(encoding="utf-8"))
        ran = [name for name in await _ran(transaction.connection) if name not in before]
    if app_url is not None:
        await _ensure_login(owner_url, app_url)
    return ran


async def pending(owner_url: str) -> list[str]:
    """The names of the migrations that have not run."""
    connection = await asyncpg.connect(owner_url)
    try:
        ran = set(await _ran(connection))
    finally:
        await connection.close()
    return [name for name in known() if name not in ran]


def known() -> list[str]:
    """The names of all migrations, in the order in which they run."""
    manager = BaseMigrationManager()
    folders = (manager.get_app_config(app).resolved_migrations_folder_path for app in manager.get_sorted_app_names())
    return [name for folder in folders for name in sorted(manager.get_migration_modules(folder))]


@contextlib.asynccontextmanager
async def _piccolo_of(owner_url: str) -> AsyncIterator[Engine]:
    async with _one_at_a_time:
        usual = piccolo_conf.DB
        engine = piccolo_conf.DB = Engine(owner_url)
        speak_through(engine, Migration)
        try:
            yield engine
        finally:
            piccolo_conf.DB = usual
            speak_through(usual, Migration)


async def _ran(connection: Connection) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('public.migration')") is None:
        return []
    return [row["name"] for row in await connection.fetch("SELECT name FROM migration ORDER BY ran_on, id")]


async def _ensure_login(owner_url: str, app_url: str) -> None:
    """Let the login of `app_url` in with its password, as the app's role or as a member of it."""
    parts = urlsplit(app_url)
    login, password = unquote(parts.username or APP_ROLE), unquote(parts.password or "")
    owner = await asyncpg.connect(owner_url)
    try:
        # Two that change one role at the same time would fail.
        await owner.execute("SELECT pg_advisory_lock($1)", LOCK)
        if await _can_log_in(app_url):
            return
        if not await owner.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", login):
            await _execute(owner, "CREATE ROLE %I LOGIN IN ROLE %I", login, APP_ROLE)
        await _execute(owner, "ALTER ROLE %I PASSWORD %L", login, _scram(password) if password.isascii() else password)
    finally:
        await owner.close()


async def _can_log_in(url: str) -> bool:
    try:
        await (await asyncpg.connect(url)).close()
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError):
        return False
    return True


async def _execute(connection: Connection, template: str, *values: str) -> None:
    statement = await connection.fetchval("SELECT format($1, VARIADIC $2::text[])", template, list(values))
    await connection.execute(statement)


def _scram(password: str) -> str:
    # The verifier instead of the password: a statement may end up in the server's log.
    salt, rounds = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    client_key, server_key = (hmac.digest(salted, word, "sha256") for word in (b"Client Key", b"Server Key"))
    stored, server, encoded_salt = (
        base64.b64encode(part).decode() for part in (hashlib.sha256(client_key).digest(), server_key, salt)
    )
    return f"SCRAM-SHA-256${rounds}:{encoded_salt}${stored}:{server}"
