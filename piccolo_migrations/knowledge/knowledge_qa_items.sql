CREATE TABLE knowledge_qa_items (
    id                  uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id     uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    knowledge_item_id   uuid         NOT NULL,
    question            text         NOT NULL,
    answer              text         NOT NULL,

    question_variations text[]       NOT NULL DEFAULT '{}',
    answer_variations   text[]       NOT NULL DEFAULT '{}',

    context             text,
    intent              varchar(100),
    language            varchar(10)  NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    confidence_level    varchar(20)  NOT NULL DEFAULT 'high' CHECK (confidence_level IN ('low', 'medium', 'high')),

    keywords            text[]       NOT NULL DEFAULT '{}',
    search_keywords     text[]       NOT NULL DEFAULT '{}',
    trigger_phrases     text[]       NOT NULL DEFAULT '{}',

    conditions          jsonb        NOT NULL DEFAULT '{}',
    response_rules      jsonb        NOT NULL DEFAULT '{}',

    usage_count         integer      NOT NULL DEFAULT 0,
    success_rate        numeric(5,2) NOT NULL DEFAULT 0 CHECK (success_rate BETWEEN 0 AND 100),
    user_satisfaction   numeric(3,2) NOT NULL DEFAULT 0 CHECK (user_satisfaction BETWEEN 0 AND 5),
    last_used_at        timestamptz,

    ai_confidence       numeric(3,2) CHECK (ai_confidence BETWEEN 0 AND 1),
    ai_embeddings       jsonb        NOT NULL DEFAULT '{}',
    ai_last_trained_at  timestamptz,

    order_index         integer      NOT NULL DEFAULT 0,
    is_primary          boolean      NOT NULL DEFAULT false,
    is_active           boolean      NOT NULL DEFAULT true,

    metadata            jsonb        NOT NULL DEFAULT '{}',
    search_vector       tsvector     GENERATED ALWAYS AS (
        setweight(to_tsvector(fts_config(language),
            left(question, 20000) || ' ' || left(fts_join(question_variations), 20000) || ' '
            || fts_join(trigger_phrases)), 'A')
        || setweight(to_tsvector(fts_config(language), fts_join(keywords) || ' ' || fts_join(search_keywords)), 'B')
        || setweight(to_tsvector(fts_config(language), left(answer, 100000)), 'C')
    ) STORED,

    created_at          timestamptz  NOT NULL DEFAULT now(),
    updated_at          timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, knowledge_item_id) REFERENCES knowledge_base_items (organization_id, id)
        ON DELETE CASCADE
);
COMMENT ON TABLE knowledge_qa_items IS
    'Question and answer pairs of an item, with variations, matching rules and usage results.';

-- no double questions
CREATE UNIQUE INDEX knowledge_qa_items_knowledge_item_id_question_key
    ON knowledge_qa_items (knowledge_item_id, md5(lower(question)));
CREATE UNIQUE INDEX knowledge_qa_items_knowledge_item_id_key ON knowledge_qa_items (knowledge_item_id)
    WHERE is_primary;
-- "find similar question"
CREATE INDEX knowledge_qa_items_search_vector_idx ON knowledge_qa_items USING gin (search_vector);
-- exact trigger match
CREATE INDEX knowledge_qa_items_trigger_phrases_idx ON knowledge_qa_items USING gin (trigger_phrases);
-- most used
CREATE INDEX knowledge_qa_items_is_active_usage_count_idx
    ON knowledge_qa_items (organization_id, is_active, usage_count DESC);
-- list inside an item
CREATE INDEX knowledge_qa_items_knowledge_item_id_order_index_idx
    ON knowledge_qa_items (knowledge_item_id, order_index);

CALL stamp_updates('knowledge_qa_items');
CALL keep_to_tenant('knowledge_qa_items');

-- backwards
DROP TABLE knowledge_qa_items;
