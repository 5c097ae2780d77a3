"""Which organization an operator means."""

from __future__ import annotations

from pathlib import Path

from piccolo_migrations import Handwritten

ID = "2026-11-22T16:00:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "Which organization an operator means"


async def forwards() -> Handwritten:
    return Handwritten(
        migration_id=ID,
        app_name="tenancy",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=("gates.sql",),
    )
