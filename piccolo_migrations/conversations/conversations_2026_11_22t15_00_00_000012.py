"""Searching customers by a part of their name, number or address."""

from __future__ import annotations

from pathlib import Path

from piccolo_migrations import Handwritten

ID = "2026-11-22T15:00:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "Searching customers by a part of their name, number or address"

CONVERSATIONS = Path(__file__).resolve().parents[2] / "orm" / "conversations"


async def forwards() -> Handwritten:
    return Handwritten(
        migration_id=ID,
        app_name="conversations",
        description=DESCRIPTION,
        folder=CONVERSATIONS,
        sql_files=("search.sql",),
    )
