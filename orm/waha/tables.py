"""Tables: WhatsApp accounts on WAHA servers, and what happens on them."""

from __future__ import annotations

from piccolo.table import Table

from orm.automation.tables import N8nWorkflow
from orm.columns import (
    SET_NULL,
    bigint,
    boolean,
    bytea,
    day,
    inet,
    integer,
    jsonb,
    long_text,
    now,
    numeric,
    reference,
    smallint,
    text_array,
    timestamptz,
    uuid,
    varchar,
)
from orm.conversations.tables import ChannelConfig, Customer
from orm.tenancy.tables import OfOrganization


class WahaSession(OfOrganization, Table, tablename="waha_sessions"):
    """One WhatsApp account paired through a WAHA server."""

    channel_config = reference("channel_config_id", ChannelConfig)
    n8n_workflow = reference("n8n_workflow_id", N8nWorkflow, SET_NULL, null=True)

    session_name = varchar(54)
    base_url = varchar(500)
    api_key_enc = long_text(null=True)
    webhook_secret_enc = long_text()
    webhook_token_hash = varchar(64)

    phone_number = varchar(20, null=True)
    instance_id = varchar(255, null=True)
    engine = varchar(10, default="NOWEB")
    me_id = varchar(100, null=True)
    me_lid = varchar(100, null=True)
    push_name = varchar(255, null=True)

    desired_state = varchar(10, default="running")
    status = varchar(40, default="STOPPED")
    status_at = now()
    status_history = jsonb([])
    is_authenticated = boolean(default=False)

    health_status = varchar(20, default="unknown")
    last_health_check_at = timestamptz(null=True)
    error_count = integer(default=0)
    last_error = long_text(null=True)
    restart_count = integer(default=0)

    has_business_features = boolean(default=False)
    business_name = varchar(255, null=True)
    business_category = varchar(100, null=True)
    is_verified = boolean(default=False)

    features = jsonb(
        {
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
        }
    )
    rate_limits = jsonb(
        {"media_per_hour": 100, "media_per_minute": 10, "messages_per_hour": 1000, "messages_per_minute": 60}
    )

    total_messages_sent = bigint(default=0)
    total_messages_received = bigint(default=0)
    total_media_sent = bigint(default=0)
    total_media_received = bigint(default=0)
    total_contacts = integer(default=0)
    total_groups = integer(default=0)
    last_message_at = timestamptz(null=True)
    last_media_at = timestamptz(null=True)
    last_event_at = timestamptz(null=True)

    session_config = jsonb({})
    webhook_config = jsonb({})
    metadata = jsonb({})


class WahaContact(OfOrganization, Table, tablename="waha_contacts"):
    """WhatsApp contacts seen by a session."""

    session = reference("session_id", WahaSession)
    customer = reference("customer_id", Customer, SET_NULL, null=True)

    contact_id = varchar(255)
    lid = varchar(100, null=True)
    phone_number = varchar(20, null=True)

    name = varchar(255, null=True)
    push_name = varchar(255, null=True)
    short_name = varchar(100, null=True)

    profile_picture_url = varchar(1000, null=True)
    profile_picture_at = timestamptz(null=True)
    status_message = long_text(null=True)
    status_message_at = timestamptz(null=True)

    is_me = boolean(default=False)
    is_contact = boolean(default=False)
    is_wa_contact = boolean(default=True)
    is_blocked = boolean(default=False)

    is_business = boolean(default=False)
    is_verified = boolean(default=False)
    verified_name = varchar(255, null=True)
    business_name = varchar(255, null=True)
    business_category = varchar(100, null=True)
    business_profile = jsonb({})

    labels = text_array()

    presence = varchar(20, null=True)
    last_seen = timestamptz(null=True)
    last_message_at = timestamptz(null=True)

    total_messages_sent = integer(default=0)
    total_messages_received = integer(default=0)
    total_media_sent = integer(default=0)
    total_media_received = integer(default=0)

    synced_at = timestamptz(null=True)
    metadata = jsonb({})


