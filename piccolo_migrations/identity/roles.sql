CREATE TABLE roles (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         REFERENCES organizations ON DELETE CASCADE,

    name                 varchar(100) NOT NULL,
    code                 varchar(50)  NOT NULL,
    display_name         varchar(255),
    description          text,

    scope                varchar(20)  NOT NULL DEFAULT 'organization'
        CHECK (scope IN ('global', 'organization', 'department', 'team', 'personal')),
    level                integer      NOT NULL DEFAULT 10 CHECK (level BETWEEN 0 AND 100),

    is_system_role       boolean      NOT NULL DEFAULT false,
    is_default           boolean      NOT NULL DEFAULT false,

    parent_role_id       uuid,
    inherits_permissions boolean      NOT NULL DEFAULT true,

    max_users            integer      CHECK (max_users >= 1),
    current_users        integer      NOT NULL DEFAULT 0 CHECK (current_users >= 0),
    access_limits        jsonb        NOT NULL DEFAULT '{}',

    color                varchar(7)   NOT NULL DEFAULT '#6B7280' CHECK (color ~ '^#[0-9A-Fa-f]{6}$'),
    icon                 varchar(50),
    badge_text           varchar(20),

    metadata             jsonb        NOT NULL DEFAULT '{}',
    status               varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    CHECK (parent_role_id IS NULL OR parent_role_id <> id),
    CHECK (organization_id IS NOT NULL OR scope = 'global'),
    FOREIGN KEY (parent_role_id) REFERENCES roles
);
COMMENT ON TABLE roles IS
    'Named sets of permissions, in a hierarchy. Rows without an organization are platform roles.';

CREATE UNIQUE INDEX roles_code_key ON roles (organization_id, code) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX roles_organization_id_key ON roles (organization_id) NULLS NOT DISTINCT WHERE is_default;
-- children, delete check
CREATE INDEX roles_parent_role_id_idx ON roles (parent_role_id) WHERE parent_role_id IS NOT NULL;

CALL stamp_updates('roles');
CALL keep_to_tenant('roles');
CALL share_platform_rows('roles');
CALL point_at_own_or_platform('roles', 'parent_role_id', 'roles');

-- backwards
DROP TABLE roles;
