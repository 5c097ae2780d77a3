CREATE TABLE permissions (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         REFERENCES organizations ON DELETE CASCADE,

    name                 varchar(100) NOT NULL,
    code                 varchar(100) NOT NULL,
    display_name         varchar(255),
    description          text,

    resource             varchar(40)  NOT NULL
        CHECK (resource IN (
            'users', 'agents', 'customers', 'chat_sessions', 'messages', 'inbox', 'knowledge_articles',
            'knowledge_categories', 'bot_personalities', 'channel_configs', 'waha_sessions', 'ai_models',
            'workflows', 'analytics', 'billing', 'subscriptions', 'api_keys', 'webhooks', 'system_logs',
            'audit_logs', 'organizations', 'roles', 'permissions', 'settings')),
    action               varchar(20)  NOT NULL
        CHECK (action IN (
            'create', 'read', 'update', 'delete', 'execute', 'approve', 'publish', 'export', 'import', 'manage',
            'view_all', 'view_own', 'edit_all', 'edit_own')),
    scope                varchar(20)  NOT NULL DEFAULT 'organization'
        CHECK (scope IN ('global', 'organization', 'department', 'team', 'personal')),

    conditions           jsonb        NOT NULL DEFAULT '{}',
    constraints          jsonb        NOT NULL DEFAULT '{}',

    category             varchar(100),
    group_name           varchar(100),

    is_system_permission boolean      NOT NULL DEFAULT false,
    is_dangerous         boolean      NOT NULL DEFAULT false,
    requires_approval    boolean      NOT NULL DEFAULT false,

    sort_order           integer      NOT NULL DEFAULT 0,
    is_visible           boolean      NOT NULL DEFAULT true,

    metadata             jsonb        NOT NULL DEFAULT '{}',
    status               varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now()
);
COMMENT ON TABLE permissions IS 'Atomic rights: resource × action × scope.';

CREATE UNIQUE INDEX permissions_code_key ON permissions (organization_id, code) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX permissions_resource_action_scope_key ON permissions (organization_id, resource, action, scope)
    NULLS NOT DISTINCT;
-- permission check
CREATE INDEX permissions_resource_action_idx ON permissions (resource, action) WHERE status = 'active';
-- rights screen
CREATE INDEX permissions_category_sort_order_idx ON permissions (category, sort_order);

CALL stamp_updates('permissions');
CALL keep_to_tenant('permissions');
CALL share_platform_rows('permissions');

-- backwards
DROP TABLE permissions;