class WahaGroup(OfOrganization, Table, tablename="waha_groups"):
    """WhatsApp groups a session is in."""

    session = reference("session_id", WahaSession)
    group_id = varchar(255)

    name = varchar(255)
    description = long_text(null=True)
    profile_picture_url = varchar(1000, null=True)

    owner_id = varchar(100, null=True)
    group_created_at = timestamptz(null=True)

    is_announcement = boolean(default=False)
    is_community = boolean(default=False)
    is_ephemeral = boolean(default=False)
    ephemeral_timer = integer(null=True)

    participant_count = integer(default=0)
    admin_count = integer(default=0)
    participants = jsonb([])
    my_role = varchar(20, default="participant")
    left_at = timestamptz(null=True)

    invite_code = varchar(255, null=True)
    invite_link = varchar(500, null=True)

    only_admins_can_send_messages = boolean(default=False)
    only_admins_can_edit_info = boolean(default=False)
    only_admins_can_edit_settings = boolean(default=False)
    only_admins_can_invite = boolean(default=False)
    new_members_approval_required = boolean(default=False)
    permissions = jsonb({})

    inbox_policy = varchar(10, default="ignore")

    last_activity_at = timestamptz(null=True)
    total_messages = integer(default=0)
    total_media_messages = integer(default=0)

    synced_at = timestamptz(null=True)
    metadata = jsonb({})


class WahaMessage(OfOrganization, Table, tablename="waha_messages"):
    """The WhatsApp side of a message: what only WhatsApp has."""

    session = reference("session_id", WahaSession)
    chat_message_id = uuid(null=True)
    contact_ref = reference("contact_ref", WahaContact, SET_NULL, null=True)
    group_ref = reference("group_ref", WahaGroup, SET_NULL, null=True)

    message_id = varchar(255)
    message_key = varchar(128)

    chat_id = varchar(255)
    chat_type = varchar(20, default="individual")

    from_me = boolean(default=False)
    from_id = varchar(255)
    to_id = varchar(255, null=True)
    participant_id = varchar(255, null=True)
    source = varchar(10, default="app")

    type = varchar(20, default="text")
    text = long_text(null=True)
    has_media = boolean(default=False)
    media_data = jsonb({})
    content_data = jsonb({})
    quoted_data = jsonb({})
    business_data = jsonb({})
    raw_payload = jsonb(null=True)

    status = varchar(20, default="pending")
    ack = smallint(null=True)

    sent_at = timestamptz(null=True)
    delivered_at = timestamptz(null=True)
    read_at = timestamptz(null=True)
    played_at = timestamptz(null=True)
    failed_at = timestamptz(null=True)
    failure_reason = long_text(null=True)

    is_forwarded = boolean(default=False)
    is_reply = boolean(default=False)
    is_edited = boolean(default=False)
    is_deleted = boolean(default=False)
    is_starred = boolean(default=False)
    is_pinned = boolean(default=False)
    is_broadcast = boolean(default=False)
    is_ephemeral = boolean(default=False)
    ephemeral_timer = integer(null=True)

    reactions = jsonb([])
    processing_status = varchar(20, default="pending")
    metadata = jsonb({})


class WahaWebhookEvent(OfOrganization, Table, tablename="waha_webhook_events"):
    """Webhooks of WAHA, byte for byte as they came: what failed is replayed from here."""

    session = reference("session_id", WahaSession)
    event_id = varchar(100)
    request_id = varchar(100, null=True)

    event_type = varchar(60)
    event_timestamp = timestamptz(null=True)
    engine = varchar(10, null=True)

    body = bytea()

    signature_valid = boolean()
    source_ip = inet()

    processing_status = varchar(20, default="pending")
    retry_count = smallint(default=0)
    next_retry_at = timestamptz(null=True)
    locked_until = timestamptz(null=True)
    processed_at = timestamptz(null=True)
    processing_duration_ms = integer(null=True)
    processing_error = long_text(null=True)
    chat_message_id = uuid(null=True)

    forward_status = varchar(20, default="none")
    forwarded_at = timestamptz(null=True)
    forward_http_status = smallint(null=True)
    forward_response = long_text(null=True)
    forward_error = long_text(null=True)

    metadata = jsonb({})


