"""Models, migrations and database say the same."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.columns import ForeignKey
from piccolo.columns.base import Column as PiccoloColumn
from piccolo.columns.defaults.base import Default

from orm.app import APPS, registry
from orm.connection import Connection
from tests.orm.catalog import TABLES, columns, foreign_keys

SPELLED = {"varchar": "character varying", "timestamptz": "timestamp with time zone"}
ON_DELETE = {"CASCADE": "c", "SET NULL": "n", "NO ACTION": "a"}


@pytest.mark.parametrize("app", APPS)
async def test_piccolo_finds_no_difference_between_models_and_migrations(app: str) -> None:
    config = registry().get_app_config(app)
    assert config.table_classes
    with redirect_stdout(io.StringIO()):
        statements = await AutoMigrationManager(auto_input="n").get_alter_statements(config)
    assert [each.statements for each in statements if each.statements] == []


async def test_the_database_has_the_columns_of_the_models(owner: Connection) -> None:
    """All but the generated ones, which a model would try to write."""
    found = {
        (column.table, column.name): (column.type, column.is_required)
        for column in await columns(owner)
        if not column.is_generated
    }
    modelled = {
        (name, db_name(column)): (spelled(column), not column._meta.null)
        for name, table in TABLES.items()
        for column in table._meta.columns
    }
    assert modelled == found


async def test_a_model_fills_in_what_the_database_would(owner: Connection) -> None:
    found = {(column.table, column.name): column.default for column in await columns(owner) if not column.is_generated}
    differing = {
        (name, db_name(column)): (column._meta.params.get("default"), found[name, db_name(column)])
        for name, table in TABLES.items()
        for column in table._meta.columns
        if not await agrees(owner, column, found[name, db_name(column)])
    }
    assert differing == {}


async def test_a_models_foreign_key_is_one_of_the_database(owner: Connection) -> None:
    found = {(key.table, key.column, key.target) for key in await foreign_keys(owner)}
    modelled = {
        (name, db_name(column), column._foreign_key_meta.resolved_references._meta.tablename)
        for name, table in TABLES.items()
        for column in table._meta.columns
        if isinstance(column, ForeignKey)
    }
    assert modelled == found


async def test_a_model_knows_what_becomes_of_a_row_whose_target_is_deleted(owner: Connection) -> None:
    found = {
        (row["table"], row["column"]): row["action"]
        for row in await owner.fetch(
            """
            SELECT conrelid::regclass::text AS "table", attname AS column, confdeltype::text AS action
            FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[cardinality(conkey)]
            WHERE contype = 'f' AND conparentid = 0
            """
        )
    }
    modelled = {
        (name, db_name(column)): ON_DELETE[column._foreign_key_meta.on_delete.value]
        for name, table in TABLES.items()
        for column in table._meta.columns
        if isinstance(column, ForeignKey)
    }
    assert modelled == found


def db_name(column: PiccoloColumn) -> str:
    return str(column._meta.db_column_name)


def spelled(column: PiccoloColumn) -> str:
    """The type as PostgreSQL spells it."""
    type_ = column.column_type.lower().replace(", ", ",")
    word, mark, rest = type_.partition("(")
    return SPELLED.get(word, word) + mark + rest


async def agrees(connection: Connection, column: PiccoloColumn, default: str | None) -> bool:
    """Whether a model's default is the database's."""
    ours = column._meta.params.get("default")
    if isinstance(ours, Default):
        return default == str(ours.postgres).replace("current_timestamp", "now()")
    if ours is None or default is None:
        # An interval from now on is for the database to add.
        return ours is None and (default is None or default.startswith("(now()"))
    literal = column.get_sql_value(ours)
    return bool(await connection.fetchval(f"SELECT ({default}) = ({literal})::{spelled(column)}"))
