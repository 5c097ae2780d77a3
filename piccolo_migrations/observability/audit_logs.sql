CREATE TABLE audit_logs (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         REFERENCES organizations ON DELETE CASCADE,

    actor_type        varchar(20)  NOT NULL DEFAULT 'user'
        CHECK (actor_type IN ('user', 'api_key', 'system', 'workflow', 'customer')),
    user_id           uuid,
    actor_label       varchar(255),
    api_key_id        uuid,
    session_id        uuid,

    action            varchar(30)  NOT NULL
        CHECK (action IN (
            'create', 'update', 'delete', 'restore', 'login', 'login_failed', 'logout', 'export', 'import', 'view',
            'download', 'api_call', 'payment', 'subscription_change', 'assign', 'transfer', 'resolve',
            'permission_change', 'config_change', 'impersonate')),
    resource_type     varchar(100) NOT NULL,
    resource_id       uuid,
    resource_name     varchar(255),

    old_values        jsonb,
    new_values        jsonb,
    changes           jsonb,

    ip_address        inet,
    user_agent        text,
    request_id        varchar(64),

    description       text,
    severity          varchar(20)  NOT NULL DEFAULT 'info'
        CHECK (severity IN ('info', 'warning', 'error', 'critical')),
    is_security_event boolean      NOT NULL DEFAULT false,
    metadata          jsonb        NOT NULL DEFAULT '{}',

    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL,
    FOREIGN KEY (api_key_id) REFERENCES api_keys ON DELETE SET NULL
) PARTITION BY RANGE (id);
COMMENT ON TABLE audit_logs IS 'Who did what to which record.';

-- audit screen
CREATE INDEX audit_logs_organization_id_idx ON audit_logs (organization_id, id DESC);
-- history of one record
CREATE INDEX audit_logs_resource_type_resource_id_idx ON audit_logs (resource_type, resource_id, id DESC);
-- what a user did
CREATE INDEX audit_logs_user_id_idx ON audit_logs (user_id, id DESC) WHERE user_id IS NOT NULL;
-- what a key did
CREATE INDEX audit_logs_api_key_id_idx ON audit_logs (api_key_id, id DESC) WHERE api_key_id IS NOT NULL;
-- security screen
CREATE INDEX audit_logs_security_idx ON audit_logs (organization_id, id DESC) WHERE is_security_event;

CALL begin_partitions('audit_logs');
CALL stamp_updates('audit_logs');
CALL keep_to_tenant('audit_logs', 'SELECT, INSERT');
CREATE POLICY platform ON audit_logs FOR INSERT WITH CHECK (organization_id IS NULL);
CALL point_at_own_or_platform('audit_logs', 'user_id', 'users');
CALL point_at_own_or_platform('audit_logs', 'api_key_id', 'api_keys');

-- backwards
DROP TABLE audit_logs;
