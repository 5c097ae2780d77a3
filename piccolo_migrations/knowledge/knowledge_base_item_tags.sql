CREATE TABLE knowledge_base_item_tags (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    knowledge_item_id uuid         NOT NULL,
    tag_id            uuid         NOT NULL,

    assigned_by       uuid,
    assigned_at       timestamptz  NOT NULL DEFAULT now(),
    is_auto_assigned  boolean      NOT NULL DEFAULT false,
    confidence_score  numeric(3,2) CHECK (confidence_score BETWEEN 0 AND 1),

    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, knowledge_item_id) REFERENCES knowledge_base_items (organization_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (organization_id, tag_id) REFERENCES knowledge_base_tags (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, assigned_by) REFERENCES users (organization_id, id)
        ON DELETE SET NULL (assigned_by)
);
COMMENT ON TABLE knowledge_base_item_tags IS 'Which tag is on which item, and who or what put it there.';

CREATE UNIQUE INDEX knowledge_base_item_tags_knowledge_item_id_tag_id_key
    ON knowledge_base_item_tags (knowledge_item_id, tag_id);
-- items with a tag
CREATE INDEX knowledge_base_item_tags_tag_id_knowledge_item_id_idx
    ON knowledge_base_item_tags (tag_id, knowledge_item_id);
CREATE INDEX knowledge_base_item_tags_organization_id_idx ON knowledge_base_item_tags (organization_id);
-- tags that somebody put
CREATE INDEX knowledge_base_item_tags_assigned_by_idx ON knowledge_base_item_tags (assigned_by)
    WHERE assigned_by IS NOT NULL;

CALL stamp_updates('knowledge_base_item_tags');
CALL keep_to_tenant('knowledge_base_item_tags');

-- backwards
DROP TABLE knowledge_base_item_tags;
