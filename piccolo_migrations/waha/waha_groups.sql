CREATE TABLE waha_groups (
    id                            uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id               uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id                    uuid          NOT NULL,
    group_id                      varchar(255)  NOT NULL,

    name                          varchar(255)  NOT NULL,
    description                   text,
    profile_picture_url           varchar(1000),

    owner_id                      varchar(100),
    group_created_at              timestamptz,

    is_announcement               boolean       NOT NULL DEFAULT false,
    is_community                  boolean       NOT NULL DEFAULT false,
    is_ephemeral                  boolean       NOT NULL DEFAULT false,
    ephemeral_timer               integer,

    participant_count             integer       NOT NULL DEFAULT 0 CHECK (participant_count >= 0),
    admin_count                   integer       NOT NULL DEFAULT 0 CHECK (admin_count >= 0),
    participants                  jsonb         NOT NULL DEFAULT '[]',
    my_role                       varchar(20)   NOT NULL DEFAULT 'participant'
        CHECK (my_role IN ('left', 'participant', 'admin', 'superadmin')),
    left_at                       timestamptz,

    invite_code                   varchar(255),
    invite_link                   varchar(500),

    only_admins_can_send_messages boolean       NOT NULL DEFAULT false,
    only_admins_can_edit_info     boolean       NOT NULL DEFAULT false,
    only_admins_can_edit_settings boolean       NOT NULL DEFAULT false,
    only_admins_can_invite        boolean       NOT NULL DEFAULT false,
    new_members_approval_required boolean       NOT NULL DEFAULT false,
    permissions                   jsonb         NOT NULL DEFAULT '{}',

    inbox_policy                  varchar(10)   NOT NULL DEFAULT 'ignore'
        CHECK (inbox_policy IN ('ignore', 'monitor', 'reply')),

    last_activity_at              timestamptz,
    total_messages                integer       NOT NULL DEFAULT 0,
    total_media_messages          integer       NOT NULL DEFAULT 0,

    synced_at                     timestamptz,
    metadata                      jsonb         NOT NULL DEFAULT '{}',

    created_at                    timestamptz   NOT NULL DEFAULT now(),
    updated_at                    timestamptz   NOT NULL DEFAULT now(),

    CONSTRAINT waha_groups_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE waha_groups IS 'WhatsApp groups a session is in.';

CREATE UNIQUE INDEX waha_groups_session_id_group_id_key ON waha_groups (session_id, group_id);
-- group list
CREATE INDEX waha_groups_last_activity_at_idx ON waha_groups (organization_id, last_activity_at DESC NULLS LAST);

CALL stamp_updates('waha_groups');
CALL keep_to_tenant('waha_groups');
CALL open_to('switchboard_ingest', 'waha_groups', 'SELECT, INSERT, UPDATE');

-- backwards
DROP TABLE waha_groups;
