"""Tables: organizations, and what makes a row theirs."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import NO_ACTION, Stamped, boolean, jsonb, later, long_text, reference, timestamptz, varchar


class Organization(Stamped, Table, tablename="organizations"):
    """The tenant: identity, subscription state, usage counters, settings."""

    org_code = varchar(50)
    name = varchar(255)
    display_name = varchar(255, null=True)
    email = varchar(255)
    phone = varchar(20, null=True)
    address = long_text(null=True)
    logo_url = varchar(500, null=True)
    favicon_url = varchar(500, null=True)
    website = varchar(255, null=True)
    tax_id = varchar(50, null=True)
    business_type = varchar(100, null=True)
    industry = varchar(100, null=True)
    company_size = varchar(20, null=True)
    timezone = varchar(64, default="UTC")
    locale = varchar(10, default="en")
    currency = varchar(3, default="USD")

    subscription_plan = reference("subscription_plan_id", later("billing", "SubscriptionPlan"), NO_ACTION, null=True)
    subscription_status = varchar(20, default="trial")
    trial_ends_at = timestamptz(null=True)
    subscription_starts_at = timestamptz(null=True)
    subscription_ends_at = timestamptz(null=True)
    billing_cycle = varchar(20, default="monthly")
    current_usage = jsonb(
        {"messages": 0, "api_calls": 0, "storage_mb": 0, "ai_requests": 0, "active_agents": 0, "active_channels": 0}
    )

    theme_config = jsonb({"darkMode": False, "primaryColor": "#3B82F6", "secondaryColor": "#10B981"})
    branding_config = jsonb({})
    feature_flags = jsonb({})
    ui_preferences = jsonb({})
    business_hours = jsonb({"days": {}, "timezone": "UTC"})
    contact_info = jsonb({})
    social_media = jsonb({})
    security_settings = jsonb(
        {
            "ip_whitelist": [],
            "password_policy": {"min_length": 8, "require_special": True},
            "session_timeout": 3600,
            "two_factor_required": False,
        }
    )
    api_enabled = boolean(default=False)
    webhook_url = varchar(500, null=True)
    webhook_secret_enc = long_text(null=True)
    settings = jsonb({})
    metadata = jsonb({})
    status = varchar(20, default="active")

    deleted_at = timestamptz(null=True)


class OfOrganization(Stamped):
    """A row of one organization."""

    organization = reference("organization_id", Organization)


class OfOrganizationOrPlatform(Stamped):
    """A row of one organization, or of the platform, which has none."""

    organization = reference("organization_id", Organization, null=True)
