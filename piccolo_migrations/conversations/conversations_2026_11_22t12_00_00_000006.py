"""Channels, customers, agents, sessions and messages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "Channels, customers, agents, sessions and messages"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class User(Table, tablename="users"):
    id = UUID(primary_key=True)


class BotPersonality(Table, tablename="bot_personalities"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class ChannelConfig(OfOrganization, Table, tablename="channel_configs"):
    channel = Varchar(length=20, default=None, null=False)
    channel_identifier = Varchar(length=255, default=None, null=False)
    name = Varchar(length=255, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    description = Text(default=None, null=True)
    personality = reference("personality_id", BotPersonality, "set_null", null=True)
    widget_key = Varchar(length=64, default=None, null=True)
    allowed_origins = Array(base_column=Text(), default=[])
    webhook_url = Varchar(length=500, default=None, null=True)
    webhook_secret_enc = Text(default=None, null=True)
    api_key_enc = Text(default=None, null=True)
    api_secret_enc = Text(default=None, null=True)
    access_token_enc = Text(default=None, null=True)
    refresh_token_enc = Text(default=None, null=True)
    token_expires_at = Timestamptz(default=None, null=True)
    settings = JSONB(default={}, null=False)
    rate_limits = JSONB(default={"messages_per_hour": 1000, "messages_per_minute": 60}, null=False)
    widget_config = JSONB(default={}, null=False)
    theme_config = JSONB(default={}, null=False)
    supported_message_types = Array(base_column=Text(), default=["text"])
    features = JSONB(default={"file_upload": False, "read_receipts": True, "typing_indicator": True}, null=False)
    is_active = Boolean(default=True, null=False)
    health_status = Varchar(length=20, default="unknown", null=False)
    last_connected_at = Timestamptz(default=None, null=True)
    last_health_check_at = Timestamptz(default=None, null=True)
    last_error = Text(default=None, null=True)
    last_error_at = Timestamptz(default=None, null=True)
    connection_attempts = Integer(default=0, null=False)
    total_messages_sent = BigInt(default=0, null=False)
    total_messages_received = BigInt(default=0, null=False)
    uptime_percentage = Numeric(digits=(5, 2), default=Decimal(100), null=False)
    rev = BigInt(default=1, null=False)
    deleted_at = Timestamptz(default=None, null=True)


class Customer(OfOrganization, Table, tablename="customers"):
    channel_config = reference("channel_config_id", ChannelConfig, "no_action")
    channel = Varchar(length=20, default=None, null=False)
    channel_user_id = Varchar(length=255, default=None, null=False)
    external_id = Varchar(length=255, default=None, null=True)
    name = Varchar(length=255, default=None, null=True)
    first_name = Varchar(length=100, default=None, null=True)
    last_name = Varchar(length=100, default=None, null=True)
    email = Varchar(length=255, default=None, null=True)
    phone = Varchar(length=20, default=None, null=True)
    merged_into = reference("merged_into_id", "self", "set_null", null=True)
    active_session_id = UUID(default=None, null=True)
    avatar_url = Varchar(length=500, default=None, null=True)
    language = Varchar(length=10, default="en", null=False)
    timezone = Varchar(length=64, default="UTC", null=False)
    profile_data = JSONB(default={}, null=False)
    preferences = JSONB(default={}, null=False)
    tags = Array(base_column=Text(), default=[])
    segments = Array(base_column=Text(), default=[])
    source = Varchar(length=100, default=None, null=True)
    utm_data = JSONB(default={}, null=False)
    is_blocked = Boolean(default=False, null=False)
    blocked_at = Timestamptz(default=None, null=True)
    first_interaction_at = Timestamptz(default=None, null=True)
    last_interaction_at = Timestamptz(default=None, null=True)
    total_interactions = Integer(default=0, null=False)
    total_messages = Integer(default=0, null=False)
    avg_response_time = Integer(default=None, null=True)
    satisfaction_score = Numeric(digits=(3, 2), default=None, null=True)
    interaction_patterns = JSONB(default={}, null=False)
    interests = Array(base_column=Text(), default=[])
    purchase_history = JSONB(default=[], null=False)
    sentiment_label = Varchar(length=20, default=None, null=True)
    sentiment_history = JSONB(default=[], null=False)
    intent_patterns = JSONB(default={}, null=False)
    engagement_score = Numeric(digits=(3, 2), default=Decimal(0), null=False)
    notes = Text(default=None, null=True)
    status = Varchar(length=20, default="active", null=False)
    rev = BigInt(default=1, null=False)
    deleted_at = Timestamptz(default=None, null=True)


class Agent(OfOrganization, Table, tablename="agents"):
    user = reference("user_id", User)
    agent_code = Varchar(length=50, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    department = Varchar(length=100, default=None, null=True)
    job_title = Varchar(length=100, default=None, null=True)
    specialization = Array(base_column=Text(), default=[])
    bio = Text(default=None, null=True)
    max_concurrent_chats = Integer(default=5, null=False)
    current_active_chats = Integer(default=0, null=False)
    availability_status = Varchar(length=20, default="offline", null=False)
    status_changed_at = Timestamptz(default=TimestamptzNow(), null=False)
    last_seen_at = Timestamptz(default=None, null=True)
    last_assigned_at = Timestamptz(default=None, null=True)
    auto_accept_chats = Boolean(default=False, null=False)
    working_hours = JSONB(default={}, null=False)
    breaks = JSONB(default=[], null=False)
    time_off = JSONB(default=[], null=False)
    skills = Array(base_column=Text(), default=[])
    languages = Array(base_column=Text(), default=["en"])
    expertise_areas = Array(base_column=Text(), default=[])
    certifications = Array(base_column=Text(), default=[])
    preferences = JSONB(default={}, null=False)
    performance_metrics = JSONB(default={"satisfaction": 0, "response_time": 0, "resolution_rate": 0}, null=False)
    rating = Numeric(digits=(3, 2), default=Decimal(0), null=False)
    total_handled_chats = Integer(default=0, null=False)
    total_resolved_chats = Integer(default=0, null=False)
    avg_response_time = Integer(default=None, null=True)
    avg_resolution_time = Integer(default=None, null=True)
    ai_suggestions_enabled = Boolean(default=True, null=False)
    ai_auto_responses_enabled = Boolean(default=False, null=False)
    points = Integer(default=0, null=False)
    level = Integer(default=1, null=False)
    badges = Array(base_column=Text(), default=[])
    achievements = JSONB(default=[], null=False)
    status = Varchar(length=20, default="active", null=False)
    rev = BigInt(default=1, null=False)
    deleted_at = Timestamptz(default=None, null=True)


class ChatSession(OfOrganization, Table, tablename="chat_sessions"):
    customer = reference("customer_id", Customer)
    channel_config = reference("channel_config_id", ChannelConfig, "no_action")
    agent = reference("agent_id", Agent, "set_null", null=True)
    bot_personality = reference("bot_personality_id", BotPersonality, "set_null", null=True)
    session_token_hash = Varchar(length=64, default=None, null=True)
    external_chat_id = Varchar(length=255, default=None, null=True)
    session_type = Varchar(length=20, default="customer_initiated", null=False)
    status = Varchar(length=20, default="queued", null=False)
    started_at = Timestamptz(default=TimestamptzNow(), null=False)
    ended_at = Timestamptz(default=None, null=True)
    last_activity_at = Timestamptz(default=TimestamptzNow(), null=False)
    queued_at = Timestamptz(default=None, null=True)
    assigned_at = Timestamptz(default=None, null=True)
    first_response_at = Timestamptz(default=None, null=True)
    waiting_since = Timestamptz(default=None, null=True)
    snoozed_until = Timestamptz(default=None, null=True)
    handover_reason = Text(default=None, null=True)
    handover_trigger = Varchar(length=20, default=None, null=True)
    handover_at = Timestamptz(default=None, null=True)
    transfer_count = SmallInt(default=0, null=False)
    message_seq = BigInt(default=0, null=False)
    total_messages = Integer(default=0, null=False)
    customer_messages = Integer(default=0, null=False)
    bot_messages = Integer(default=0, null=False)
    agent_messages = Integer(default=0, null=False)
    unread_count = Integer(default=0, null=False)
    last_message_id = UUID(default=None, null=True)
    last_message_at = Timestamptz(default=None, null=True)
    last_message_preview = Varchar(length=200, default=None, null=True)
    last_message_sender = Varchar(length=20, default=None, null=True)
    response_time_avg = Integer(default=None, null=True)
    resolution_time = Integer(default=None, null=True)
    wait_time = Integer(default=None, null=True)
    satisfaction_rating = SmallInt(default=None, null=True)
    feedback_text = Text(default=None, null=True)
    feedback_tags = Array(base_column=Text(), default=[])
    csat_sent_at = Timestamptz(default=None, null=True)
    csat_submitted_at = Timestamptz(default=None, null=True)
    intent = Varchar(length=100, default=None, null=True)
    category = Varchar(length=100, default=None, null=True)
    subcategory = Varchar(length=100, default=None, null=True)
    priority = Varchar(length=20, default="normal", null=False)
    tags = Array(base_column=Text(), default=[])
    resolved_at = Timestamptz(default=None, null=True)
    resolved_by = UUID(default=None, null=True)
    resolution_type = Varchar(length=30, default=None, null=True)
    resolution_notes = Text(default=None, null=True)
    reopened_count = SmallInt(default=0, null=False)
    sentiment_analysis = JSONB(default={}, null=False)
    ai_summary = Text(default=None, null=True)
    topics_discussed = Array(base_column=Text(), default=[])
    session_data = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)
    rev = BigInt(default=1, null=False)


class Message(OfOrganization, Table, tablename="messages"):
    session = reference("session_id", ChatSession)
    channel_config = reference("channel_config_id", ChannelConfig, "no_action")
    seq = BigInt(default=None, null=False)
    direction = Varchar(length=10, default=None, null=False)
    sender_type = Varchar(length=20, default=None, null=False)
    sender_id = UUID(default=None, null=True)
    sender_name = Varchar(length=255, default=None, null=True)
    message_text = Text(default=None, null=True)
    message_type = Varchar(length=20, default="text", null=False)
    content = JSONB(default=None, null=True)
    media_url = Text(default=None, null=True)
    media_type = Varchar(length=100, default=None, null=True)
    media_size = BigInt(default=None, null=True)
    media_metadata = JSONB(default={}, null=False)
    thumbnail_url = Text(default=None, null=True)
    quick_replies = JSONB(default=None, null=True)
    buttons = JSONB(default=None, null=True)
    template_data = JSONB(default=None, null=True)
    intent = Varchar(length=100, default=None, null=True)
    entities = JSONB(default={}, null=False)
    confidence_score = Numeric(digits=(3, 2), default=None, null=True)
    ai_generated = Boolean(default=False, null=False)
    ai_model_used = Varchar(length=100, default=None, null=True)
    sentiment_score = Numeric(digits=(4, 3), default=None, null=True)
    sentiment_label = Varchar(length=20, default=None, null=True)
    emotion_scores = JSONB(default={}, null=False)
    delivery_status = Varchar(length=20, default="none", null=False)
    received_at = Timestamptz(default=None, null=True)
    accepted_at = Timestamptz(default=None, null=True)
    sent_at = Timestamptz(default=None, null=True)
    delivered_at = Timestamptz(default=None, null=True)
    read_at = Timestamptz(default=None, null=True)
    played_at = Timestamptz(default=None, null=True)
    failed_at = Timestamptz(default=None, null=True)
    failed_reason = Text(default=None, null=True)
    error_code = Varchar(length=50, default=None, null=True)
    send_attempts = SmallInt(default=0, null=False)
    external_id = Varchar(length=255, default=None, null=True)
    client_message_id = Varchar(length=64, default=None, null=True)
    reply_to_message_id = UUID(default=None, null=True)
    reply_to_external_id = Varchar(length=255, default=None, null=True)
    thread_id = UUID(default=None, null=True)
    reactions = JSONB(default=[], null=False)
    edited_at = Timestamptz(default=None, null=True)
    edit_history = JSONB(default=[], null=False)
    revoked_at = Timestamptz(default=None, null=True)
    context = JSONB(default={}, null=False)
    processing_time_ms = Integer(default=None, null=True)
    metadata = JSONB(default={}, null=False)
    rev = BigInt(default=1, null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="conversations",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "channel_configs.sql",
            "customers.sql",
            "agents.sql",
            "chat_sessions.sql",
            "messages.sql",
        ),
    )
    return manager.remember(ChannelConfig, Customer, Agent, ChatSession, Message)
