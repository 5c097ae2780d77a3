"""The event log and its readers, the outbound queue, and what waits."""

from __future__ import annotations

from pathlib import Path

from piccolo.columns import JSONB, UUID, BigInt, ForeignKey, OnDelete, OnUpdate, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "The event log and its readers, the outbound queue, and what waits"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class ChannelConfig(Table, tablename="channel_configs"):
    id = UUID(primary_key=True)


class ChatSession(Table, tablename="chat_sessions"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class EventStream(Table, tablename="event_streams"):
    organization = ForeignKey(
        Organization,
        primary_key=True,
        null=False,
        on_delete=OnDelete.cascade,
        on_update=OnUpdate.no_action,
        db_column_name="organization_id",
    )
    seq = BigInt(default=0, null=False)
    last_event_id = UUID(default=None, null=True)


class Event(Table, tablename="events"):
    id = UUID(primary_key=True, default=None)
    organization = reference("organization_id", Organization)
    seq = BigInt(default=None, null=False)
    type = Varchar(length=60, default=None, null=False)
    session_id = UUID(default=None, null=True)
    audience = Varchar(length=100, default="agents", null=False)
    body = Text(default=None, null=False)
    created_at = Timestamptz(default=TimestamptzNow(), null=False)


class Delivery(OfOrganization, Table, tablename="deliveries"):
    message_id = UUID(default=None, null=False)
    session = reference("session_id", ChatSession)
    channel_config = reference("channel_config_id", ChannelConfig)
    priority = SmallInt(default=0, null=False)
    state = Varchar(length=10, default="waiting", null=False)
    next_at = Timestamptz(default=TimestamptzNow(), null=False)
    lease_until = Timestamptz(default=None, null=True)
    fence = BigInt(default=0, null=False)
    attempts = SmallInt(default=0, null=False)
    external_key = Varchar(length=255, default=None, null=True)
    last_error = Text(default=None, null=True)


class ParkedReceipt(Identified, Table, tablename="parked_receipts"):
    organization = reference("organization_id", Organization)
    channel_config = reference("channel_config_id", ChannelConfig)
    external_key = Varchar(length=255, default=None, null=False)
    kind = Varchar(length=20, default=None, null=False)
    body = JSONB(default=None, null=False)
    received_at = Timestamptz(default=TimestamptzNow(), null=False)
    expires_at = Timestamptz(default=None, null=False)


class IdempotencyKey(Identified, Table, tablename="idempotency_keys"):
    organization = reference("organization_id", Organization)
    key = Varchar(length=255, default=None, null=False)
    request_hash = Varchar(length=64, default=None, null=False)
    status = SmallInt(default=None, null=True)
    response = Text(default=None, null=True)
    created_at = Timestamptz(default=TimestamptzNow(), null=False)


class Cursor(OfOrganization, Table, tablename="cursors"):
    reader = Varchar(length=20, default=None, null=False)
    reader_id = UUID(default=None, null=True)
    name = Varchar(length=50, default="", null=False)
    seq = BigInt(default=0, null=False)
    event_id = UUID(default=None, null=True)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="relay",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "frames.sql",
            "event_streams.sql",
            "events.sql",
            "deliveries.sql",
            "leftovers.sql",
        ),
    )
    return manager.remember(EventStream, Event, Delivery, ParkedReceipt, IdempotencyKey, Cursor)
