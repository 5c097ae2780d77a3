CREATE TABLE knowledge_base_items (
    id                        uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id           uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    category_id               uuid          NOT NULL,
    title                     varchar(500)  NOT NULL,
    slug                      varchar(500)  NOT NULL,
    description               text,
    content_type              varchar(20)   NOT NULL DEFAULT 'article'
        CHECK (content_type IN ('article', 'qa_collection', 'faq', 'guide', 'tutorial')),

    content                   text,
    summary                   text,
    excerpt                   text,

    tags                      text[]        NOT NULL DEFAULT '{}',
    keywords                  text[]        NOT NULL DEFAULT '{}',
    language                  varchar(10)   NOT NULL DEFAULT 'en'
        CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    difficulty_level          varchar(20)   NOT NULL DEFAULT 'basic'
        CHECK (difficulty_level IN ('basic', 'intermediate', 'advanced', 'expert')),
    priority                  varchar(20)   NOT NULL DEFAULT 'medium'
        CHECK (priority IN ('low', 'medium', 'high', 'critical')),

    estimated_read_time       integer,
    word_count                integer       NOT NULL DEFAULT 0,
    meta_title                varchar(255),
    meta_description          text,
    featured_image_url        varchar(500),

    is_featured               boolean       NOT NULL DEFAULT false,
    is_public                 boolean       NOT NULL DEFAULT true,
    is_searchable             boolean       NOT NULL DEFAULT true,
    is_ai_trainable           boolean       NOT NULL DEFAULT true,
    requires_approval         boolean       NOT NULL DEFAULT false,

    workflow_status           varchar(20)   NOT NULL DEFAULT 'draft'
        CHECK (workflow_status IN ('draft', 'review', 'approved', 'published', 'archived')),
    approval_status           varchar(20)   NOT NULL DEFAULT 'pending'
        CHECK (approval_status IN ('pending', 'approved', 'rejected', 'auto_approved')),
    rejection_reason          text,

    author_id                 uuid,
    reviewer_id               uuid,
    approved_by               uuid,
    published_at              timestamptz,
    last_reviewed_at          timestamptz,
    approved_at               timestamptz,

    view_count                integer       NOT NULL DEFAULT 0,
    helpful_count             integer       NOT NULL DEFAULT 0,
    not_helpful_count         integer       NOT NULL DEFAULT 0,
    share_count               integer       NOT NULL DEFAULT 0,
    comment_count             integer       NOT NULL DEFAULT 0,
    search_hit_count          integer       NOT NULL DEFAULT 0,
    ai_usage_count            integer       NOT NULL DEFAULT 0,

    source_type               varchar(20)   NOT NULL DEFAULT 'manual'
        CHECK (source_type IN ('manual', 'upload', 'paste', 'url', 'import')),
    source_url                varchar(1000),
    content_hash              varchar(64)   CHECK (content_hash ~ '^[0-9a-f]{64}$'),

    embeddings_data           jsonb         NOT NULL DEFAULT '{}',
    embeddings_vector         real[],

    ai_generated              boolean       NOT NULL DEFAULT false,
    ai_confidence_score       numeric(3,2)  CHECK (ai_confidence_score BETWEEN 0 AND 1),
    ai_last_processed_at      timestamptz,

    version                   integer       NOT NULL DEFAULT 1 CHECK (version >= 1),
    previous_version_id       uuid,
    is_latest_version         boolean       NOT NULL DEFAULT true,
    change_summary            text,

    quality_score             numeric(3,2)  CHECK (quality_score BETWEEN 0 AND 1),
    effectiveness_score       numeric(3,2)  CHECK (effectiveness_score BETWEEN 0 AND 1),
    last_effectiveness_update timestamptz,

    metadata                  jsonb         NOT NULL DEFAULT '{}',
    configuration             jsonb         NOT NULL DEFAULT '{}',
    search_vector             tsvector      GENERATED ALWAYS AS (
        setweight(to_tsvector(fts_config(language), coalesce(title,'')), 'A')
        || setweight(to_tsvector(fts_config(language),
            coalesce(description,'') || ' ' || fts_join(keywords) || ' ' || fts_join(tags)), 'B')
        || setweight(to_tsvector(fts_config(language), left(coalesce(content,''), 200000)), 'C')
    ) STORED,

    created_at                timestamptz   NOT NULL DEFAULT now(),
    updated_at                timestamptz   NOT NULL DEFAULT now(),
    deleted_at                timestamptz,

    CHECK (content IS NULL OR char_length(content) <= 500000),
    CHECK (workflow_status <> 'published' OR published_at IS NOT NULL),
    CHECK (NOT requires_approval OR workflow_status <> 'published' OR approval_status IN ('approved',
        'auto_approved')),
    CONSTRAINT knowledge_base_items_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, category_id) REFERENCES knowledge_base_categories (organization_id, id),
    FOREIGN KEY (organization_id, author_id) REFERENCES users (organization_id, id) ON DELETE SET NULL (author_id),
    FOREIGN KEY (organization_id, reviewer_id) REFERENCES users (organization_id, id)
        ON DELETE SET NULL (reviewer_id),
    FOREIGN KEY (organization_id, approved_by) REFERENCES users (organization_id, id)
        ON DELETE SET NULL (approved_by),
    FOREIGN KEY (organization_id, previous_version_id) REFERENCES knowledge_base_items (organization_id, id)
        ON DELETE SET NULL (previous_version_id)
);
COMMENT ON TABLE knowledge_base_items IS
    'Articles, guides and Q&A collections with editorial workflow, versions, search and embeddings. Every version '
    'is a row.';

