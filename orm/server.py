"""What a database server is, and whose tables a database holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orm.connection import Connection


async def version_number(connection: Connection) -> int:
    """The server's version as PostgreSQL counts it: 180006 is 18.6."""
    return int(await connection.fetchval("show server_version_num"))


async def tables(connection: Connection) -> set[str]:
    """The tables of the schema `public`, partitions left out."""
    rows = await connection.fetch(
        """
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
        """
    )
    return {row["relname"] for row in rows}


async def migrated_apps(connection: Connection) -> set[str]:
    """The apps whose migrations ran here; the table is Piccolo's own."""
    rows = await connection.fetch("select distinct app_name from migration")
    return {row["app_name"] for row in rows}


async def bypasses_row_security(connection: Connection) -> bool:
    """Whether this login may read past row-level security."""
    return bool(await connection.fetchval("select rolsuper or rolbypassrls from pg_roles where rolname = current_user"))
