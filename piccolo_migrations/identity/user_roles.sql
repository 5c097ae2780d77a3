CREATE TABLE user_roles (
    id              uuid        PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid        REFERENCES organizations ON DELETE CASCADE,

    user_id         uuid        NOT NULL,
    role_id         uuid        NOT NULL,

    is_active       boolean     NOT NULL DEFAULT true,
    is_primary      boolean     NOT NULL DEFAULT false,
    scope           varchar(20) NOT NULL DEFAULT 'organization'
        CHECK (scope IN ('global', 'organization', 'department', 'team', 'personal')),
    scope_context   jsonb       NOT NULL DEFAULT '{}',

    effective_from  timestamptz NOT NULL DEFAULT now(),
    effective_until timestamptz,

    assigned_by     uuid,
    assigned_reason text,
    revoked_by      uuid,
    revoked_at      timestamptz,

    metadata        jsonb       NOT NULL DEFAULT '{}',

    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),

    CHECK (effective_until IS NULL OR effective_until > effective_from),
    FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
    FOREIGN KEY (role_id) REFERENCES roles ON DELETE CASCADE,
    FOREIGN KEY (assigned_by) REFERENCES users ON DELETE SET NULL,
    FOREIGN KEY (revoked_by) REFERENCES users ON DELETE SET NULL
);
COMMENT ON TABLE user_roles IS 'Roles of a user, in a scope, for a time.';

CREATE UNIQUE INDEX user_roles_user_id_role_id_scope_scope_context_key
    ON user_roles (user_id, role_id, scope, scope_context)
    WHERE is_active;
CREATE UNIQUE INDEX user_roles_user_id_key ON user_roles (user_id) WHERE is_primary AND is_active;
-- rights of a user: of these, the ones with effective_from <= now() < effective_until
CREATE INDEX user_roles_active_idx ON user_roles (user_id) WHERE is_active;
-- roles that a user had
CREATE INDEX user_roles_user_id_idx ON user_roles (user_id);
-- members of a role
CREATE INDEX user_roles_role_id_idx ON user_roles (role_id);
CREATE INDEX user_roles_organization_id_idx ON user_roles (organization_id);
-- expiry job
CREATE INDEX user_roles_effective_until_idx ON user_roles (effective_until)
    WHERE is_active AND effective_until IS NOT NULL;
-- roles that somebody gave
CREATE INDEX user_roles_assigned_by_idx ON user_roles (assigned_by) WHERE assigned_by IS NOT NULL;
-- roles that somebody took away
CREATE INDEX user_roles_revoked_by_idx ON user_roles (revoked_by) WHERE revoked_by IS NOT NULL;

CALL stamp_updates('user_roles');
CALL keep_to_tenant('user_roles');
CALL point_at_own_or_platform('user_roles', 'user_id', 'users');
CALL point_at_own_or_platform('user_roles', 'role_id', 'roles');
CALL point_at_own_or_platform('user_roles', 'assigned_by', 'users');
CALL point_at_own_or_platform('user_roles', 'revoked_by', 'users');

-- backwards
DROP TABLE user_roles;
