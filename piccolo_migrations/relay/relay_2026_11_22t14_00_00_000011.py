"""The way in: the functions that store what providers tell us, a batch at a time."""

from __future__ import annotations

from pathlib import Path

from piccolo_migrations import Handwritten

ID = "2026-11-22T14:00:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "The way in: the functions that store what providers tell us, a batch at a time"

CONVERSATIONS = Path(__file__).resolve().parents[2] / "orm" / "conversations"


async def forwards() -> Handwritten:
    return Handwritten(
        migration_id=ID,
        app_name="relay",
        description=DESCRIPTION,
        folder=CONVERSATIONS,
        sql_files=(
            "state.sql",
            "log.sql",
            "rights.sql",
            "webhooks.sql",
            "chats.sql",
            "messages.sql",
            "receipts.sql",
            "parked.sql",
            "ingest.sql",
            "connection_status.sql",
            "sweeping.sql",
        ),
    )
