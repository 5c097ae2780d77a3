CREATE TABLE chat_sessions (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    customer_id          uuid         NOT NULL,
    channel_config_id    uuid         NOT NULL,
    agent_id             uuid,
    bot_personality_id   uuid,

    session_token_hash   varchar(64)  CHECK (session_token_hash ~ '^[0-9a-f]{64}$'),
    external_chat_id     varchar(255),
    session_type         varchar(20)  NOT NULL DEFAULT 'customer_initiated'
        CHECK (session_type IN ('customer_initiated', 'agent_initiated', 'bot_initiated', 'system_initiated')),

    status               varchar(20)  NOT NULL DEFAULT 'queued'
        CHECK (status IN ('bot', 'queued', 'active', 'waiting', 'snoozed', 'resolved', 'closed')),
    is_active            boolean      GENERATED ALWAYS AS (status NOT IN ('resolved', 'closed')) STORED,
    is_bot_session       boolean      GENERATED ALWAYS AS (status = 'bot') STORED,
    is_resolved          boolean      GENERATED ALWAYS AS (status = 'resolved') STORED,

    started_at           timestamptz  NOT NULL DEFAULT now(),
    ended_at             timestamptz,
    last_activity_at     timestamptz  NOT NULL DEFAULT now(),
    queued_at            timestamptz,
    assigned_at          timestamptz,
    first_response_at    timestamptz,
    waiting_since        timestamptz,
    snoozed_until        timestamptz,

    handover_reason      text,
    handover_trigger     varchar(20)
        CHECK (handover_trigger IN (
            'customer_request', 'keyword', 'sentiment', 'timeout', 'intent', 'failed_responses', 'low_confidence',
            'agent', 'rule')),
    handover_at          timestamptz,
    transfer_count       smallint     NOT NULL DEFAULT 0 CHECK (transfer_count >= 0),

    message_seq          bigint       NOT NULL DEFAULT 0,
    total_messages       integer      NOT NULL DEFAULT 0 CHECK (total_messages >= 0),
    customer_messages    integer      NOT NULL DEFAULT 0 CHECK (customer_messages >= 0),
    bot_messages         integer      NOT NULL DEFAULT 0 CHECK (bot_messages >= 0),
    agent_messages       integer      NOT NULL DEFAULT 0 CHECK (agent_messages >= 0),
    unread_count         integer      NOT NULL DEFAULT 0 CHECK (unread_count >= 0),
    last_message_id      uuid,
    last_message_at      timestamptz,
    last_message_preview varchar(200),
    last_message_sender  varchar(20)  CHECK (last_message_sender IN ('customer', 'bot', 'agent', 'system')),

    response_time_avg    integer,
    resolution_time      integer,
    wait_time            integer,

    satisfaction_rating  smallint     CHECK (satisfaction_rating BETWEEN 1 AND 5),
    feedback_text        text,
    feedback_tags        text[]       NOT NULL DEFAULT '{}',
    csat_sent_at         timestamptz,
    csat_submitted_at    timestamptz,

    intent               varchar(100),
    category             varchar(100),
    subcategory          varchar(100),
    priority             varchar(20)  NOT NULL DEFAULT 'normal'
        CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    tags                 text[]       NOT NULL DEFAULT '{}',

    resolved_at          timestamptz,
    resolved_by          uuid,
    resolution_type      varchar(30)
        CHECK (resolution_type IN (
            'resolved_by_agent', 'resolved_by_bot', 'resolved_by_customer', 'escalated', 'transferred', 'abandoned',
            'timeout', 'duplicate', 'spam', 'error')),
    resolution_notes     text,
    reopened_count       smallint     NOT NULL DEFAULT 0,

    sentiment_analysis   jsonb        NOT NULL DEFAULT '{}',
    ai_summary           text,
    topics_discussed     text[]       NOT NULL DEFAULT '{}',

    session_data         jsonb        NOT NULL DEFAULT '{}',
    metadata             jsonb        NOT NULL DEFAULT '{}',

    rev                  bigint       NOT NULL DEFAULT 1,

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    CHECK (status NOT IN ('active', 'waiting') OR agent_id IS NOT NULL),
    CHECK (status <> 'snoozed' OR snoozed_until IS NOT NULL),
    CHECK (status NOT IN ('resolved', 'closed') OR ended_at IS NOT NULL),
    CONSTRAINT chat_sessions_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customers (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, channel_config_id) REFERENCES channel_configs (organization_id, id),
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE SET NULL (agent_id),
    FOREIGN KEY (organization_id, bot_personality_id) REFERENCES bot_personalities (organization_id, id)
        ON DELETE SET NULL (bot_personality_id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE chat_sessions IS 'A conversation with a customer, from first message to resolution.';

-- an agent's history
CREATE INDEX chat_sessions_agent_id_idx ON chat_sessions (agent_id, id DESC) WHERE agent_id IS NOT NULL;
-- a customer's history
CREATE INDEX chat_sessions_customer_id_idx ON chat_sessions (customer_id, id DESC);
-- results of a bot
CREATE INDEX chat_sessions_bot_personality_id_idx ON chat_sessions (bot_personality_id, id DESC)
    WHERE bot_personality_id IS NOT NULL;
-- widget resume
CREATE INDEX chat_sessions_session_token_hash_idx ON chat_sessions (session_token_hash)
    WHERE session_token_hash IS NOT NULL;
-- what wakes up
CREATE INDEX chat_sessions_snoozed_until_idx ON chat_sessions (snoozed_until) WHERE status = 'snoozed';
-- inbox and queue; open sessions are few, what changes with each message is sorted in memory
CREATE INDEX chat_sessions_status_queued_at_idx ON chat_sessions (organization_id, status, queued_at)
    WHERE status NOT IN ('resolved', 'closed');
-- sessions of a chat, and of a channel
CREATE INDEX chat_sessions_channel_config_id_external_chat_id_idx
    ON chat_sessions (channel_config_id, external_chat_id);
-- filter by tag
CREATE INDEX chat_sessions_tags_idx ON chat_sessions USING gin (tags) WHERE tags <> '{}';

CALL begin_partitions('chat_sessions');
CALL stamp_updates('chat_sessions');
CALL keep_to_tenant('chat_sessions');
CALL open_to('switchboard_ingest', 'chat_sessions', 'SELECT, INSERT, UPDATE');

-- backwards
DROP TABLE chat_sessions;
