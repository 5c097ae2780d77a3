"""Tables: audit, logs, limits and figures."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import (
    SET_NULL,
    boolean,
    day,
    inet,
    integer,
    jsonb,
    long_text,
    now,
    numeric,
    reference,
    text_array,
    uuid,
    varchar,
)
from orm.identity.tables import ApiKey, User
from orm.tenancy.tables import OfOrganization, OfOrganizationOrPlatform


class AuditLog(OfOrganizationOrPlatform, Table, tablename="audit_logs"):
    """Who did what to which record."""

    actor_type = varchar(20, default="user")
    user = reference("user_id", User, SET_NULL, null=True)
    actor_label = varchar(255, null=True)
    api_key = reference("api_key_id", ApiKey, SET_NULL, null=True)
    session_id = uuid(null=True)

    action = varchar(30)
    resource_type = varchar(100)
    resource_id = uuid(null=True)
    resource_name = varchar(255, null=True)

    old_values = jsonb(null=True)
    new_values = jsonb(null=True)
    changes = jsonb(null=True)

    ip_address = inet()
    user_agent = long_text(null=True)
    request_id = varchar(64, null=True)

    description = long_text(null=True)
    severity = varchar(20, default="info")
    is_security_event = boolean(default=False)
    metadata = jsonb({})


class ApiRateLimit(OfOrganizationOrPlatform, Table, tablename="api_rate_limits"):
    """Requests per subject, endpoint and window.

    Redis decides live; this is the durable roll-up, upserted once a minute.
    """

    api_key = reference("api_key_id", ApiKey, null=True)
    user = reference("user_id", User, null=True)
    ip_address = inet()

    endpoint = varchar(255, null=True)
    method = varchar(10, null=True)

    requests_count = integer(default=1)
    blocked_count = integer(default=0)
    limit_value = integer(null=True)

    window_start = now()
    window_duration_seconds = integer(default=60)


class AnalyticsDaily(OfOrganization, Table, tablename="analytics_daily"):
    """One row per organization and day for the dashboards."""

    date = day()

    total_sessions = integer(default=0)
    bot_sessions = integer(default=0)
    agent_sessions = integer(default=0)
    handover_count = integer(default=0)

    total_messages = integer(default=0)
    customer_messages = integer(default=0)
    bot_messages = integer(default=0)
    agent_messages = integer(default=0)

    unique_customers = integer(default=0)
    new_customers = integer(default=0)
    returning_customers = integer(default=0)
    active_agents = integer(default=0)

    avg_session_duration = integer(null=True)
    avg_response_time = integer(null=True)
    avg_resolution_time = integer(null=True)
    avg_wait_time = integer(null=True)
    first_response_time = integer(null=True)

    satisfaction_avg = numeric(3, 2, null=True)
    satisfaction_count = integer(default=0)
    resolution_rate = numeric(5, 2, null=True)
    escalation_rate = numeric(5, 2, null=True)
    sla_breach_count = integer(default=0)

    ai_requests_count = integer(default=0)
    ai_success_rate = numeric(5, 2, null=True)
    ai_avg_confidence = numeric(3, 2, null=True)
    ai_cost_usd = numeric(15, 6, default="0")

    channel_breakdown = jsonb({})
    top_intents = jsonb([])
    top_articles = jsonb([])
    top_searches = jsonb([])
    agent_performance = jsonb({})
    peak_hours = jsonb({})
    hourly_distribution = jsonb({})
    trends = jsonb({})

    error_count = integer(default=0)
    bot_fallback_count = integer(default=0)
    usage_metrics = jsonb({})
    is_final = boolean(default=False)


class SystemLog(OfOrganizationOrPlatform, Table, tablename="system_logs"):
    """Structured application log."""

    level = varchar(10)
    logger_name = varchar(255, null=True)
    message = long_text()
    formatted_message = long_text(null=True)

    component = varchar(100, null=True)
    service = varchar(100, null=True)
    instance_id = varchar(100, null=True)
    request_id = varchar(255, null=True)
    trace_id = varchar(64, null=True)
    session_id = varchar(255, null=True)

    user_id = uuid(null=True)
    ip_address = inet()
    user_agent = long_text(null=True)

    error_code = varchar(50, null=True)
    error_type = varchar(100, null=True)
    stack_trace = long_text(null=True)

    duration_ms = integer(null=True)
    memory_usage_mb = integer(null=True)
    cpu_usage_percent = numeric(5, 2, null=True)

    extra_data = jsonb({})
    tags = text_array()
    logged_at = now()


class RealtimeMetric(OfOrganizationOrPlatform, Table, tablename="realtime_metrics"):
    """Metric samples and short roll-ups."""

    metric_name = varchar(255)
    metric_type = varchar(20)
    namespace = varchar(100, default="default")

    value = numeric(20, 6)
    unit = varchar(20, null=True)

    labels = jsonb({})
    dimensions = jsonb({})

    source = varchar(20, null=True)
    component = varchar(100, null=True)
    instance_id = varchar(100, null=True)

    aggregation_period = varchar(10, null=True)
    aggregation_type = varchar(10, null=True)
    recorded_at = now()

    context = jsonb({})
    metadata = jsonb({})
