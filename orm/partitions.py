"""Partitions by time: made ahead, dropped when their time is over, and watched for rows that fell beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from orm.connection import Connection


class Partition(NamedTuple):
    """One partition; `ends_at` is null for the one that takes what no other does."""

    parent: str
    name: str
    ends_at: datetime | None


async def make_missing(connection: Connection) -> list[str]:
    """Make the partitions that the next steps of time need; what is locked away now is made at the next turn."""
    made = []
    for row in await connection.fetch("SELECT parent, starts_at FROM partitions_missing() ORDER BY starts_at"):
        try:
            made.append(await connection.fetchval("SELECT partition_make($1, $2)", row["parent"], row["starts_at"]))
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            continue
        except asyncpg.CheckViolationError:
            # Rows of that time are in the default partition already; `overflowing` tells.
            continue
    return made


async def drop_expired(connection: Connection, *, keep: Mapping[str, timedelta] | None = None) -> list[str]:
    """Drop the partitions whose time is over: as the rules say, or as `keep` says of a table.

    What is kept by the month is never kept for less than its rule says.
    """
    dropped = []
    for row in await connection.fetch("SELECT parent, step, keep FROM partition_rules()"):
        kept = (keep or {}).get(row["parent"], row["keep"])
        if row["step"] == "month":
            kept = max(kept, row["keep"])
        for name in await connection.fetch(
            """
            SELECT name FROM partitions($1)
            WHERE NOT is_default AND name <> $1 || '_past' AND uuid_v7_time(to_id) < now() - $2::interval
            """,
            row["parent"],
            kept,
        ):
            try:
                await connection.execute("SELECT partition_drop($1, $2)", row["parent"], name["name"])
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.ForeignKeyViolationError):
                # Somebody reads it, or messages that are kept longer point into it: at a later turn.
                break
            dropped.append(name["name"])
    return dropped


async def overflowing(connection: Connection) -> list[str]:
    """Tables with rows in their default partition: a clock was wrong, or partitions were not made in time."""
    return [row["parent"] for row in await connection.fetch("SELECT parent FROM partitions_overflowing()")]


async def listed(connection: Connection) -> list[Partition]:
    """All partitions, oldest first in each table."""
    rows = await connection.fetch(
        """
        SELECT rule.parent, p.name, uuid_v7_time(p.to_id) AS ends_at
        FROM partition_rules() WITH ORDINALITY rule CROSS JOIN LATERAL partitions(rule.parent) p
        ORDER BY rule.ordinality, p.to_id NULLS LAST
        """
    )
    return [Partition(row["parent"], row["name"], row["ends_at"]) for row in rows]
