CREATE TABLE organizations (
    id                     uuid         PRIMARY KEY DEFAULT uuid_v7(),

    org_code               varchar(50)  NOT NULL,
    name                   varchar(255) NOT NULL,
    display_name           varchar(255),
    email                  varchar(255) NOT NULL,
    phone                  varchar(20),
    address                text,
    logo_url               varchar(500),
    favicon_url            varchar(500),
    website                varchar(255),
    tax_id                 varchar(50),
    business_type          varchar(100),
    industry               varchar(100),
    company_size           varchar(20)
        CHECK (company_size IN ('1-10', '11-50', '51-200', '201-500', '501-1000', '1000+')),
    timezone               varchar(64)  NOT NULL DEFAULT 'UTC',
    locale                 varchar(10)  NOT NULL DEFAULT 'en' CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    currency               varchar(3)   NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),

    subscription_plan_id   uuid,
    subscription_status    varchar(20)  NOT NULL DEFAULT 'trial'
        CHECK (subscription_status IN ('trial', 'active', 'past_due', 'suspended', 'cancelled', 'expired')),
    trial_ends_at          timestamptz,
    subscription_starts_at timestamptz,
    subscription_ends_at   timestamptz,
    billing_cycle          varchar(20)  NOT NULL DEFAULT 'monthly'
        CHECK (billing_cycle IN ('monthly', 'quarterly', 'yearly', 'lifetime')),
    current_usage          jsonb        NOT NULL DEFAULT
        '{"messages": 0, "ai_requests": 0, "api_calls": 0, "storage_mb": 0, "active_agents": 0, "active_channels": 0}',

    theme_config           jsonb        NOT NULL DEFAULT
        '{"primaryColor": "#3B82F6", "secondaryColor": "#10B981", "darkMode": false}',
    branding_config        jsonb        NOT NULL DEFAULT '{}',
    feature_flags          jsonb        NOT NULL DEFAULT '{}',
    ui_preferences         jsonb        NOT NULL DEFAULT '{}',
    business_hours         jsonb        NOT NULL DEFAULT '{"timezone": "UTC", "days": {}}',
    contact_info           jsonb        NOT NULL DEFAULT '{}',
    social_media           jsonb        NOT NULL DEFAULT '{}',
    security_settings      jsonb        NOT NULL DEFAULT
        '{"password_policy": {"min_length": 8, "require_special": true}, "session_timeout": 3600, "ip_whitelist": [],
          "two_factor_required": false}',
    api_enabled            boolean      NOT NULL DEFAULT false,
    webhook_url            varchar(500),
    webhook_secret_enc     text,
    settings               jsonb        NOT NULL DEFAULT '{}',
    metadata               jsonb        NOT NULL DEFAULT '{}',
    status                 varchar(20)  NOT NULL DEFAULT 'active'
        CHECK (status IN ('pending_approval', 'active', 'inactive', 'suspended')),

    created_at             timestamptz  NOT NULL DEFAULT now(),
    updated_at             timestamptz  NOT NULL DEFAULT now(),
    deleted_at             timestamptz
);
COMMENT ON TABLE organizations IS 'The tenant: identity, subscription state, usage counters, settings.';

CREATE UNIQUE INDEX organizations_org_code_key ON organizations (upper(org_code));
CREATE UNIQUE INDEX organizations_email_key ON organizations (lower(email)) WHERE deleted_at IS NULL;
-- who is on a plan
CREATE INDEX organizations_subscription_plan_id_idx ON organizations (subscription_plan_id);
-- trials and periods that end
CREATE INDEX organizations_subscription_ends_idx ON organizations (subscription_status, subscription_ends_at)
    WHERE deleted_at IS NULL;
-- list of the platform, queue of approvals
CREATE INDEX organizations_status_idx ON organizations (status) WHERE deleted_at IS NULL;

CALL stamp_updates('organizations');
CALL keep_to_tenant('organizations', 'SELECT, INSERT, UPDATE', 'id');
CALL open_to('switchboard_gate', 'organizations', 'SELECT');

-- backwards
DROP TABLE organizations;
