"""Roles, ids, tenants, partitions, and organizations."""

from __future__ import annotations

from pathlib import Path

from piccolo.columns import JSONB, UUID, Boolean, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Roles, ids, tenants, partitions, and organizations"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Stamped, Table, tablename="organizations"):
    org_code = Varchar(length=50, default=None, null=False)
    name = Varchar(length=255, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    email = Varchar(length=255, default=None, null=False)
    phone = Varchar(length=20, default=None, null=True)
    address = Text(default=None, null=True)
    logo_url = Varchar(length=500, default=None, null=True)
    favicon_url = Varchar(length=500, default=None, null=True)
    website = Varchar(length=255, default=None, null=True)
    tax_id = Varchar(length=50, default=None, null=True)
    business_type = Varchar(length=100, default=None, null=True)
    industry = Varchar(length=100, default=None, null=True)
    company_size = Varchar(length=20, default=None, null=True)
    timezone = Varchar(length=64, default="UTC", null=False)
    locale = Varchar(length=10, default="en", null=False)
    currency = Varchar(length=3, default="USD", null=False)
    subscription_plan = reference(
        "subscription_plan_id",
        LazyTableReference("SubscriptionPlan", module_path="orm.billing.tables"),
        "no_action",
        null=True,
    )
    subscription_status = Varchar(length=20, default="trial", null=False)
    trial_ends_at = Timestamptz(default=None, null=True)
    subscription_starts_at = Timestamptz(default=None, null=True)
    subscription_ends_at = Timestamptz(default=None, null=True)
    billing_cycle = Varchar(length=20, default="monthly", null=False)
    current_usage = JSONB(
        default={
            "messages": 0,
            "api_calls": 0,
            "storage_mb": 0,
            "ai_requests": 0,
            "active_agents": 0,
            "active_channels": 0,
        },
        null=False,
    )
    theme_config = JSONB(
        default={"darkMode": False, "primaryColor": "#3B82F6", "secondaryColor": "#10B981"}, null=False
    )
    branding_config = JSONB(default={}, null=False)
    feature_flags = JSONB(default={}, null=False)
    ui_preferences = JSONB(default={}, null=False)
    business_hours = JSONB(default={"days": {}, "timezone": "UTC"}, null=False)
    contact_info = JSONB(default={}, null=False)
    social_media = JSONB(default={}, null=False)
    security_settings = JSONB(
        default={
            "ip_whitelist": [],
            "password_policy": {"min_length": 8, "require_special": True},
            "session_timeout": 3600,
            "two_factor_required": False,
        },
        null=False,
    )
    api_enabled = Boolean(default=False, null=False)
    webhook_url = Varchar(length=500, default=None, null=True)
    webhook_secret_enc = Text(default=None, null=True)
    settings = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)
    status = Varchar(length=20, default="active", null=False)
    deleted_at = Timestamptz(default=None, null=True)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="tenancy",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "roles.sql",
            "ids.sql",
            "tenants.sql",
            "partitions.sql",
            "organizations.sql",
        ),
    )
    return manager.remember(Organization)
