CREATE TABLE permission_group_permissions (
    id              uuid        PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid        REFERENCES organizations ON DELETE CASCADE,

    group_id        uuid        NOT NULL,
    permission_id   uuid        NOT NULL,
    sort_order      integer     NOT NULL DEFAULT 0,

    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),

    FOREIGN KEY (group_id) REFERENCES permission_groups ON DELETE CASCADE,
    FOREIGN KEY (permission_id) REFERENCES permissions ON DELETE CASCADE
);
COMMENT ON TABLE permission_group_permissions IS 'Which permission is in which group.';

CREATE UNIQUE INDEX permission_group_permissions_group_id_permission_id_key
    ON permission_group_permissions (group_id, permission_id);
-- groups of a permission
CREATE INDEX permission_group_permissions_permission_id_idx ON permission_group_permissions (permission_id);
CREATE INDEX permission_group_permissions_organization_id_idx ON permission_group_permissions (organization_id);

CALL stamp_updates('permission_group_permissions');
CALL keep_to_tenant('permission_group_permissions');
CALL share_platform_rows('permission_group_permissions');
CALL point_at_own_or_platform('permission_group_permissions', 'group_id', 'permission_groups');
CALL point_at_own_or_platform('permission_group_permissions', 'permission_id', 'permissions');

-- backwards
DROP TABLE permission_group_permissions;
