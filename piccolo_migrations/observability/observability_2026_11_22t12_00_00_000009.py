"""Audit, logs, limits and figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import Inet, UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000009"
VERSION = "1.38.0"
DESCRIPTION = "Audit, logs, limits and figures"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class User(Table, tablename="users"):
    id = UUID(primary_key=True)


class ApiKey(Table, tablename="api_keys"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class OfOrganizationOrPlatform(Stamped):
    organization = reference("organization_id", Organization, null=True)


class AuditLog(OfOrganizationOrPlatform, Table, tablename="audit_logs"):
    actor_type = Varchar(length=20, default="user", null=False)
    user = reference("user_id", User, "set_null", null=True)
    actor_label = Varchar(length=255, default=None, null=True)
    api_key = reference("api_key_id", ApiKey, "set_null", null=True)
    session_id = UUID(default=None, null=True)
    action = Varchar(length=30, default=None, null=False)
    resource_type = Varchar(length=100, default=None, null=False)
    resource_id = UUID(default=None, null=True)
    resource_name = Varchar(length=255, default=None, null=True)
    old_values = JSONB(default=None, null=True)
    new_values = JSONB(default=None, null=True)
    changes = JSONB(default=None, null=True)
    ip_address = Inet(null=True)
    user_agent = Text(default=None, null=True)
    request_id = Varchar(length=64, default=None, null=True)
    description = Text(default=None, null=True)
    severity = Varchar(length=20, default="info", null=False)
    is_security_event = Boolean(default=False, null=False)
    metadata = JSONB(default={}, null=False)


class ApiRateLimit(OfOrganizationOrPlatform, Table, tablename="api_rate_limits"):
    api_key = reference("api_key_id", ApiKey, null=True)
    user = reference("user_id", User, null=True)
    ip_address = Inet(null=True)
    endpoint = Varchar(length=255, default=None, null=True)
    method = Varchar(length=10, default=None, null=True)
    requests_count = Integer(default=1, null=False)
    blocked_count = Integer(default=0, null=False)
    limit_value = Integer(default=None, null=True)
    window_start = Timestamptz(default=TimestamptzNow(), null=False)
    window_duration_seconds = Integer(default=60, null=False)


class AnalyticsDaily(OfOrganization, Table, tablename="analytics_daily"):
    date = Date(default=None, null=False)
    total_sessions = Integer(default=0, null=False)
    bot_sessions = Integer(default=0, null=False)
    agent_sessions = Integer(default=0, null=False)
    handover_count = Integer(default=0, null=False)
    total_messages = Integer(default=0, null=False)
    customer_messages = Integer(default=0, null=False)
    bot_messages = Integer(default=0, null=False)
    agent_messages = Integer(default=0, null=False)
    unique_customers = Integer(default=0, null=False)
    new_customers = Integer(default=0, null=False)
    returning_customers = Integer(default=0, null=False)
    active_agents = Integer(default=0, null=False)
    avg_session_duration = Integer(default=None, null=True)
    avg_response_time = Integer(default=None, null=True)
    avg_resolution_time = Integer(default=None, null=True)
    avg_wait_time = Integer(default=None, null=True)
    first_response_time = Integer(default=None, null=True)
    satisfaction_avg = Numeric(digits=(3, 2), default=None, null=True)
    satisfaction_count = Integer(default=0, null=False)
    resolution_rate = Numeric(digits=(5, 2), default=None, null=True)
    escalation_rate = Numeric(digits=(5, 2), default=None, null=True)
    sla_breach_count = Integer(default=0, null=False)
    ai_requests_count = Integer(default=0, null=False)
    ai_success_rate = Numeric(digits=(5, 2), default=None, null=True)
    ai_avg_confidence = Numeric(digits=(3, 2), default=None, null=True)
    ai_cost_usd = Numeric(digits=(15, 6), default=Decimal(0), null=False)
    channel_breakdown = JSONB(default={}, null=False)
    top_intents = JSONB(default=[], null=False)
    top_articles = JSONB(default=[], null=False)
    top_searches = JSONB(default=[], null=False)
    agent_performance = JSONB(default={}, null=False)
    peak_hours = JSONB(default={}, null=False)
    hourly_distribution = JSONB(default={}, null=False)
    trends = JSONB(default={}, null=False)
    error_count = Integer(default=0, null=False)
    bot_fallback_count = Integer(default=0, null=False)
    usage_metrics = JSONB(default={}, null=False)
    is_final = Boolean(default=False, null=False)


class SystemLog(OfOrganizationOrPlatform, Table, tablename="system_logs"):
    level = Varchar(length=10, default=None, null=False)
    logger_name = Varchar(length=255, default=None, null=True)
    message = Text(default=None, null=False)
    formatted_message = Text(default=None, null=True)
    component = Varchar(length=100, default=None, null=True)
    service = Varchar(length=100, default=None, null=True)
    instance_id = Varchar(length=100, default=None, null=True)
    request_id = Varchar(length=255, default=None, null=True)
    trace_id = Varchar(length=64, default=None, null=True)
    session_id = Varchar(length=255, default=None, null=True)
    user_id = UUID(default=None, null=True)
    ip_address = Inet(null=True)
    user_agent = Text(default=None, null=True)
    error_code = Varchar(length=50, default=None, null=True)
    error_type = Varchar(length=100, default=None, null=True)
    stack_trace = Text(default=None, null=True)
    duration_ms = Integer(default=None, null=True)
    memory_usage_mb = Integer(default=None, null=True)
    cpu_usage_percent = Numeric(digits=(5, 2), default=None, null=True)
    extra_data = JSONB(default={}, null=False)
    tags = Array(base_column=Text(), default=[])
    logged_at = Timestamptz(default=TimestamptzNow(), null=False)


class RealtimeMetric(OfOrganizationOrPlatform, Table, tablename="realtime_metrics"):
    metric_name = Varchar(length=255, default=None, null=False)
    metric_type = Varchar(length=20, default=None, null=False)
    namespace = Varchar(length=100, default="default", null=False)
    value = Numeric(digits=(20, 6), default=None, null=False)
    unit = Varchar(length=20, default=None, null=True)
    labels = JSONB(default={}, null=False)
    dimensions = JSONB(default={}, null=False)
    source = Varchar(length=20, default=None, null=True)
    component = Varchar(length=100, default=None, null=True)
    instance_id = Varchar(length=100, default=None, null=True)
    aggregation_period = Varchar(length=10, default=None, null=True)
    aggregation_type = Varchar(length=10, default=None, null=True)
    recorded_at = Timestamptz(default=TimestamptzNow(), null=False)
    context = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="observability",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "audit_logs.sql",
            "api_rate_limits.sql",
            "analytics_daily.sql",
            "system_logs.sql",
            "realtime_metrics.sql",
        ),
    )
    return manager.remember(AuditLog, ApiRateLimit, AnalyticsDaily, SystemLog, RealtimeMetric)