class WahaApiRequest(OfOrganization, Table, tablename="waha_api_requests"):
    """Calls made to WAHA servers."""

    session = reference("session_id", WahaSession, null=True)
    request_id = varchar(64)

    endpoint = varchar(255)
    method = varchar(10)
    request_timestamp = now()
    request_headers = jsonb({})
    request_body = jsonb(null=True)
    request_params = jsonb({})

    triggered_by = varchar(20, default="system")
    user_id = uuid(null=True)

    response_status_code = smallint(null=True)
    response_headers = jsonb(null=True)
    response_body = jsonb(null=True)
    response_timestamp = timestamptz(null=True)
    response_time_ms = integer(null=True)
    request_size_bytes = integer(null=True)
    response_size_bytes = integer(null=True)

    status = varchar(20, default="pending")
    error_code = varchar(50, null=True)
    error_message = long_text(null=True)
    retry_count = smallint(default=0)
    retry_at = timestamptz(null=True)

    was_rate_limited = boolean(default=False)
    rate_limit_type = varchar(50, null=True)
    rate_limit_remaining = integer(null=True)
    rate_limit_reset_at = timestamptz(null=True)

    metadata = jsonb({})


class WahaRateLimit(OfOrganization, Table, tablename="waha_rate_limits"):
    """Send limits of a session and their present counters.

    Redis decides live; this is the configuration and the durable copy.
    """

    session = reference("session_id", WahaSession)
    rate_limit_type = varchar(50)

    window_type = varchar(20, default="sliding")
    window_start = now()
    window_end = timestamptz(null=True)

    limit_threshold = integer()
    current_count = integer(default=0)

    is_active = boolean(default=True)
    is_exceeded = boolean(default=False)
    exceeded_at = timestamptz(null=True)
    reset_at = timestamptz(null=True)

    config = jsonb({})
    metadata = jsonb({})


class WahaBusinessFeatures(OfOrganization, Table, tablename="waha_business_features"):
    """WhatsApp Business profile, verification, catalogue and shop switches of a session."""

    session = reference("session_id", WahaSession)
    business_name = varchar(255)
    business_category = varchar(100, null=True)
    business_description = long_text(null=True)
    business_website = varchar(255, null=True)
    business_email = varchar(255, null=True)
    business_address = long_text(null=True)

    is_verified = boolean(default=False)
    verification_status = varchar(50, default="unverified")
    verified_at = timestamptz(null=True)

    business_hours = jsonb({})
    has_catalog = boolean(default=False)
    catalog_enabled = boolean(default=False)
    product_count = integer(default=0)

    labels = jsonb([])
    label_colors = jsonb({})
    quick_replies = jsonb([])

    greeting_message = long_text(null=True)
    away_message = long_text(null=True)

    shopping_enabled = boolean(default=False)
    payment_enabled = boolean(default=False)
    cart_enabled = boolean(default=False)

    synced_at = timestamptz(null=True)
    metadata = jsonb({})


class WahaAnalyticsDaily(OfOrganization, Table, tablename="waha_analytics_daily"):
    """One row per session and day."""

    session = reference("session_id", WahaSession)
    date = day()

    total_messages_sent = integer(default=0)
    total_messages_received = integer(default=0)
    total_media_sent = integer(default=0)
    total_media_received = integer(default=0)

    total_text_messages = integer(default=0)
    total_voice_messages = integer(default=0)
    total_video_messages = integer(default=0)
    total_file_messages = integer(default=0)
    total_location_messages = integer(default=0)
    total_contact_messages = integer(default=0)
    total_sticker_messages = integer(default=0)
    total_template_messages = integer(default=0)
    total_interactive_messages = integer(default=0)

    total_contacts = integer(default=0)
    new_contacts = integer(default=0)
    active_contacts = integer(default=0)
    business_contacts = integer(default=0)
    verified_contacts = integer(default=0)

    total_groups = integer(default=0)
    new_groups = integer(default=0)
    active_groups = integer(default=0)
    announcement_groups = integer(default=0)
    community_groups = integer(default=0)
    ephemeral_groups = integer(default=0)

    business_metrics = jsonb({})
    avg_response_time_ms = integer(null=True)
    uptime_percentage = numeric(5, 2, null=True)

    total_api_requests = integer(default=0)
    successful_api_requests = integer(default=0)
    failed_api_requests = integer(default=0)
    rate_limited_requests = integer(default=0)

    total_webhook_events = integer(default=0)
    processed_webhook_events = integer(default=0)
    failed_webhook_events = integer(default=0)

    total_errors = integer(default=0)
    connection_errors = integer(default=0)
    authentication_errors = integer(default=0)
    rate_limit_errors = integer(default=0)
    webhook_errors = integer(default=0)

    hourly_message_distribution = jsonb({})
    peak_hours = jsonb({})
    daily_trends = jsonb({})
    is_final = boolean(default=False)
    metadata = jsonb({})
