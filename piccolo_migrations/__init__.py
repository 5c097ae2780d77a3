"""Migrations whose DDL is written by hand, in `.sql` files beside them.

Piccolo cannot say partitions, partial and composite indexes, generated columns, composite foreign keys or row-level
security, so SQL says them, and a migration only tells Piccolo which tables have come about, so that `--auto` knows
them. This file stays as it is: every migration that was ever published reads its SQL through it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import ForeignKey, OnDelete, OnUpdate
from piccolo.columns.reference import LazyTableReference
from piccolo.engine.finder import engine_finder
from piccolo.table import Table

_BACKWARDS = "-- backwards\n"


@dataclass
class Handwritten(MigrationManager):
    """Runs the first halves of its SQL files in order, and backwards the second halves in reverse order."""

    folder: Path = Path()
    sql_files: tuple[str, ...] = ()

    def remember(self, *tables: type[Table]) -> Handwritten:
        """Tell Piccolo what the SQL has made; nothing of it is run."""
        for table in tables:
            self.add_table(table.__name__, table._meta.tablename, columns=table._meta.non_default_columns)
        return self

    async def run(self, backwards: bool = False) -> None:
        """Run the SQL in one transaction."""
        async with engine_finder().transaction() as transaction:
            for name in reversed(self.sql_files) if backwards else self.sql_files:
                try:
                    await transaction.connection.execute(self._half(name, backwards=backwards))
                except Exception as error:
                    error.add_note(f"in {self.folder / name}")
                    raise

    def _half(self, name: str, *, backwards: bool) -> str:
        forwards_sql, mark, backwards_sql = (self.folder / name).read_text(encoding="utf-8").partition(_BACKWARDS)
        if not mark:
            raise ValueError(f"{name} does not say how to go backwards")
        return backwards_sql if backwards else forwards_sql


def reference(
    column: str, to: type[Table] | LazyTableReference | str, on_delete: str = "cascade", *, null: bool = False
) -> ForeignKey:
    """A foreign key as Piccolo is to remember it."""
    return ForeignKey(to, null=null, on_delete=OnDelete[on_delete], on_update=OnUpdate.no_action, db_column_name=column)
