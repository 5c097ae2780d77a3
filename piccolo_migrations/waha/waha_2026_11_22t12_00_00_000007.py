"""WhatsApp accounts on WAHA servers."""

from __future__ import annotations

from pathlib import Path

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    Date,
    Integer,
    Numeric,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import Inet, UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "WhatsApp accounts on WAHA servers"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class N8nWorkflow(Table, tablename="n8n_workflows"):
    id = UUID(primary_key=True)


class ChannelConfig(Table, tablename="channel_configs"):
    id = UUID(primary_key=True)


class Customer(Table, tablename="customers"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class WahaSession(OfOrganization, Table, tablename="waha_sessions"):
    channel_config = reference("channel_config_id", ChannelConfig)
    n8n_workflow = reference("n8n_workflow_id", N8nWorkflow, "set_null", null=True)
    session_name = Varchar(length=54, default=None, null=False)
    base_url = Varchar(length=500, default=None, null=False)
    api_key_enc = Text(default=None, null=True)
    webhook_secret_enc = Text(default=None, null=False)
    webhook_token_hash = Varchar(length=64, default=None, null=False)
    phone_number = Varchar(length=20, default=None, null=True)
    instance_id = Varchar(length=255, default=None, null=True)
    engine = Varchar(length=10, default="NOWEB", null=False)
    me_id = Varchar(length=100, default=None, null=True)
    me_lid = Varchar(length=100, default=None, null=True)
    push_name = Varchar(length=255, default=None, null=True)
    desired_state = Varchar(length=10, default="running", null=False)
    status = Varchar(length=40, default="STOPPED", null=False)
    status_at = Timestamptz(default=TimestamptzNow(), null=False)
    status_history = JSONB(default=[], null=False)
    is_authenticated = Boolean(default=False, null=False)
    health_status = Varchar(length=20, default="unknown", null=False)
    last_health_check_at = Timestamptz(default=None, null=True)
    error_count = Integer(default=0, null=False)
    last_error = Text(default=None, null=True)
    restart_count = Integer(default=0, null=False)
    has_business_features = Boolean(default=False, null=False)
    business_name = Varchar(length=255, default=None, null=True)
    business_category = Varchar(length=100, default=None, null=True)
    is_verified = Boolean(default=False, null=False)
    features = JSONB(
        default={
            "labels": False,
            "catalog": False,
            "payment": False,
            "shopping": False,
            "broadcast": False,
            "templates": False,
            "group_chat": False,
            "video_calls": False,
            "media_upload": False,
            "quick_replies": False,
            "voice_messages": False,
        },
        null=False,
    )
    rate_limits = JSONB(
        default={"media_per_hour": 100, "media_per_minute": 10, "messages_per_hour": 1000, "messages_per_minute": 60},
        null=False,
    )
    total_messages_sent = BigInt(default=0, null=False)
    total_messages_received = BigInt(default=0, null=False)
    total_media_sent = BigInt(default=0, null=False)
    total_media_received = BigInt(default=0, null=False)
    total_contacts = Integer(default=0, null=False)
    total_groups = Integer(default=0, null=False)
    last_message_at = Timestamptz(default=None, null=True)
    last_media_at = Timestamptz(default=None, null=True)
    last_event_at = Timestamptz(default=None, null=True)
    session_config = JSONB(default={}, null=False)
    webhook_config = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)


