CREATE TABLE role_permissions (
    id                     uuid        PRIMARY KEY DEFAULT uuid_v7(),
    organization_id        uuid        REFERENCES organizations ON DELETE CASCADE,

    role_id                uuid        NOT NULL,
    permission_id          uuid        NOT NULL,

    is_granted             boolean     NOT NULL DEFAULT true,
    is_inherited           boolean     NOT NULL DEFAULT false,
    inherited_from_role_id uuid,

    conditions             jsonb       NOT NULL DEFAULT '{}',
    constraints            jsonb       NOT NULL DEFAULT '{}',

    granted_by             uuid,
    granted_at             timestamptz NOT NULL DEFAULT now(),

    metadata               jsonb       NOT NULL DEFAULT '{}',

    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),

    CHECK (is_inherited = (inherited_from_role_id IS NOT NULL)),
    FOREIGN KEY (role_id) REFERENCES roles ON DELETE CASCADE,
    FOREIGN KEY (permission_id) REFERENCES permissions ON DELETE CASCADE,
    FOREIGN KEY (inherited_from_role_id) REFERENCES roles ON DELETE CASCADE,
    FOREIGN KEY (granted_by) REFERENCES users ON DELETE SET NULL
);
COMMENT ON TABLE role_permissions IS 'Rights of a role.';

CREATE UNIQUE INDEX role_permissions_role_id_permission_id_key ON role_permissions (role_id, permission_id);
-- roles with a right
CREATE INDEX role_permissions_permission_id_idx ON role_permissions (permission_id);
CREATE INDEX role_permissions_organization_id_idx ON role_permissions (organization_id);
-- refresh after a parent changes
CREATE INDEX role_permissions_inherited_from_role_id_idx ON role_permissions (inherited_from_role_id)
    WHERE inherited_from_role_id IS NOT NULL;
-- rights that somebody gave
CREATE INDEX role_permissions_granted_by_idx ON role_permissions (granted_by) WHERE granted_by IS NOT NULL;

CALL stamp_updates('role_permissions');
CALL keep_to_tenant('role_permissions');
CALL share_platform_rows('role_permissions');
CALL point_at_own_or_platform('role_permissions', 'role_id', 'roles');
CALL point_at_own_or_platform('role_permissions', 'permission_id', 'permissions');
CALL point_at_own_or_platform('role_permissions', 'inherited_from_role_id', 'roles');
CALL point_at_own_or_platform('role_permissions', 'granted_by', 'users');

-- backwards
DROP TABLE role_permissions;
