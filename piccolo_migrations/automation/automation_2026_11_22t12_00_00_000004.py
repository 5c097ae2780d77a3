"""Outgoing webhooks and n8n workflows."""

from __future__ import annotations

from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Outgoing webhooks and n8n workflows"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class User(Table, tablename="users"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class Webhook(OfOrganization, Table, tablename="webhooks"):
    name = Varchar(length=255, default=None, null=False)
    url = Varchar(length=1000, default=None, null=False)
    description = Text(default=None, null=True)
    events = Array(base_column=Text(), default=None)
    channel_config_ids = Array(base_column=UUID(), default=[])
    secret_enc = Text(default=None, null=False)
    previous_secret_enc = Text(default=None, null=True)
    previous_secret_expires_at = Timestamptz(default=None, null=True)
    headers = JSONB(default={}, null=False)
    auth_header_enc = Text(default=None, null=True)
    api_version = Varchar(length=20, default="1", null=False)
    is_active = Boolean(default=True, null=False)
    health_status = Varchar(length=20, default="healthy", null=False)
    last_triggered_at = Timestamptz(default=None, null=True)
    last_success_at = Timestamptz(default=None, null=True)
    last_failure_at = Timestamptz(default=None, null=True)
    failing_since = Timestamptz(default=None, null=True)
    failure_count = Integer(default=0, null=False)
    max_retries = SmallInt(default=7, null=False)
    timeout_ms = Integer(default=15000, null=False)
    disabled_at = Timestamptz(default=None, null=True)
    disabled_reason = Varchar(length=100, default=None, null=True)
    created_by = reference("created_by", User, "set_null", null=True)


class WebhookDelivery(OfOrganization, Table, tablename="webhook_deliveries"):
    webhook = reference("webhook_id", Webhook)
    event_id = UUID(default=None, null=False)
    event_type = Varchar(length=100, default=None, null=False)
    payload = JSONB(default=None, null=False)
    status = Varchar(length=20, default="pending", null=False)
    attempt_number = SmallInt(default=0, null=False)
    max_attempts = SmallInt(default=8, null=False)
    attempts = JSONB(default=[], null=False)
    request_headers = JSONB(default={}, null=False)
    http_status = SmallInt(default=None, null=True)
    response_headers = JSONB(default=None, null=True)
    response_body = Text(default=None, null=True)
    response_time_ms = Integer(default=None, null=True)
    delivered_at = Timestamptz(default=None, null=True)
    next_retry_at = Timestamptz(default=TimestamptzNow(), null=True)
    locked_until = Timestamptz(default=None, null=True)
    error_message = Text(default=None, null=True)


class N8nWorkflow(OfOrganization, Table, tablename="n8n_workflows"):
    workflow_id = Varchar(length=255, default=None, null=False)
    name = Varchar(length=255, default=None, null=False)
    description = Text(default=None, null=True)
    category = Varchar(length=100, default=None, null=True)
    tags = Array(base_column=Text(), default=[])
    workflow_data = JSONB(default=None, null=False)
    nodes = JSONB(default=[], null=False)
    connections = JSONB(default={}, null=False)
    settings = JSONB(default={}, null=False)
    trigger_type = Varchar(length=20, default=None, null=True)
    trigger_config = JSONB(default={}, null=False)
    schedule_expression = Varchar(length=100, default=None, null=True)
    version = Integer(default=1, null=False)
    n8n_version_id = Varchar(length=64, default=None, null=True)
    previous_version = reference("previous_version_id", "self", "set_null", null=True)
    is_latest_version = Boolean(default=True, null=False)
    status = Varchar(length=20, default="inactive", null=False)
    is_enabled = Boolean(default=False, null=False)
    sync_status = Varchar(length=20, default="pending", null=False)
    last_synced_at = Timestamptz(default=None, null=True)
    last_error = Text(default=None, null=True)
    last_execution_at = Timestamptz(default=None, null=True)
    next_execution_at = Timestamptz(default=None, null=True)
    total_executions = Integer(default=0, null=False)
    successful_executions = Integer(default=0, null=False)
    failed_executions = Integer(default=0, null=False)
    avg_execution_time = Integer(default=None, null=True)
    created_by = reference("created_by", User, "set_null", null=True)
    shared_with = Array(base_column=UUID(), default=[])
    permissions = JSONB(default={"read": [], "write": [], "execute": []}, null=False)
    webhook_url = Varchar(length=500, default=None, null=True)
    webhook_secret_enc = Text(default=None, null=True)
    api_endpoints = JSONB(default=[], null=False)
    metadata = JSONB(default={}, null=False)


class N8nExecution(OfOrganization, Table, tablename="n8n_executions"):
    workflow = reference("workflow_id", N8nWorkflow)
    execution_id = Varchar(length=255, default=None, null=True)
    parent_execution_id = Varchar(length=255, default=None, null=True)
    retry_of = Varchar(length=255, default=None, null=True)
    chat_session_id = UUID(default=None, null=True)
    message_id = UUID(default=None, null=True)
    status = Varchar(length=20, default="new", null=False)
    mode = Varchar(length=20, default="trigger", null=False)
    started_at = Timestamptz(default=TimestamptzNow(), null=False)
    finished_at = Timestamptz(default=None, null=True)
    duration_ms = Integer(default=None, null=True)
    wait_till = Timestamptz(default=None, null=True)
    input_data = JSONB(default={}, null=False)
    output_data = JSONB(default={}, null=False)
    execution_data = JSONB(default={}, null=False)
    error_message = Text(default=None, null=True)
    error_details = JSONB(default={}, null=False)
    retry_count = SmallInt(default=0, null=False)
    max_retries = SmallInt(default=3, null=False)
    next_retry_at = Timestamptz(default=None, null=True)
    node_executions = JSONB(default=[], null=False)
    failed_nodes = JSONB(default=[], null=False)
    memory_usage_mb = Integer(default=None, null=True)
    cpu_usage_percent = Numeric(digits=(5, 2), default=None, null=True)
    trigger_data = JSONB(default={}, null=False)
    webhook_response = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="automation",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "webhooks.sql",
            "webhook_deliveries.sql",
            "n8n_workflows.sql",
            "n8n_executions.sql",
        ),
    )
    return manager.remember(Webhook, WebhookDelivery, N8nWorkflow, N8nExecution)