CREATE UNIQUE INDEX knowledge_base_items_slug_key ON knowledge_base_items (organization_id, slug)
    WHERE is_latest_version AND deleted_at IS NULL;
-- versions form a chain
CREATE UNIQUE INDEX knowledge_base_items_previous_version_id_key ON knowledge_base_items (previous_version_id)
    WHERE previous_version_id IS NOT NULL;
-- search box, bot retrieval
CREATE INDEX knowledge_base_items_search_vector_idx ON knowledge_base_items USING gin (search_vector);
-- filter by label
CREATE INDEX knowledge_base_items_tags_idx ON knowledge_base_items USING gin (tags);
-- editor list
CREATE INDEX knowledge_base_items_workflow_status_updated_at_idx
    ON knowledge_base_items (organization_id, workflow_status, updated_at DESC)
    WHERE is_latest_version AND deleted_at IS NULL;
-- reader list
CREATE INDEX knowledge_base_items_category_id_published_at_idx
    ON knowledge_base_items (organization_id, category_id, published_at DESC)
    WHERE workflow_status = 'published' AND is_latest_version AND deleted_at IS NULL;
-- everything, with old versions and deleted ones
CREATE INDEX knowledge_base_items_updated_at_idx ON knowledge_base_items (organization_id, updated_at DESC);
-- delete check
CREATE INDEX knowledge_base_items_category_id_idx ON knowledge_base_items (category_id);
-- my articles
CREATE INDEX knowledge_base_items_author_id_idx ON knowledge_base_items (author_id);
-- my reviews
CREATE INDEX knowledge_base_items_reviewer_id_idx ON knowledge_base_items (reviewer_id) WHERE reviewer_id IS NOT NULL;
-- what somebody approved
CREATE INDEX knowledge_base_items_approved_by_idx ON knowledge_base_items (approved_by) WHERE approved_by IS NOT NULL;
-- embedding job
CREATE INDEX knowledge_base_items_id_idx ON knowledge_base_items (organization_id, id)
    WHERE is_ai_trainable AND is_latest_version AND workflow_status = 'published' AND deleted_at IS NULL;

CALL stamp_updates('knowledge_base_items');
CALL keep_to_tenant('knowledge_base_items');

-- backwards
DROP TABLE knowledge_base_items;
