CREATE TABLE messages (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id           uuid         NOT NULL,
    channel_config_id    uuid         NOT NULL,
    seq                  bigint       NOT NULL,

    direction            varchar(10)  NOT NULL CHECK (direction IN ('inbound', 'outbound', 'internal')),
    sender_type          varchar(20)  NOT NULL CHECK (sender_type IN ('customer', 'bot', 'agent', 'system')),
    sender_id            uuid,
    sender_name          varchar(255),

    message_text         text,
    message_type         varchar(20)  NOT NULL DEFAULT 'text'
        CHECK (message_type IN (
            'text', 'image', 'audio', 'video', 'file', 'location', 'contact', 'sticker', 'template', 'quick_reply',
            'button', 'list', 'carousel', 'poll', 'form', 'reaction', 'call', 'note', 'system', 'unsupported')),
    content              jsonb,

    media_url            text,
    media_type           varchar(100),
    media_size           bigint       CHECK (media_size >= 0),
    media_metadata       jsonb        NOT NULL DEFAULT '{}',
    thumbnail_url        text,

    quick_replies        jsonb,
    buttons              jsonb,
    template_data        jsonb,

    intent               varchar(100),
    entities             jsonb        NOT NULL DEFAULT '{}',
    confidence_score     numeric(3,2) CHECK (confidence_score BETWEEN 0 AND 1),
    ai_generated         boolean      NOT NULL DEFAULT false,
    ai_model_used        varchar(100),
    sentiment_score      numeric(4,3) CHECK (sentiment_score BETWEEN -1 AND 1),
    sentiment_label      varchar(20)  CHECK (sentiment_label IN ('positive', 'neutral', 'negative', 'mixed')),
    emotion_scores       jsonb        NOT NULL DEFAULT '{}',

    delivery_status      varchar(20)  NOT NULL DEFAULT 'none'
        CHECK (delivery_status IN (
            'queued', 'sending', 'accepted', 'sent', 'delivered', 'read', 'played', 'failed', 'unknown', 'none')),
    is_read              boolean      GENERATED ALWAYS AS (read_at IS NOT NULL) STORED,
    received_at          timestamptz,
    accepted_at          timestamptz,
    sent_at              timestamptz,
    delivered_at         timestamptz,
    read_at              timestamptz,
    played_at            timestamptz,

    failed_at            timestamptz,
    failed_reason        text,
    error_code           varchar(50),
    send_attempts        smallint     NOT NULL DEFAULT 0 CHECK (send_attempts >= 0),

    external_id          varchar(255),
    client_message_id    varchar(64),

    reply_to_message_id  uuid,
    reply_to_external_id varchar(255),
    thread_id            uuid,

    reactions            jsonb        NOT NULL DEFAULT '[]',
    edited_at            timestamptz,
    edit_history         jsonb        NOT NULL DEFAULT '[]',
    revoked_at           timestamptz,

    context              jsonb        NOT NULL DEFAULT '{}',
    processing_time_ms   integer      CHECK (processing_time_ms >= 0),
    metadata             jsonb        NOT NULL DEFAULT '{}',

    rev                  bigint       NOT NULL DEFAULT 1,

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    CHECK (message_text IS NULL OR char_length(message_text) <= 65536),
    CHECK (direction <> 'internal' OR delivery_status = 'none'),
    CHECK (sender_type <> 'customer' OR direction = 'inbound'),
    FOREIGN KEY (organization_id, session_id) REFERENCES chat_sessions (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, channel_config_id) REFERENCES channel_configs (organization_id, id)
) PARTITION BY RANGE (id);
COMMENT ON TABLE messages IS 'Every message, note and system line of a conversation.';

-- a page of a conversation, and what came after a number
CREATE INDEX messages_session_id_seq_idx ON messages (session_id, seq);
-- idempotent send
CREATE INDEX messages_session_id_client_message_id_idx ON messages (session_id, client_message_id)
    WHERE client_message_id IS NOT NULL;
-- failed sends
CREATE INDEX messages_failed_at_idx ON messages (organization_id, failed_at DESC) WHERE failed_at IS NOT NULL;
-- acks, edits, revokes and reactions name the bare key
CREATE INDEX messages_channel_config_id_external_id_idx ON messages (channel_config_id, external_id);
-- exports and figures
CREATE INDEX messages_organization_id_idx ON messages (organization_id, id);

CALL begin_partitions('messages');
CALL stamp_updates('messages');
CALL keep_to_tenant('messages');
CALL open_to('switchboard_ingest', 'messages', 'SELECT, INSERT, UPDATE');

-- backwards
DROP TABLE messages;
