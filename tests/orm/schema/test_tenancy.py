"""A tenant sees itself only: every table, every way to touch it, from another organization and from none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from orm.connection import Connection
from tests.orm.catalog import TENANT_TABLES, count_by_organization, foreign_keys
from tests.orm.schema.conftest import Planted

OWNED = [*TENANT_TABLES, "organizations"]
REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.ForeignKeyViolationError)

everywhere = pytest.mark.parametrize("table", OWNED)


def of(table: str) -> str:
    return "id" if table == "organizations" else "organization_id"


async def enter(connection: Connection, organization_id: UUID | None) -> None:
    await connection.execute(
        "SELECT set_config('app.organization_id', $1, true)", "" if organization_id is None else str(organization_id)
    )


async def attempt(connection: Connection, statement: str, *values: Any) -> str:
    """What a statement did: its status, or that it was refused."""
    try:
        async with connection.transaction():
            return await connection.execute(statement, *values)
    except REFUSED:
        return "refused"


async def insertable(connection: Connection, table: str) -> str:
    names = await connection.fetch(
        """
        SELECT quote_ident(attname) FROM pg_attribute
        WHERE attrelid = $1::text::regclass AND attnum > 0 AND attgenerated = ''
        """,
        table,
    )
    return ", ".join(row[0] for row in names)


async def row_of(url: str, table: str, organization_id: UUID) -> tuple[str, str]:
    """The insertable columns of a table, and as JSON the row that this organization has in it."""
    connection = await asyncpg.connect(url)
    try:
        found: Any = await connection.fetchval(
            f"SELECT to_jsonb(t) FROM {table} t WHERE {of(table)} = $1 LIMIT 1", organization_id
        )
        return await insertable(connection, table), found
    finally:
        await connection.close()


def insert_again(table: str, columns: str) -> str:
    """Inserts a copy of the row $1 under a new id."""
    identity = "" if table == "event_streams" else " || jsonb_build_object('id', uuid_v7())"
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns}"
        f" FROM jsonb_populate_record(NULL::{table}, $1::jsonb{identity})"
    )


@everywhere
async def test_an_organization_reads_its_own_rows_and_no_others(app: Connection, planted: Planted, table: str) -> None:
    await enter(app, planted.ours)
    seen = await app.fetch(f"SELECT {of(table)} AS organization_id FROM {table}")
    assert planted.ours in {row["organization_id"] for row in seen}
    assert {row["organization_id"] for row in seen} - {None} == {planted.ours}


@everywhere
async def test_nothing_is_read_from_elsewhere(app: Connection, planted: Planted, table: str) -> None:
    for elsewhere in (planted.theirs, None):
        await enter(app, elsewhere)
        assert await app.fetch(f"SELECT FROM {table} WHERE {of(table)} = $1", planted.ours) == []


@everywhere
async def test_nothing_is_inserted_from_elsewhere(app: Connection, planted: Planted, table: str) -> None:
    columns, row = await row_of(planted.database.owner_url, table, planted.ours)
    for elsewhere in (planted.theirs, None):
        await enter(app, elsewhere)
        assert await attempt(app, insert_again(table, columns), row) == "refused"


@everywhere
async def test_nothing_is_updated_from_elsewhere(app: Connection, planted: Planted, table: str) -> None:
    for elsewhere in (planted.theirs, None):
        await enter(app, elsewhere)
        done = await attempt(app, f"UPDATE {table} SET {of(table)} = {of(table)} WHERE {of(table)} = $1", planted.ours)
        assert done in ("UPDATE 0", "refused")


@everywhere
async def test_nothing_is_deleted_from_elsewhere(app: Connection, planted: Planted, table: str) -> None:
    for elsewhere in (planted.theirs, None):
        await enter(app, elsewhere)
        done = await attempt(app, f"DELETE FROM {table} WHERE {of(table)} = $1", planted.ours)
        assert done in ("DELETE 0", "refused")


@everywhere
async def test_no_row_is_given_away_to_another_organization(app: Connection, planted: Planted, table: str) -> None:
    await enter(app, planted.ours)
    with pytest.raises((*REFUSED, asyncpg.UniqueViolationError)):
        await app.execute(f"UPDATE {table} SET {of(table)} = $2 WHERE {of(table)} = $1", planted.ours, planted.theirs)


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_no_row_points_into_another_organization(owner: Connection, planted: Planted, table: str) -> None:
    """Not even when row-level security does not look: the keys themselves refuse."""
    for key in await foreign_keys(owner):
        if key.table != table or key.column == "organization_id" or key.target not in TENANT_TABLES:
            continue
        stranger = await owner.fetchval(f"SELECT id FROM {key.target} WHERE organization_id = $1", planted.theirs)
        row = await owner.fetchval(f"SELECT id FROM {table} WHERE organization_id = $1", planted.ours)
        assert row is not None
        assert stranger is not None
        attempt = owner.transaction()
        await attempt.start()
        if key.target != table:
            # Their row goes first, without its consequences: a unique index must not be what refuses ours.
            await owner.execute("SET LOCAL session_replication_role = replica")
            await owner.execute(f"DELETE FROM {table} WHERE organization_id = $1", planted.theirs)
            await owner.execute("SET LOCAL session_replication_role = origin")
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await owner.execute(f"UPDATE {table} SET {key.column} = $2 WHERE id = $1", row, stranger)
        await attempt.rollback()


PLATFORM = ("roles", "permissions", "role_permissions", "permission_groups", "permission_group_permissions")


@pytest.mark.parametrize("table", PLATFORM)
async def test_the_platforms_rows_are_read_by_everybody_and_written_by_nobody(
    app: Connection, planted: Planted, table: str
) -> None:
    for organization_id in (planted.ours, None):
        await enter(app, organization_id)
        assert await app.fetchval(f"SELECT count(*) FROM {table} WHERE organization_id IS NULL") > 0
        assert await app.execute(f"UPDATE {table} SET updated_at = now() WHERE organization_id IS NULL") == "UPDATE 0"
        assert await app.execute(f"DELETE FROM {table} WHERE organization_id IS NULL") == "DELETE 0"
        columns, row = await row_of(planted.database.owner_url, table, planted.ours)
        nobodys = await app.fetchval("SELECT $1::jsonb || '{\"organization_id\": null}'", row)
        assert await attempt(app, insert_again(table, columns), nobodys) == "refused"


async def test_deleting_an_organization_leaves_nothing_of_it_and_all_of_the_other(
    owner: Connection, planted: Planted
) -> None:
    ours, theirs = [await count_by_organization(owner, each) for each in (planted.ours, planted.theirs)]
    assert min(ours.values()) > 0
    await owner.execute("DELETE FROM organizations WHERE id = $1", planted.ours)
    assert set((await count_by_organization(owner, planted.ours)).values()) == {0}
    assert await count_by_organization(owner, planted.theirs) == theirs
