CREATE TABLE knowledge_base_item_relationships (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    source_item_id       uuid         NOT NULL,
    target_item_id       uuid         NOT NULL,
    relationship_type    varchar(50)  NOT NULL
        CHECK (relationship_type IN (
            'related', 'prerequisite', 'followup', 'alternative', 'supersedes', 'references')),

    strength             numeric(3,2) NOT NULL DEFAULT 0.5 CHECK (strength BETWEEN 0 AND 1),
    description          text,
    is_auto_discovered   boolean      NOT NULL DEFAULT false,
    discovery_method     varchar(50)  CHECK (discovery_method IN ('manual', 'ai_similarity', 'user_behavior')),
    discovery_confidence numeric(3,2) CHECK (discovery_confidence BETWEEN 0 AND 1),
    created_by           uuid,

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    CHECK (source_item_id <> target_item_id),
    FOREIGN KEY (organization_id, source_item_id) REFERENCES knowledge_base_items (organization_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (organization_id, target_item_id) REFERENCES knowledge_base_items (organization_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (organization_id, created_by) REFERENCES users (organization_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE knowledge_base_item_relationships IS
    'Directed links between items, set by people or found automatically.';

CREATE UNIQUE INDEX knowledge_base_item_relationships_link_key
    ON knowledge_base_item_relationships (source_item_id, target_item_id, relationship_type);
-- back links
CREATE INDEX knowledge_base_item_relationships_target_item_id_idx
    ON knowledge_base_item_relationships (target_item_id);
-- what was found and is to be looked at
CREATE INDEX knowledge_base_item_relationships_is_auto_discovered_idx
    ON knowledge_base_item_relationships (organization_id, is_auto_discovered);
-- links that somebody made
CREATE INDEX knowledge_base_item_relationships_created_by_idx ON knowledge_base_item_relationships (created_by)
    WHERE created_by IS NOT NULL;

CALL stamp_updates('knowledge_base_item_relationships');
CALL keep_to_tenant('knowledge_base_item_relationships');

-- backwards
DROP TABLE knowledge_base_item_relationships;
