"""Tables: channels, customers, agents, sessions and messages."""

from __future__ import annotations

from piccolo.table import Table

from orm.bots.tables import BotPersonality
from orm.columns import (
    NO_ACTION,
    SET_NULL,
    bigint,
    boolean,
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
from orm.identity.tables import User
from orm.tenancy.tables import OfOrganization


class ChannelConfig(OfOrganization, Table, tablename="channel_configs"):
    """One connected inbox: a WhatsApp number, a web widget, a Telegram bot, …"""

    channel = varchar(20)
    channel_identifier = varchar(255)
    name = varchar(255)
    display_name = varchar(255, null=True)
    description = long_text(null=True)

    personality = reference("personality_id", BotPersonality, SET_NULL, null=True)

    widget_key = varchar(64, null=True)
    allowed_origins = text_array()

    webhook_url = varchar(500, null=True)
    webhook_secret_enc = long_text(null=True)
    api_key_enc = long_text(null=True)
    api_secret_enc = long_text(null=True)
    access_token_enc = long_text(null=True)
    refresh_token_enc = long_text(null=True)
    token_expires_at = timestamptz(null=True)

    settings = jsonb({})
    rate_limits = jsonb({"messages_per_hour": 1000, "messages_per_minute": 60})
    widget_config = jsonb({})
    theme_config = jsonb({})
    supported_message_types = text_array("text")
    features = jsonb({"file_upload": False, "read_receipts": True, "typing_indicator": True})

    is_active = boolean(default=True)
    health_status = varchar(20, default="unknown")
    last_connected_at = timestamptz(null=True)
    last_health_check_at = timestamptz(null=True)
    last_error = long_text(null=True)
    last_error_at = timestamptz(null=True)
    connection_attempts = integer(default=0)

    total_messages_sent = bigint(default=0)
    total_messages_received = bigint(default=0)
    uptime_percentage = numeric(5, 2, default="100")

    rev = bigint(default=1)

    deleted_at = timestamptz(null=True)


class Customer(OfOrganization, Table, tablename="customers"):
    """People who write in: a row per channel and identity on it; the rows of one person can be merged.

    A group chat is a customer of its own.
    """

    channel_config = reference("channel_config_id", ChannelConfig, NO_ACTION)
    channel = varchar(20)
    channel_user_id = varchar(255)

    external_id = varchar(255, null=True)
    name = varchar(255, null=True)
    first_name = varchar(100, null=True)
    last_name = varchar(100, null=True)
    email = varchar(255, null=True)
    phone = varchar(20, null=True)

    merged_into = reference("merged_into_id", "self", SET_NULL, null=True)
    active_session_id = uuid(null=True)

    avatar_url = varchar(500, null=True)
    language = varchar(10, default="en")
    timezone = varchar(64, default="UTC")

    profile_data = jsonb({})
    preferences = jsonb({})
    tags = text_array()
    segments = text_array()
    source = varchar(100, null=True)
    utm_data = jsonb({})

    is_blocked = boolean(default=False)
    blocked_at = timestamptz(null=True)

    first_interaction_at = timestamptz(null=True)
    last_interaction_at = timestamptz(null=True)
    total_interactions = integer(default=0)
    total_messages = integer(default=0)

    avg_response_time = integer(null=True)
    satisfaction_score = numeric(3, 2, null=True)
    interaction_patterns = jsonb({})
    interests = text_array()
    purchase_history = jsonb([])

    sentiment_label = varchar(20, null=True)
    sentiment_history = jsonb([])
    intent_patterns = jsonb({})
    engagement_score = numeric(3, 2, default="0")

    notes = long_text(null=True)
    status = varchar(20, default="active")

    rev = bigint(default=1)

    deleted_at = timestamptz(null=True)


class Agent(OfOrganization, Table, tablename="agents"):
    """The agent side of a user: skills, capacity, availability, performance, game points."""

    user = reference("user_id", User)
    agent_code = varchar(50)
    display_name = varchar(255, null=True)
    department = varchar(100, null=True)
    job_title = varchar(100, null=True)

    specialization = text_array()
    bio = long_text(null=True)

    max_concurrent_chats = integer(default=5)
    current_active_chats = integer(default=0)
    availability_status = varchar(20, default="offline")
    status_changed_at = now()
    last_seen_at = timestamptz(null=True)
    last_assigned_at = timestamptz(null=True)
    auto_accept_chats = boolean(default=False)

    working_hours = jsonb({})
    breaks = jsonb([])
    time_off = jsonb([])

    skills = text_array()
    languages = text_array("en")
    expertise_areas = text_array()
    certifications = text_array()
    preferences = jsonb({})

    performance_metrics = jsonb({"satisfaction": 0, "response_time": 0, "resolution_rate": 0})
    rating = numeric(3, 2, default="0")
    total_handled_chats = integer(default=0)
    total_resolved_chats = integer(default=0)
    avg_response_time = integer(null=True)
    avg_resolution_time = integer(null=True)

    ai_suggestions_enabled = boolean(default=True)
    ai_auto_responses_enabled = boolean(default=False)

    points = integer(default=0)
    level = integer(default=1)
    badges = text_array()
    achievements = jsonb([])

    status = varchar(20, default="active")

    rev = bigint(default=1)

    deleted_at = timestamptz(null=True)


class ChatSession(OfOrganization, Table, tablename="chat_sessions"):
    """A conversation with a customer, from first message to resolution."""

    customer = reference("customer_id", Customer)
    channel_config = reference("channel_config_id", ChannelConfig, NO_ACTION)
    agent = reference("agent_id", Agent, SET_NULL, null=True)
    bot_personality = reference("bot_personality_id", BotPersonality, SET_NULL, null=True)

    session_token_hash = varchar(64, null=True)
    external_chat_id = varchar(255, null=True)
    session_type = varchar(20, default="customer_initiated")

    status = varchar(20, default="queued")

    started_at = now()
    ended_at = timestamptz(null=True)
    last_activity_at = now()
    queued_at = timestamptz(null=True)
    assigned_at = timestamptz(null=True)
    first_response_at = timestamptz(null=True)
    waiting_since = timestamptz(null=True)
    snoozed_until = timestamptz(null=True)

    handover_reason = long_text(null=True)
    handover_trigger = varchar(20, null=True)
    handover_at = timestamptz(null=True)
    transfer_count = smallint(default=0)

    message_seq = bigint(default=0)
    total_messages = integer(default=0)
    customer_messages = integer(default=0)
    bot_messages = integer(default=0)
    agent_messages = integer(default=0)
    unread_count = integer(default=0)
    last_message_id = uuid(null=True)
    last_message_at = timestamptz(null=True)
    last_message_preview = varchar(200, null=True)
    last_message_sender = varchar(20, null=True)

    response_time_avg = integer(null=True)
    resolution_time = integer(null=True)
    wait_time = integer(null=True)

    satisfaction_rating = smallint(null=True)
    feedback_text = long_text(null=True)
    feedback_tags = text_array()
    csat_sent_at = timestamptz(null=True)
    csat_submitted_at = timestamptz(null=True)

    intent = varchar(100, null=True)
    category = varchar(100, null=True)
    subcategory = varchar(100, null=True)
    priority = varchar(20, default="normal")
    tags = text_array()

    resolved_at = timestamptz(null=True)
    resolved_by = uuid(null=True)
    resolution_type = varchar(30, null=True)
    resolution_notes = long_text(null=True)
    reopened_count = smallint(default=0)

    sentiment_analysis = jsonb({})
    ai_summary = long_text(null=True)
    topics_discussed = text_array()

    session_data = jsonb({})
    metadata = jsonb({})

    rev = bigint(default=1)


class Message(OfOrganization, Table, tablename="messages"):
    """Every message, note and system line of a conversation."""

    session = reference("session_id", ChatSession)
    channel_config = reference("channel_config_id", ChannelConfig, NO_ACTION)
    seq = bigint()

    direction = varchar(10)
    sender_type = varchar(20)
    sender_id = uuid(null=True)
    sender_name = varchar(255, null=True)

    message_text = long_text(null=True)
    message_type = varchar(20, default="text")
    content = jsonb(null=True)

    media_url = long_text(null=True)
    media_type = varchar(100, null=True)
    media_size = bigint(null=True)
    media_metadata = jsonb({})
    thumbnail_url = long_text(null=True)

    quick_replies = jsonb(null=True)
    buttons = jsonb(null=True)
    template_data = jsonb(null=True)

    intent = varchar(100, null=True)
    entities = jsonb({})
    confidence_score = numeric(3, 2, null=True)
    ai_generated = boolean(default=False)
    ai_model_used = varchar(100, null=True)
    sentiment_score = numeric(4, 3, null=True)
    sentiment_label = varchar(20, null=True)
    emotion_scores = jsonb({})

    delivery_status = varchar(20, default="none")
    received_at = timestamptz(null=True)
    accepted_at = timestamptz(null=True)
    sent_at = timestamptz(null=True)
    delivered_at = timestamptz(null=True)
    read_at = timestamptz(null=True)
    played_at = timestamptz(null=True)

    failed_at = timestamptz(null=True)
    failed_reason = long_text(null=True)
    error_code = varchar(50, null=True)
    send_attempts = smallint(default=0)

    external_id = varchar(255, null=True)
    client_message_id = varchar(64, null=True)

    reply_to_message_id = uuid(null=True)
    reply_to_external_id = varchar(255, null=True)
    thread_id = uuid(null=True)

    reactions = jsonb([])
    edited_at = timestamptz(null=True)
    edit_history = jsonb([])
    revoked_at = timestamptz(null=True)

    context = jsonb({})
    processing_time_ms = integer(null=True)
    metadata = jsonb({})

    rev = bigint(default=1)
