CREATE TABLE knowledge_base_categories (
    id                     uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id        uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    parent_id              uuid,
    name                   varchar(255) NOT NULL,
    slug                   varchar(255) NOT NULL,
    description            text,
    icon                   varchar(100),
    color                  varchar(7)   CHECK (color ~ '^#[0-9A-Fa-f]{6}$'),

    order_index            integer      NOT NULL DEFAULT 0,
    is_public              boolean      NOT NULL DEFAULT true,
    is_featured            boolean      NOT NULL DEFAULT false,
    is_system_category     boolean      NOT NULL DEFAULT false,

    supports_articles      boolean      NOT NULL DEFAULT true,
    supports_qa            boolean      NOT NULL DEFAULT true,
    supports_faq           boolean      NOT NULL DEFAULT true,

    meta_title             varchar(255),
    meta_description       text,
    meta_keywords          text[]       NOT NULL DEFAULT '{}',

    total_content_count    integer      NOT NULL DEFAULT 0,
    article_count          integer      NOT NULL DEFAULT 0,
    qa_count               integer      NOT NULL DEFAULT 0,
    view_count             integer      NOT NULL DEFAULT 0,
    search_count           integer      NOT NULL DEFAULT 0,

    is_ai_trainable        boolean      NOT NULL DEFAULT true,
    ai_category_embeddings jsonb        NOT NULL DEFAULT '{}',
    ai_processing_priority smallint     NOT NULL DEFAULT 5 CHECK (ai_processing_priority BETWEEN 1 AND 10),
    auto_categorize        boolean      NOT NULL DEFAULT false,
    category_rules         jsonb        NOT NULL DEFAULT '{}',

    metadata               jsonb        NOT NULL DEFAULT '{}',
    status                 varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'archived')),

    created_at             timestamptz  NOT NULL DEFAULT now(),
    updated_at             timestamptz  NOT NULL DEFAULT now(),

    CHECK (parent_id IS NULL OR parent_id <> id),
    CONSTRAINT knowledge_base_categories_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, parent_id) REFERENCES knowledge_base_categories (organization_id, id)
);
COMMENT ON TABLE knowledge_base_categories IS 'Tree of categories with the content types each accepts.';

CREATE UNIQUE INDEX knowledge_base_categories_slug_key ON knowledge_base_categories (organization_id, slug);
CREATE UNIQUE INDEX knowledge_base_categories_parent_id_name_key
    ON knowledge_base_categories (organization_id, parent_id, lower(name))
    NULLS NOT DISTINCT;
-- one level of the tree
CREATE INDEX knowledge_base_categories_parent_id_order_index_idx
    ON knowledge_base_categories (organization_id, parent_id, order_index);
-- delete check
CREATE INDEX knowledge_base_categories_parent_id_idx ON knowledge_base_categories (parent_id);

CALL stamp_updates('knowledge_base_categories');
CALL keep_to_tenant('knowledge_base_categories');

-- backwards
DROP TABLE knowledge_base_categories;
