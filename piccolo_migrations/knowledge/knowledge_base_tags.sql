CREATE TABLE knowledge_base_tags (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    name              varchar(100) NOT NULL,
    slug              varchar(100) NOT NULL,
    description       text,
    color             varchar(7)   NOT NULL DEFAULT '#6B7280' CHECK (color ~ '^#[0-9A-Fa-f]{6}$'),
    icon              varchar(50),

    tag_type          varchar(20)  NOT NULL DEFAULT 'general'
        CHECK (tag_type IN ('general', 'category', 'topic', 'skill', 'department', 'product', 'service')),
    parent_tag_id     uuid,

    usage_count       integer      NOT NULL DEFAULT 0,
    item_count        integer      NOT NULL DEFAULT 0,

    is_system_tag     boolean      NOT NULL DEFAULT false,
    is_auto_suggested boolean      NOT NULL DEFAULT true,
    auto_apply_rules  jsonb        NOT NULL DEFAULT '{}',
    status            varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')),

    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    CHECK (parent_tag_id IS NULL OR parent_tag_id <> id),
    CONSTRAINT knowledge_base_tags_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, parent_tag_id) REFERENCES knowledge_base_tags (organization_id, id)
        ON DELETE SET NULL (parent_tag_id)
);
COMMENT ON TABLE knowledge_base_tags IS 'Curated tags, in a tree, with suggestion rules.';

CREATE UNIQUE INDEX knowledge_base_tags_slug_key ON knowledge_base_tags (organization_id, slug);
CREATE UNIQUE INDEX knowledge_base_tags_name_key ON knowledge_base_tags (organization_id, lower(name));
-- children
CREATE INDEX knowledge_base_tags_parent_tag_id_idx ON knowledge_base_tags (parent_tag_id);

CALL stamp_updates('knowledge_base_tags');
CALL keep_to_tenant('knowledge_base_tags');

-- backwards
DROP TABLE knowledge_base_tags;
