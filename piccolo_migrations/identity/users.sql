CREATE TABLE users (
    id                       uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id          uuid         REFERENCES organizations ON DELETE CASCADE,

    email                    varchar(255) NOT NULL,
    username                 varchar(100) NOT NULL,
    password_hash            varchar(255) NOT NULL,

    full_name                varchar(255) NOT NULL,
    first_name               varchar(100),
    last_name                varchar(100),
    phone                    varchar(20),
    avatar_url               varchar(500),

    role                     varchar(20)  NOT NULL DEFAULT 'viewer'
        CHECK (role IN ('super_admin', 'org_admin', 'agent', 'customer', 'viewer', 'moderator', 'developer')),

    email_verified_at        timestamptz,
    phone_verified_at        timestamptz,
    two_factor_enabled       boolean      NOT NULL DEFAULT false,
    two_factor_secret_enc    text,
    backup_code_hashes       text[]       NOT NULL DEFAULT '{}',
    two_factor_last_step     bigint,

    last_login_at            timestamptz,
    last_login_ip            inet,
    login_count              integer      NOT NULL DEFAULT 0,
    failed_login_attempts    integer      NOT NULL DEFAULT 0,
    locked_until             timestamptz,
    password_changed_at      timestamptz  NOT NULL DEFAULT now(),
    must_change_password     boolean      NOT NULL DEFAULT false,
    max_concurrent_sessions  integer      NOT NULL DEFAULT 3 CHECK (max_concurrent_sessions BETWEEN 1 AND 50),

    ui_preferences           jsonb        NOT NULL DEFAULT
        '{"theme": "light", "language": "en", "timezone": "UTC", "notifications": {"email": true, "push": true}}',
    dashboard_config         jsonb        NOT NULL DEFAULT '{}',
    notification_preferences jsonb        NOT NULL DEFAULT '{}',

    bio                      text,
    location                 varchar(255),
    department               varchar(100),
    job_title                varchar(100),
    skills                   text[]       NOT NULL DEFAULT '{}',
    languages                text[]       NOT NULL DEFAULT '{en}',

    api_access_enabled       boolean      NOT NULL DEFAULT false,
    api_rate_limit           integer      NOT NULL DEFAULT 100,
    permissions              jsonb        NOT NULL DEFAULT '{}',

    status                   varchar(20)  NOT NULL DEFAULT 'active'
        CHECK (status IN ('pending_verification', 'active', 'inactive', 'suspended')),
    rev                      bigint       NOT NULL DEFAULT 1,

    created_at               timestamptz  NOT NULL DEFAULT now(),
    updated_at               timestamptz  NOT NULL DEFAULT now(),
    deleted_at               timestamptz,

    CHECK (organization_id IS NOT NULL OR role = 'super_admin'),
    CONSTRAINT users_tenant_key UNIQUE (organization_id, id)
);
COMMENT ON TABLE users IS
    'Staff accounts of the console and the API: authentication, security state, preferences.';

-- login needs one row per address
CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX users_username_key ON users (organization_id, lower(username))
    NULLS NOT DISTINCT WHERE deleted_at IS NULL;
-- user list
CREATE INDEX users_status_idx ON users (organization_id, status) WHERE deleted_at IS NULL;
-- who are the admins
CREATE INDEX users_role_idx ON users (organization_id, role);

CALL stamp_updates('users');
CALL keep_to_tenant('users');
-- People of the platform belong to no organization, and are read where no tenant is set.
CREATE POLICY platform ON users FOR SELECT
    USING (organization_id IS NULL AND nullif(current_setting('app.organization_id', true), '') IS NULL);
CALL open_to('switchboard_gate', 'users', 'SELECT');

-- backwards
DROP TABLE users;
