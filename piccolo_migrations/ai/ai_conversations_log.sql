CREATE TABLE ai_conversations_log (
    id                  uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id     uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id          uuid,
    message_id          uuid,
    response_message_id uuid,

    ai_model_id         uuid,
    model_name          varchar(100),
    bot_personality_id  uuid,
    purpose             varchar(20)   NOT NULL DEFAULT 'reply'
        CHECK (purpose IN ('reply', 'suggestion', 'intent', 'sentiment', 'summary', 'embedding', 'test')),

    prompt              text          NOT NULL,
    response            text,
    knowledge_item_ids  uuid[]        NOT NULL DEFAULT '{}',

    response_time_ms    integer       CHECK (response_time_ms >= 0),
    token_count_input   integer       CHECK (token_count_input >= 0),
    token_count_output  integer       CHECK (token_count_output >= 0),
    cost_usd            numeric(15,6) CHECK (cost_usd >= 0),
    confidence_score    numeric(3,2)  CHECK (confidence_score BETWEEN 0 AND 1),

    user_feedback       smallint      CHECK (user_feedback BETWEEN -1 AND 1),
    feedback_at         timestamptz,

    status              varchar(20)   NOT NULL DEFAULT 'success'
        CHECK (status IN ('success', 'error', 'timeout', 'blocked', 'fallback')),
    error_code          varchar(50),
    error_message       text,
    retry_count         smallint      NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    metadata            jsonb         NOT NULL DEFAULT '{}',

    created_at          timestamptz   NOT NULL DEFAULT now(),
    updated_at          timestamptz   NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, ai_model_id) REFERENCES ai_models (organization_id, id)
        ON DELETE SET NULL (ai_model_id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE ai_conversations_log IS 'One row per call to an AI model.';

-- log screen, daily roll-up
CREATE INDEX ai_conversations_log_organization_id_idx ON ai_conversations_log (organization_id, id DESC);
-- log of a conversation
CREATE INDEX ai_conversations_log_session_id_idx ON ai_conversations_log (session_id, id);
-- "why this answer"
CREATE INDEX ai_conversations_log_message_id_idx ON ai_conversations_log (message_id) WHERE message_id IS NOT NULL;
-- model performance
CREATE INDEX ai_conversations_log_ai_model_id_idx ON ai_conversations_log (ai_model_id, id);
-- bot performance
CREATE INDEX ai_conversations_log_bot_personality_id_idx ON ai_conversations_log (bot_personality_id, id)
    WHERE bot_personality_id IS NOT NULL;
-- bad answers
CREATE INDEX ai_conversations_log_bad_answers_idx ON ai_conversations_log (organization_id, id DESC)
    WHERE user_feedback = -1;

CALL begin_partitions('ai_conversations_log');
CALL stamp_updates('ai_conversations_log');
CALL keep_to_tenant('ai_conversations_log');

-- backwards
DROP TABLE ai_conversations_log;
