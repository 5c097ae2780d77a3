"""Tables: outgoing webhooks and n8n workflows."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import (
    SET_NULL,
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
    uuid_array,
    varchar,
)
from orm.identity.tables import User
from orm.tenancy.tables import OfOrganization


class Webhook(OfOrganization, Table, tablename="webhooks"):
    """Outbound event subscriptions of an organization."""

    name = varchar(255)
    url = varchar(1000)
    description = long_text(null=True)

    events = text_array(required=True)
    channel_config_ids = uuid_array()

    secret_enc = long_text()
    previous_secret_enc = long_text(null=True)
    previous_secret_expires_at = timestamptz(null=True)

    headers = jsonb({})
    auth_header_enc = long_text(null=True)
    api_version = varchar(20, default="1")

    is_active = boolean(default=True)
    health_status = varchar(20, default="healthy")
    last_triggered_at = timestamptz(null=True)
    last_success_at = timestamptz(null=True)
    last_failure_at = timestamptz(null=True)
    failing_since = timestamptz(null=True)
    failure_count = integer(default=0)

    max_retries = smallint(default=7)
    timeout_ms = integer(default=15000)

    disabled_at = timestamptz(null=True)
    disabled_reason = varchar(100, null=True)
    created_by = reference("created_by", User, SET_NULL, null=True)


class WebhookDelivery(OfOrganization, Table, tablename="webhook_deliveries"):
    """One row per event and webhook, updated at each attempt."""

    webhook = reference("webhook_id", Webhook)
    event_id = uuid()
    event_type = varchar(100)

    payload = jsonb()

    status = varchar(20, default="pending")
    attempt_number = smallint(default=0)
    max_attempts = smallint(default=8)
    attempts = jsonb([])

    request_headers = jsonb({})
    http_status = smallint(null=True)
    response_headers = jsonb(null=True)
    response_body = long_text(null=True)
    response_time_ms = integer(null=True)

    delivered_at = timestamptz(null=True)
    next_retry_at = now(null=True)
    locked_until = timestamptz(null=True)
    error_message = long_text(null=True)


class N8nWorkflow(OfOrganization, Table, tablename="n8n_workflows"):
    """Copy of an n8n workflow with trigger, version chain, rights and counters."""

    workflow_id = varchar(255)
    name = varchar(255)
    description = long_text(null=True)
    category = varchar(100, null=True)
    tags = text_array()

    workflow_data = jsonb()
    nodes = jsonb([])
    connections = jsonb({})
    settings = jsonb({})

    trigger_type = varchar(20, null=True)
    trigger_config = jsonb({})
    schedule_expression = varchar(100, null=True)

    version = integer(default=1)
    n8n_version_id = varchar(64, null=True)
    previous_version = reference("previous_version_id", "self", SET_NULL, null=True)
    is_latest_version = boolean(default=True)

    status = varchar(20, default="inactive")
    is_enabled = boolean(default=False)
    sync_status = varchar(20, default="pending")
    last_synced_at = timestamptz(null=True)
    last_error = long_text(null=True)

    last_execution_at = timestamptz(null=True)
    next_execution_at = timestamptz(null=True)
    total_executions = integer(default=0)
    successful_executions = integer(default=0)
    failed_executions = integer(default=0)
    avg_execution_time = integer(null=True)

    created_by = reference("created_by", User, SET_NULL, null=True)
    shared_with = uuid_array()
    permissions = jsonb({"read": [], "write": [], "execute": []})

    webhook_url = varchar(500, null=True)
    webhook_secret_enc = long_text(null=True)
    api_endpoints = jsonb([])
    metadata = jsonb({})


class N8nExecution(OfOrganization, Table, tablename="n8n_executions"):
    """Runs of a workflow."""

    workflow = reference("workflow_id", N8nWorkflow)
    execution_id = varchar(255, null=True)
    parent_execution_id = varchar(255, null=True)
    retry_of = varchar(255, null=True)

    chat_session_id = uuid(null=True)
    message_id = uuid(null=True)

    status = varchar(20, default="new")
    mode = varchar(20, default="trigger")

    started_at = now()
    finished_at = timestamptz(null=True)
    duration_ms = integer(null=True)
    wait_till = timestamptz(null=True)

    input_data = jsonb({})
    output_data = jsonb({})
    execution_data = jsonb({})

    error_message = long_text(null=True)
    error_details = jsonb({})
    retry_count = smallint(default=0)
    max_retries = smallint(default=3)
    next_retry_at = timestamptz(null=True)

    node_executions = jsonb([])
    failed_nodes = jsonb([])
    memory_usage_mb = integer(null=True)
    cpu_usage_percent = numeric(5, 2, null=True)

    trigger_data = jsonb({})
    webhook_response = jsonb({})
    metadata = jsonb({})
