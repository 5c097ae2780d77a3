CREATE TABLE ai_models (
    id                   uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    name                 varchar(255)  NOT NULL,
    provider             varchar(30)   NOT NULL DEFAULT 'openai'
        CHECK (provider IN (
            'openai', 'azure_openai', 'anthropic', 'google', 'mistral', 'ollama', 'openai_compatible', 'custom')),
    model_type           varchar(100)  NOT NULL,
    purpose              varchar(20)   NOT NULL DEFAULT 'chat'
        CHECK (purpose IN ('chat', 'embedding', 'classification', 'summarization')),

    api_endpoint         varchar(500),
    api_key_enc          text,
    model_version        varchar(50),
    api_config           jsonb         NOT NULL DEFAULT '{}',

    temperature          numeric(3,2)  NOT NULL DEFAULT 0.7 CHECK (temperature BETWEEN 0 AND 2),
    max_tokens           integer       NOT NULL DEFAULT 1024 CHECK (max_tokens >= 1),
    top_p                numeric(3,2)  NOT NULL DEFAULT 1.0 CHECK (top_p BETWEEN 0 AND 1),
    frequency_penalty    numeric(3,2)  NOT NULL DEFAULT 0 CHECK (frequency_penalty BETWEEN -2 AND 2),
    presence_penalty     numeric(3,2)  NOT NULL DEFAULT 0 CHECK (presence_penalty BETWEEN -2 AND 2),

    system_prompt        text,
    context_prompt       text,
    fallback_responses   text[]        NOT NULL DEFAULT '{}',

    total_requests       bigint        NOT NULL DEFAULT 0,
    avg_response_time_ms integer       NOT NULL DEFAULT 0,
    success_rate         numeric(5,2)  NOT NULL DEFAULT 0 CHECK (success_rate BETWEEN 0 AND 100),
    cost_per_request     numeric(15,6) NOT NULL DEFAULT 0,
    input_cost_per_1k    numeric(15,6) NOT NULL DEFAULT 0,
    output_cost_per_1k   numeric(15,6) NOT NULL DEFAULT 0,

    is_default           boolean       NOT NULL DEFAULT false,
    status               varchar(20)   NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'archived')),

    created_at           timestamptz   NOT NULL DEFAULT now(),
    updated_at           timestamptz   NOT NULL DEFAULT now(),

    CONSTRAINT ai_models_tenant_key UNIQUE (organization_id, id)
);
COMMENT ON TABLE ai_models IS
    'An AI model an organization may call, with endpoint, parameters and measured performance.';

CREATE UNIQUE INDEX ai_models_name_key ON ai_models (organization_id, name);
CREATE UNIQUE INDEX ai_models_purpose_key ON ai_models (organization_id, purpose)
    WHERE is_default AND status = 'active';

CALL stamp_updates('ai_models');
CALL keep_to_tenant('ai_models');

-- backwards
DROP TABLE ai_models;
