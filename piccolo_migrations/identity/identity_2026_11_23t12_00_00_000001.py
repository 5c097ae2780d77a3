"""Which of many sign-ins are still good."""

from __future__ import annotations

from pathlib import Path

from piccolo_migrations import Handwritten

ID = "2026-11-23T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Which of many sign-ins are still good"


async def forwards() -> Handwritten:
    return Handwritten(
        migration_id=ID,
        app_name="identity",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=("gate_sign_ins.sql",),
    )
