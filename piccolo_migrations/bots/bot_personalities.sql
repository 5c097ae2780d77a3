CREATE TABLE bot_personalities (
    id                     uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id        uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    name                   varchar(255) NOT NULL,
    code                   varchar(50)  NOT NULL,
    display_name           varchar(255),
    description            text,

    ai_model_id            uuid,
    responder_type         varchar(20)  NOT NULL DEFAULT 'builtin'
        CHECK (responder_type IN ('builtin', 'n8n', 'none')),
    n8n_workflow_id        uuid,
    knowledge_category_ids uuid[]       NOT NULL DEFAULT '{}',

    language               varchar(10)  NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    tone                   varchar(50),
    communication_style    varchar(50),
    formality_level        varchar(20)  NOT NULL DEFAULT 'formal'
        CHECK (formality_level IN ('formal', 'informal', 'casual', 'professional', 'friendly')),

    avatar_url             varchar(500),
    color_scheme           jsonb        NOT NULL DEFAULT '{"primary": "#3B82F6", "secondary": "#10B981"}',

    greeting_message       text,
    farewell_message       text,
    error_message          text,
    waiting_message        text,
    transfer_message       text,
    fallback_message       text,
    system_message         text,

    personality_traits     jsonb        NOT NULL DEFAULT '{}',
    custom_vocabulary      jsonb        NOT NULL DEFAULT '{}',
    response_templates     jsonb        NOT NULL DEFAULT '{}',
    conversation_starters  text[]       NOT NULL DEFAULT '{}',

    response_delay_ms      integer      NOT NULL DEFAULT 1000 CHECK (response_delay_ms BETWEEN 0 AND 60000),
    typing_indicator       boolean      NOT NULL DEFAULT true,
    max_response_length    integer      NOT NULL DEFAULT 1000 CHECK (max_response_length >= 1),
    enable_small_talk      boolean      NOT NULL DEFAULT true,
    confidence_threshold   numeric(3,2) NOT NULL DEFAULT 0.7 CHECK (confidence_threshold BETWEEN 0 AND 1),
    escalation_config      jsonb        NOT NULL DEFAULT '{}',

    learning_enabled       boolean      NOT NULL DEFAULT true,
    training_data_sources  text[]       NOT NULL DEFAULT '{}',
    last_trained_at        timestamptz,

    total_conversations    integer      NOT NULL DEFAULT 0,
    avg_satisfaction_score numeric(3,2) NOT NULL DEFAULT 0 CHECK (avg_satisfaction_score BETWEEN 0 AND 5),
    success_rate           numeric(5,2) NOT NULL DEFAULT 0 CHECK (success_rate BETWEEN 0 AND 100),

    is_default             boolean      NOT NULL DEFAULT false,
    status                 varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('draft', 'active', 'inactive')),

    created_at             timestamptz  NOT NULL DEFAULT now(),
    updated_at             timestamptz  NOT NULL DEFAULT now(),
    deleted_at             timestamptz,

    CHECK (responder_type <> 'n8n' OR n8n_workflow_id IS NOT NULL OR status <> 'active'),
    CONSTRAINT bot_personalities_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, ai_model_id) REFERENCES ai_models (organization_id, id)
        ON DELETE SET NULL (ai_model_id),
    FOREIGN KEY (organization_id, n8n_workflow_id) REFERENCES n8n_workflows (organization_id, id)
        ON DELETE SET NULL (n8n_workflow_id)
);
COMMENT ON TABLE bot_personalities IS
    'A bot''s voice and behaviour: language, tone, canned messages, model, knowledge, escalation.';

CREATE UNIQUE INDEX bot_personalities_code_key ON bot_personalities (organization_id, code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX bot_personalities_name_key ON bot_personalities (organization_id, lower(name))
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX bot_personalities_organization_id_key ON bot_personalities (organization_id)
    WHERE is_default AND deleted_at IS NULL;
-- list
CREATE INDEX bot_personalities_status_idx ON bot_personalities (organization_id, status);
-- bots on a model
CREATE INDEX bot_personalities_ai_model_id_idx ON bot_personalities (ai_model_id);
-- bots of a workflow
CREATE INDEX bot_personalities_n8n_workflow_id_idx ON bot_personalities (n8n_workflow_id)
    WHERE n8n_workflow_id IS NOT NULL;

ALTER TABLE ai_conversations_log
    ADD CONSTRAINT ai_conversations_log_bot_personality_id_fkey FOREIGN KEY (organization_id, bot_personality_id)
    REFERENCES bot_personalities (organization_id, id) ON DELETE SET NULL (bot_personality_id);

CALL stamp_updates('bot_personalities');
CALL keep_to_tenant('bot_personalities');

-- backwards
ALTER TABLE ai_conversations_log DROP CONSTRAINT ai_conversations_log_bot_personality_id_fkey;
DROP TABLE bot_personalities;
