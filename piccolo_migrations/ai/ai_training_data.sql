CREATE TABLE ai_training_data (
    id               uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id  uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    source_type      varchar(50)  NOT NULL
        CHECK (source_type IN ('conversation', 'knowledge_article', 'qa_item', 'manual', 'import')),
    source_id        uuid,

    input_text       text         NOT NULL,
    expected_output  text,
    context          text,
    intent           varchar(100),
    entities         jsonb        NOT NULL DEFAULT '{}',

    is_validated     boolean      NOT NULL DEFAULT false,
    validation_score numeric(3,2) CHECK (validation_score BETWEEN 0 AND 1),
    human_reviewed   boolean      NOT NULL DEFAULT false,
    reviewed_by      uuid,
    reviewed_at      timestamptz,
    quality_metrics  jsonb        NOT NULL DEFAULT '{}',
    is_redacted      boolean      NOT NULL DEFAULT false,

    language         varchar(10)  NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    difficulty_level varchar(20)  NOT NULL DEFAULT 'basic'
        CHECK (difficulty_level IN ('basic', 'intermediate', 'advanced', 'expert')),
    training_tags    text[]       NOT NULL DEFAULT '{}',
    content_hash     varchar(64)  NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    status           varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'active', 'rejected', 'archived')),

    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, reviewed_by) REFERENCES users (organization_id, id)
        ON DELETE SET NULL (reviewed_by)
);
COMMENT ON TABLE ai_training_data IS
    'Examples for tuning and evaluation: input, wanted output, validation.';

-- no duplicates
CREATE UNIQUE INDEX ai_training_data_content_hash_key ON ai_training_data (organization_id, content_hash);
-- review queue
CREATE INDEX ai_training_data_status_created_at_idx ON ai_training_data (organization_id, status, created_at DESC);
-- examples from one source
CREATE INDEX ai_training_data_source_type_source_id_idx ON ai_training_data (source_type, source_id);
-- examples that somebody reviewed
CREATE INDEX ai_training_data_reviewed_by_idx ON ai_training_data (reviewed_by) WHERE reviewed_by IS NOT NULL;

CALL stamp_updates('ai_training_data');
CALL keep_to_tenant('ai_training_data');

-- backwards
DROP TABLE ai_training_data;
