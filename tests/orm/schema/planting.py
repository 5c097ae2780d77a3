"""A row in every table of an organization, each pointing at the others wherever it can."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from gateway.ids import new_id
from orm.connection import Connection
from tests.orm import catalog
from tests.orm.catalog import TENANT_TABLES, Column

# Made by the database when the organization is.
ALREADY_THERE = {"event_streams"}
# Inheriting a permission needs a second role.
LEFT_EMPTY = {("role_permissions", "inherited_from_role_id")}
# An article is related to another one.
ANOTHER = {("knowledge_base_item_relationships", "target_item_id")}


async def plant(connection: Connection, mark: str) -> UUID:
    """Found an organization with a row in each table, and return its id."""
    organization_id = new_id()
    await connection.execute(
        "INSERT INTO organizations (id, org_code, name, email) VALUES ($1, $2, $2, $2)", organization_id, mark
    )
    planter = Planter(connection, organization_id, mark)
    await planter.learn()
    waiting = [name for name in TENANT_TABLES if name not in ALREADY_THERE]
    while waiting:
        ready = [name for name in waiting if not planter.pointed_at_by(name) & set(waiting)]
        for table in ready:
            planter.planted[table] = await planter.insert(table)
            waiting.remove(table)
    # As the console shows it: somebody answers this conversation.
    await connection.execute("UPDATE chat_sessions SET status = 'active' WHERE organization_id = $1", organization_id)
    return organization_id


class Planter:
    """Makes rows out of what the database says about its tables."""

    def __init__(self, connection: Connection, organization_id: UUID, mark: str) -> None:
        self.planted = {"organizations": organization_id}
        self._connection = connection
        self._mark = mark
        self._columns: dict[str, list[Column]] = defaultdict(list)
        self._targets: dict[tuple[str, str], str] = {}
        self._allowed: dict[tuple[str, str], str] = {}

    async def learn(self) -> None:
        """Ask for columns, keys and checks."""
        for column in await catalog.columns(self._connection):
            self._columns[column.table].append(column)
        self._targets = {
            (key.table, key.column): key.target
            for key in await catalog.foreign_keys(self._connection)
            if key.target in TENANT_TABLES and key.target != key.table and (key.table, key.column) not in LEFT_EMPTY
        }
        self._allowed = await catalog.checked_values(self._connection)
        self.planted["subscription_plans"] = await self._connection.fetchval("SELECT id FROM subscription_plans")
        self._targets["subscriptions", "plan_id"] = "subscription_plans"

    def pointed_at_by(self, table: str) -> set[str]:
        """The tables that must have their row before this one."""
        return {target for (source, _), target in self._targets.items() if source == table}

    async def insert(self, table: str) -> UUID:
        """One row of a table."""
        row: dict[str, Any] = {"id": new_id(), "organization_id": self.planted["organizations"]}
        for column in self._columns[table]:
            if target := self._targets.get((table, column.name)):
                is_other = (table, column.name) in ANOTHER
                row[column.name] = await self.insert(target) if is_other else self.planted[target]
            elif column.is_required and column.default is None and not column.is_generated:
                row.setdefault(column.name, self._value(column))
        places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        await self._connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())
        return row["id"]

    def _value(self, column: Column) -> Any:
        words = f"{self._mark}-{new_id().hex[-8:]}-{column.name}"
        allowed = self._allowed.get((column.table, column.name))
        if allowed is not None:
            return hashlib.sha256(words.encode()).hexdigest() if allowed == catalog.HASH else allowed
        return {
            "character varying": words[: _length(column.type)],
            "text": words,
            "smallint": 1,
            "integer": 1,
            "bigint": 1,
            "numeric": 1,
            "date": date(2026, 1, 1),
            "timestamp with time zone": datetime(2026, 1, 1, tzinfo=UTC),
            "boolean": True,
            "jsonb": "{}",
            "bytea": b"raw",
            "text[]": ["one"],
            "uuid": new_id(),
        }[column.type.partition("(")[0]]


def _length(type_: str) -> int:
    return int(type_.partition("(")[2].rstrip(")") or 0) if type_.startswith("character") else 0
