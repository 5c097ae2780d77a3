"""What the tests ask PostgreSQL about itself."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from uuid import UUID

from orm.app import registry
from orm.connection import Connection

TABLES = {table._meta.tablename: table for app in registry().app_configs.values() for table in app.table_classes}
TENANT_TABLES = sorted(
    name
    for name, table in TABLES.items()
    if any(column._meta.db_column_name == "organization_id" for column in table._meta.columns)
)
HASH = "a SHA-256"
PARTITIONED = (
    "ai_conversations_log",
    "audit_logs",
    "chat_sessions",
    "events",
    "messages",
    "n8n_executions",
    "realtime_metrics",
    "system_logs",
    "waha_webhook_events",
    "webhook_deliveries",
)


class Column(NamedTuple):
    """A column as the database has it."""

    table: str
    name: str
    type: str
    is_required: bool
    default: str | None
    is_generated: bool


class ForeignKey(NamedTuple):
    """A foreign key: `column` is the one that is not the organization's, if there is such a one."""

    table: str
    column: str
    columns: tuple[str, ...]
    target: str


async def columns(connection: Connection) -> list[Column]:
    """All columns of our tables, partitions left out, in order."""
    rows = await connection.fetch(
        """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid) AS "default", a.attgenerated <> '' AS is_generated
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'migration'
        ORDER BY c.relname, a.attnum
        """
    )
    return [Column(*row) for row in rows]


async def foreign_keys(connection: Connection) -> list[ForeignKey]:
    """All foreign keys, those of partitions left out."""
    rows = await connection.fetch(
        """
        SELECT conrelid::regclass::text AS "table", confrelid::regclass::text AS target,
               ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k (num, n)
                     JOIN pg_attribute ON attrelid = conrelid AND attnum = k.num ORDER BY k.n) AS columns
        FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1, 2, 3
        """
    )
    return [
        ForeignKey(
            row["table"],
            next((name for name in row["columns"] if name != "organization_id"), "organization_id"),
            tuple(row["columns"]),
            row["target"],
        )
        for row in rows
    ]


async def checked_values(connection: Connection) -> dict[tuple[str, str], str]:
    """A value that the checks of a column allow, where they are a list of words or a hash."""
    rows = await connection.fetch(
        """
        SELECT conrelid::regclass::text AS "table", attname, pg_get_constraintdef(con.oid) AS definition
        FROM pg_constraint con JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'c' AND cardinality(conkey) = 1 AND connamespace = 'public'::regnamespace
        """
    )
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if words := re.search(r"ARRAY\['([^']*)'", row["definition"]):
            found[row["table"], row["attname"]] = words.group(1)
        elif "[0-9a-f]{64}" in row["definition"]:
            found[row["table"], row["attname"]] = HASH
    return found


async def count_by_organization(connection: Connection, organization_id: UUID) -> dict[str, int]:
    """How many rows of this organization each table holds."""
    counts = {
        name: await connection.fetchval(f"SELECT count(*) FROM {name} WHERE organization_id = $1", organization_id)
        for name in TENANT_TABLES
    }
    counts["organizations"] = await connection.fetchval(
        "SELECT count(*) FROM organizations WHERE id = $1", organization_id
    )
    return counts


def relations(plan: Any) -> list[str]:
    """The names of the relations that a plan (EXPLAIN's JSON) reads."""
    if isinstance(plan, list):
        return [name for each in plan for name in relations(each)]
    if not isinstance(plan, dict):
        return []
    own = [plan["Relation Name"]] if "Relation Name" in plan else []
    return own + [name for value in plan.values() for name in relations(value)]
