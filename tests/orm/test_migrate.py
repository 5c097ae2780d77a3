"""Migrating: from nothing, back to nothing, again, three at once, and all or nothing."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from orm.connection import Connection
from orm.migrate import known, migrate, pending
from tests import databases
from tests.databases import Database, Servers

OURS = """
    SELECT 'column' AS kind, format('%s.%s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
                                    attnotnull, pg_get_expr(adbin, adrelid)) AS what
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND attnum > 0
    UNION ALL SELECT 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text !~ '^pg_'
    UNION ALL SELECT 'policy', format('%s %s %s %s %s', tablename, policyname, roles, qual, with_check) FROM pg_policies
    UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', format('%s %s %s %s', oid::regprocedure, proowner::regrole, proacl, md5(prosrc))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
    UNION ALL SELECT 'rights', format('%s %s', oid::regclass, relacl)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
"""


async def schema(url: str) -> set[tuple[str, str]]:
    """Everything that the migrations made, but for their own record."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(f"SELECT kind, what FROM ({OURS}) t WHERE what !~ 'migration'")
        return {(row["kind"], row["what"]) for row in rows}
    finally:
        await connection.close()


async def python(code: str, **environment: str) -> str:
    """What a Python process of its own prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_forwards_backwards_and_forwards_again(empty: Database) -> None:
    assert await schema(empty.owner_url) == set()
    assert await migrate(empty.owner_url, app_url=empty.app_url) == known()
    made = await schema(empty.owner_url)
    assert await migrate(empty.owner_url, app_url=empty.app_url) == []

    # As a developer does it: with Piccolo's own command line.
    arguments = ["migrations", "backwards", "all", "--auto_agree"]
    code = f"import sys; from piccolo.main import main; sys.argv[1:] = {arguments}; main()"
    await python(code, DATABASE_URL=empty.owner_url)
    assert await schema(empty.owner_url) == set()
    assert await pending(empty.owner_url) == known()

    assert await migrate(empty.owner_url, app_url=empty.app_url) == known()
    assert await schema(empty.owner_url) == made


async def test_three_processes_at_once_migrate_once(empty: Database) -> None:
    code = (
        "import asyncio; from orm.migrate import migrate;"
        f"print(len(asyncio.run(migrate({empty.owner_url!r}, app_url={empty.app_url!r}))))"
    )
    counts = await asyncio.gather(*(python(code) for _ in range(3)))
    assert sorted(int(count) for count in counts) == [0, 0, len(known())]
    assert await pending(empty.owner_url) == []


async def test_a_migration_that_fails_leaves_nothing(empty: Database) -> None:
    connection = await asyncpg.connect(empty.owner_url)
    # In the way of the last migrations, when most tables are made already.
    await connection.execute("CREATE TABLE cursors ()")
    with pytest.raises(asyncpg.DuplicateTableError):
        await migrate(empty.owner_url, app_url=None)
    assert await connection.fetchval("SELECT to_regclass('organizations')") is None
    await connection.execute("DROP TABLE cursors")
    await connection.close()
    assert await migrate(empty.owner_url, app_url=None) == known()


async def test_nothing_is_pending_when_all_has_run(empty: Database) -> None:
    assert await pending(empty.owner_url) == known()
    await migrate(empty.owner_url, app_url=None)
    assert await pending(empty.owner_url) == []


async def test_the_seeds_are_sown_once_and_changes_of_an_operator_stay(database: Database) -> None:
    connection = await asyncpg.connect(database.owner_url)
    before = await seeds(connection)
    assert min(before.values()) > 0
    await connection.execute("UPDATE subscription_plans SET price_monthly = 12345 WHERE name = 'starter'")
    await connection.execute("UPDATE permissions SET name = 'Garbled' WHERE code = 'inbox.view_all'")
    await migrate(database.owner_url, app_url=database.app_url)
    assert await seeds(connection) == before
    assert await connection.fetchval("SELECT price_monthly FROM subscription_plans WHERE name = 'starter'") == 12345
    assert await connection.fetchval("SELECT name FROM permissions WHERE code = 'inbox.view_all'") != "Garbled"
    await connection.close()


async def seeds(connection: Connection) -> dict[str, int]:
    tables = ("subscription_plans", "permissions", "roles", "role_permissions", "permission_groups")
    return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


async def test_the_apps_password_is_set_and_can_be_changed(database: Database) -> None:
    login = f"app_{uuid.uuid4().hex[:12]}"
    first, second = (at(database.app_url, login, password) for password in ("first", "second%21"))
    with pytest.raises(asyncpg.PostgresError):
        await asyncpg.connect(first)
    for url in (first, second):
        await migrate(database.owner_url, app_url=url)
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT pg_has_role('switchboard_app', 'MEMBER')")
        await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(first)
    await run(database.owner_url, f"DROP ROLE {login}")


async def test_an_owner_who_is_no_superuser_will_do(servers: Servers, database: Database) -> None:
    """As at a provider of databases: it may make roles, and owns the database."""
    name, owner = f"owned_{uuid.uuid4().hex}", f"owner_{uuid.uuid4().hex[:12]}"
    await databases.execute(servers, f"CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD 'secret'")
    await databases.execute(servers, f'CREATE DATABASE "{name}" OWNER {owner}')
    for role in ("ingest", "gate", "sweep"):
        await databases.execute(servers, f"GRANT switchboard_{role} TO {owner} WITH ADMIN OPTION")
    url = at(databases.named(servers.database_url, name), owner, "secret")
    try:
        assert await migrate(url, app_url=None) == known()
        assert await migrate(url, app_url=None) == []
    finally:
        await databases.drop(servers, name)
        await databases.execute(servers, f"DROP OWNED BY {owner}")
        await databases.execute(servers, f"DROP ROLE {owner}")


def at(url: str, login: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{login}:{password}@{parts.netloc.rpartition('@')[2]}"))


async def run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