class WahaContact(OfOrganization, Table, tablename="waha_contacts"):
    session = reference("session_id", WahaSession)
    customer = reference("customer_id", Customer, "set_null", null=True)
    contact_id = Varchar(length=255, default=None, null=False)
    lid = Varchar(length=100, default=None, null=True)
    phone_number = Varchar(length=20, default=None, null=True)
    name = Varchar(length=255, default=None, null=True)
    push_name = Varchar(length=255, default=None, null=True)
    short_name = Varchar(length=100, default=None, null=True)
    profile_picture_url = Varchar(length=1000, default=None, null=True)
    profile_picture_at = Timestamptz(default=None, null=True)
    status_message = Text(default=None, null=True)
    status_message_at = Timestamptz(default=None, null=True)
    is_me = Boolean(default=False, null=False)
    is_contact = Boolean(default=False, null=False)
    is_wa_contact = Boolean(default=True, null=False)
    is_blocked = Boolean(default=False, null=False)
    is_business = Boolean(default=False, null=False)
    is_verified = Boolean(default=False, null=False)
    verified_name = Varchar(length=255, default=None, null=True)
    business_name = Varchar(length=255, default=None, null=True)
    business_category = Varchar(length=100, default=None, null=True)
    business_profile = JSONB(default={}, null=False)
    labels = Array(base_column=Text(), default=[])
    presence = Varchar(length=20, default=None, null=True)
    last_seen = Timestamptz(default=None, null=True)
    last_message_at = Timestamptz(default=None, null=True)
    total_messages_sent = Integer(default=0, null=False)
    total_messages_received = Integer(default=0, null=False)
    total_media_sent = Integer(default=0, null=False)
    total_media_received = Integer(default=0, null=False)
    synced_at = Timestamptz(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class WahaGroup(OfOrganization, Table, tablename="waha_groups"):
    session = reference("session_id", WahaSession)
    group_id = Varchar(length=255, default=None, null=False)
    name = Varchar(length=255, default=None, null=False)
    description = Text(default=None, null=True)
    profile_picture_url = Varchar(length=1000, default=None, null=True)
    owner_id = Varchar(length=100, default=None, null=True)
    group_created_at = Timestamptz(default=None, null=True)
    is_announcement = Boolean(default=False, null=False)
    is_community = Boolean(default=False, null=False)
    is_ephemeral = Boolean(default=False, null=False)
    ephemeral_timer = Integer(default=None, null=True)
    participant_count = Integer(default=0, null=False)
    admin_count = Integer(default=0, null=False)
    participants = JSONB(default=[], null=False)
    my_role = Varchar(length=20, default="participant", null=False)
    left_at = Timestamptz(default=None, null=True)
    invite_code = Varchar(length=255, default=None, null=True)
    invite_link = Varchar(length=500, default=None, null=True)
    only_admins_can_send_messages = Boolean(default=False, null=False)
    only_admins_can_edit_info = Boolean(default=False, null=False)
    only_admins_can_edit_settings = Boolean(default=False, null=False)
    only_admins_can_invite = Boolean(default=False, null=False)
    new_members_approval_required = Boolean(default=False, null=False)
    permissions = JSONB(default={}, null=False)
    inbox_policy = Varchar(length=10, default="ignore", null=False)
    last_activity_at = Timestamptz(default=None, null=True)
    total_messages = Integer(default=0, null=False)
    total_media_messages = Integer(default=0, null=False)
    synced_at = Timestamptz(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class WahaMessage(OfOrganization, Table, tablename="waha_messages"):
    session = reference("session_id", WahaSession)
    chat_message_id = UUID(default=None, null=True)
    contact_ref = reference("contact_ref", WahaContact, "set_null", null=True)
    group_ref = reference("group_ref", WahaGroup, "set_null", null=True)
    message_id = Varchar(length=255, default=None, null=False)
    message_key = Varchar(length=128, default=None, null=False)
    chat_id = Varchar(length=255, default=None, null=False)
    chat_type = Varchar(length=20, default="individual", null=False)
    from_me = Boolean(default=False, null=False)
    from_id = Varchar(length=255, default=None, null=False)
    to_id = Varchar(length=255, default=None, null=True)
    participant_id = Varchar(length=255, default=None, null=True)
    source = Varchar(length=10, default="app", null=False)
    type = Varchar(length=20, default="text", null=False)
    text = Text(default=None, null=True)
    has_media = Boolean(default=False, null=False)
    media_data = JSONB(default={}, null=False)
    content_data = JSONB(default={}, null=False)
    quoted_data = JSONB(default={}, null=False)
    business_data = JSONB(default={}, null=False)
    raw_payload = JSONB(default=None, null=True)
    status = Varchar(length=20, default="pending", null=False)
    ack = SmallInt(default=None, null=True)
    sent_at = Timestamptz(default=None, null=True)
    delivered_at = Timestamptz(default=None, null=True)
    read_at = Timestamptz(default=None, null=True)
    played_at = Timestamptz(default=None, null=True)
    failed_at = Timestamptz(default=None, null=True)
    failure_reason = Text(default=None, null=True)
    is_forwarded = Boolean(default=False, null=False)
    is_reply = Boolean(default=False, null=False)
    is_edited = Boolean(default=False, null=False)
    is_deleted = Boolean(default=False, null=False)
    is_starred = Boolean(default=False, null=False)
    is_pinned = Boolean(default=False, null=False)
    is_broadcast = Boolean(default=False, null=False)
    is_ephemeral = Boolean(default=False, null=False)
    ephemeral_timer = Integer(default=None, null=True)
    reactions = JSONB(default=[], null=False)
    processing_status = Varchar(length=20, default="pending", null=False)
    metadata = JSONB(default={}, null=False)


class WahaWebhookEvent(OfOrganization, Table, tablename="waha_webhook_events"):
    session = reference("session_id", WahaSession)
    event_id = Varchar(length=100, default=None, null=False)
    request_id = Varchar(length=100, default=None, null=True)
    event_type = Varchar(length=60, default=None, null=False)
    event_timestamp = Timestamptz(default=None, null=True)
    engine = Varchar(length=10, default=None, null=True)
    body = Bytea(default=None, null=False)
    signature_valid = Boolean(default=None, null=False)
    source_ip = Inet(null=True)
    processing_status = Varchar(length=20, default="pending", null=False)
    retry_count = SmallInt(default=0, null=False)
    next_retry_at = Timestamptz(default=None, null=True)
    locked_until = Timestamptz(default=None, null=True)
    processed_at = Timestamptz(default=None, null=True)
    processing_duration_ms = Integer(default=None, null=True)
    processing_error = Text(default=None, null=True)
    chat_message_id = UUID(default=None, null=True)
    forward_status = Varchar(length=20, default="none", null=False)
    forwarded_at = Timestamptz(default=None, null=True)
    forward_http_status = SmallInt(default=None, null=True)
    forward_response = Text(default=None, null=True)
    forward_error = Text(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class WahaApiRequest(OfOrganization, Table, tablename="waha_api_requests"):
    session = reference("session_id", WahaSession, null=True)
    request_id = Varchar(length=64, default=None, null=False)
    endpoint = Varchar(length=255, default=None, null=False)
    method = Varchar(length=10, default=None, null=False)
    request_timestamp = Timestamptz(default=TimestamptzNow(), null=False)
    request_headers = JSONB(default={}, null=False)
    request_body = JSONB(default=None, null=True)
    request_params = JSONB(default={}, null=False)
    triggered_by = Varchar(length=20, default="system", null=False)
    user_id = UUID(default=None, null=True)
    response_status_code = SmallInt(default=None, null=True)
    response_headers = JSONB(default=None, null=True)
    response_body = JSONB(default=None, null=True)
    response_timestamp = Timestamptz(default=None, null=True)
    response_time_ms = Integer(default=None, null=True)
    request_size_bytes = Integer(default=None, null=True)
    response_size_bytes = Integer(default=None, null=True)
    status = Varchar(length=20, default="pending", null=False)
    error_code = Varchar(length=50, default=None, null=True)
    error_message = Text(default=None, null=True)
    retry_count = SmallInt(default=0, null=False)
    retry_at = Timestamptz(default=None, null=True)
    was_rate_limited = Boolean(default=False, null=False)
    rate_limit_type = Varchar(length=50, default=None, null=True)
    rate_limit_remaining = Integer(default=None, null=True)
    rate_limit_reset_at = Timestamptz(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class WahaRateLimit(OfOrganization, Table, tablename="waha_rate_limits"):
    session = reference("session_id", WahaSession)
    rate_limit_type = Varchar(length=50, default=None, null=False)
    window_type = Varchar(length=20, default="sliding", null=False)
    window_start = Timestamptz(default=TimestamptzNow(), null=False)
    window_end = Timestamptz(default=None, null=True)
    limit_threshold = Integer(default=None, null=False)
    current_count = Integer(default=0, null=False)
    is_active = Boolean(default=True, null=False)
    is_exceeded = Boolean(default=False, null=False)
    exceeded_at = Timestamptz(default=None, null=True)
    reset_at = Timestamptz(default=None, null=True)
    config = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)


class WahaBusinessFeatures(OfOrganization, Table, tablename="waha_business_features"):
    session = reference("session_id", WahaSession)
    business_name = Varchar(length=255, default=None, null=False)
    business_category = Varchar(length=100, default=None, null=True)
    business_description = Text(default=None, null=True)
    business_website = Varchar(length=255, default=None, null=True)
    business_email = Varchar(length=255, default=None, null=True)
    business_address = Text(default=None, null=True)
    is_verified = Boolean(default=False, null=False)
    verification_status = Varchar(length=50, default="unverified", null=False)
    verified_at = Timestamptz(default=None, null=True)
    business_hours = JSONB(default={}, null=False)
    has_catalog = Boolean(default=False, null=False)
    catalog_enabled = Boolean(default=False, null=False)
    product_count = Integer(default=0, null=False)
    labels = JSONB(default=[], null=False)
    label_colors = JSONB(default={}, null=False)
    quick_replies = JSONB(default=[], null=False)
    greeting_message = Text(default=None, null=True)
    away_message = Text(default=None, null=True)
    shopping_enabled = Boolean(default=False, null=False)
    payment_enabled = Boolean(default=False, null=False)
    cart_enabled = Boolean(default=False, null=False)
    synced_at = Timestamptz(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class WahaAnalyticsDaily(OfOrganization, Table, tablename="waha_analytics_daily"):
    session = reference("session_id", WahaSession)
    date = Date(default=None, null=False)
    total_messages_sent = Integer(default=0, null=False)
    total_messages_received = Integer(default=0, null=False)
    total_media_sent = Integer(default=0, null=False)
    total_media_received = Integer(default=0, null=False)
    total_text_messages = Integer(default=0, null=False)
    total_voice_messages = Integer(default=0, null=False)
    total_video_messages = Integer(default=0, null=False)
    total_file_messages = Integer(default=0, null=False)
    total_location_messages = Integer(default=0, null=False)
    total_contact_messages = Integer(default=0, null=False)
    total_sticker_messages = Integer(default=0, null=False)
    total_template_messages = Integer(default=0, null=False)
    total_interactive_messages = Integer(default=0, null=False)
    total_contacts = Integer(default=0, null=False)
    new_contacts = Integer(default=0, null=False)
    active_contacts = Integer(default=0, null=False)
    business_contacts = Integer(default=0, null=False)
    verified_contacts = Integer(default=0, null=False)
    total_groups = Integer(default=0, null=False)
    new_groups = Integer(default=0, null=False)
    active_groups = Integer(default=0, null=False)
    announcement_groups = Integer(default=0, null=False)
    community_groups = Integer(default=0, null=False)
    ephemeral_groups = Integer(default=0, null=False)
    business_metrics = JSONB(default={}, null=False)
    avg_response_time_ms = Integer(default=None, null=True)
    uptime_percentage = Numeric(digits=(5, 2), default=None, null=True)
    total_api_requests = Integer(default=0, null=False)
    successful_api_requests = Integer(default=0, null=False)
    failed_api_requests = Integer(default=0, null=False)
    rate_limited_requests = Integer(default=0, null=False)
    total_webhook_events = Integer(default=0, null=False)
    processed_webhook_events = Integer(default=0, null=False)
    failed_webhook_events = Integer(default=0, null=False)
    total_errors = Integer(default=0, null=False)
    connection_errors = Integer(default=0, null=False)
    authentication_errors = Integer(default=0, null=False)
    rate_limit_errors = Integer(default=0, null=False)
    webhook_errors = Integer(default=0, null=False)
    hourly_message_distribution = JSONB(default={}, null=False)
    peak_hours = JSONB(default={}, null=False)
    daily_trends = JSONB(default={}, null=False)
    is_final = Boolean(default=False, null=False)
    metadata = JSONB(default={}, null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="waha",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "waha_sessions.sql",
            "waha_contacts.sql",
            "waha_groups.sql",
            "waha_messages.sql",
            "waha_webhook_events.sql",
            "waha_api_requests.sql",
            "waha_rate_limits.sql",
            "waha_business_features.sql",
            "waha_analytics_daily.sql",
            "gates.sql",
        ),
    )
    return manager.remember(
        WahaSession,
        WahaContact,
        WahaGroup,
        WahaMessage,
        WahaWebhookEvent,
        WahaApiRequest,
        WahaRateLimit,
        WahaBusinessFeatures,
        WahaAnalyticsDaily,
    )
