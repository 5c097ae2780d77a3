CREATE TABLE permission_groups (
    id              uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid         REFERENCES organizations ON DELETE CASCADE,

    name            varchar(100) NOT NULL,
    code            varchar(50)  NOT NULL,
    display_name    varchar(255),
    description     text,

    category        varchar(100),
    parent_group_id uuid,

    icon            varchar(50),
    color           varchar(7)   NOT NULL DEFAULT '#6B7280' CHECK (color ~ '^#[0-9A-Fa-f]{6}$'),
    sort_order      integer      NOT NULL DEFAULT 0,
    status          varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),

    created_at      timestamptz  NOT NULL DEFAULT now(),
    updated_at      timestamptz  NOT NULL DEFAULT now(),

    CHECK (parent_group_id IS NULL OR parent_group_id <> id),
    FOREIGN KEY (parent_group_id) REFERENCES permission_groups ON DELETE SET NULL
);
COMMENT ON TABLE permission_groups IS 'Folders of permissions for the rights screen.';

CREATE UNIQUE INDEX permission_groups_code_key ON permission_groups (organization_id, code) NULLS NOT DISTINCT;
-- rights screen
CREATE INDEX permission_groups_category_sort_order_idx ON permission_groups (organization_id, category, sort_order);
-- children
CREATE INDEX permission_groups_parent_group_id_idx ON permission_groups (parent_group_id)
    WHERE parent_group_id IS NOT NULL;

CALL stamp_updates('permission_groups');
CALL keep_to_tenant('permission_groups');
CALL share_platform_rows('permission_groups');
CALL point_at_own_or_platform('permission_groups', 'parent_group_id', 'permission_groups');

-- backwards
DROP TABLE permission_groups;
