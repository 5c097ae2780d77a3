"""Tables: the event log and its readers, the outbound queue, and what waits."""

from __future__ import annotations

from piccolo.columns import UUID, ForeignKey, OnDelete, OnUpdate
from piccolo.table import Table

from orm.columns import Identified, bigint, jsonb, long_text, now, reference, smallint, timestamptz, uuid, varchar
from orm.conversations.tables import ChannelConfig, ChatSession
from orm.tenancy.tables import OfOrganization, Organization


class EventStream(Table, tablename="event_streams"):
    """Where the event log of each organization ends.

    Its lock is the last one that a transaction takes: so events are numbered 1, 2, 3 … without a hole, in the order
    of the commits.
    """

    organization = ForeignKey(
        Organization,
        primary_key=True,
        null=False,
        on_delete=OnDelete.cascade,
        on_update=OnUpdate.no_action,
        db_column_name="organization_id",
    )
    seq = bigint(default=0)
    last_event_id = uuid(null=True)


class Event(Table, tablename="events"):
    """The log: one row per fact that somebody can see, append-only, numbered per organization by event_streams.

    `body` is the frame, byte for byte as it is sent.
    """

    id = UUID(primary_key=True, default=None)
    organization = reference("organization_id", Organization)

    seq = bigint()
    type = varchar(60)
    session_id = uuid(null=True)
    audience = varchar(100, default="agents")
    body = long_text()

    created_at = now()


class Delivery(OfOrganization, Table, tablename="deliveries"):
    """The outbound queue: the row is the work, a task in Redis is only a wake-up.

    An attempt is written here before the provider is called; fence rises with each lease, so that a worker that lost
    its lease cannot write its result.
    """

    message_id = uuid()
    session = reference("session_id", ChatSession)
    channel_config = reference("channel_config_id", ChannelConfig)
    priority = smallint(default=0)

    state = varchar(10, default="waiting")
    next_at = now()
    lease_until = timestamptz(null=True)
    fence = bigint(default=0)
    attempts = smallint(default=0)
    external_key = varchar(255, null=True)
    last_error = long_text(null=True)


class ParkedReceipt(Identified, Table, tablename="parked_receipts"):
    """What came before the message that it is about: acks, edits, revokes, reactions, and echoes of our own sends.

    Applied when the message comes, under one advisory lock on (channel, key), or by a sweep.
    """

    organization = reference("organization_id", Organization)

    channel_config = reference("channel_config_id", ChannelConfig)
    external_key = varchar(255)
    kind = varchar(20)
    body = jsonb()
    received_at = now()
    expires_at = timestamptz()


class IdempotencyKey(Identified, Table, tablename="idempotency_keys"):
    """Answers to writes that carried an Idempotency-Key, for a day: the same key gets the same answer.

    `status` is null while the first request still runs.
    """

    organization = reference("organization_id", Organization)

    key = varchar(255)
    request_hash = varchar(64)
    status = smallint(null=True)
    response = long_text(null=True)
    created_at = now()


class Cursor(OfOrganization, Table, tablename="cursors"):
    """How far a reader that must not lose its place (a bot, an outgoing webhook, a workflow, a job of our own) has
    read the log of an organization.
    """

    reader = varchar(20)
    reader_id = uuid(null=True)
    name = varchar(50, default="")
    seq = bigint(default=0)
    event_id = uuid(null=True)
