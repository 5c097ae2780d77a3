CREATE TABLE channel_configs (
    id                      uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    channel                 varchar(20)  NOT NULL
        CHECK (channel IN (
            'whatsapp', 'wordpress_sdk', 'telegram', 'webchat', 'api', 'facebook', 'instagram', 'line', 'slack',
            'discord', 'teams', 'viber', 'wechat')),
    channel_identifier      varchar(255) NOT NULL,
    name                    varchar(255) NOT NULL,
    display_name            varchar(255),
    description             text,

    personality_id          uuid,

    widget_key              varchar(64),
    allowed_origins         text[]       NOT NULL DEFAULT '{}',

    webhook_url             varchar(500),
    webhook_secret_enc      text,
    api_key_enc             text,
    api_secret_enc          text,
    access_token_enc        text,
    refresh_token_enc       text,
    token_expires_at        timestamptz,

    settings                jsonb        NOT NULL DEFAULT '{}',
    rate_limits             jsonb        NOT NULL DEFAULT '{"messages_per_minute": 60, "messages_per_hour": 1000}',
    widget_config           jsonb        NOT NULL DEFAULT '{}',
    theme_config            jsonb        NOT NULL DEFAULT '{}',
    supported_message_types text[]       NOT NULL DEFAULT '{text}',
    features                jsonb        NOT NULL DEFAULT
        '{"typing_indicator": true, "read_receipts": true, "file_upload": false}',

    is_active               boolean      NOT NULL DEFAULT true,
    health_status           varchar(20)  NOT NULL DEFAULT 'unknown'
        CHECK (health_status IN ('unknown', 'healthy', 'warning', 'critical', 'offline')),
    last_connected_at       timestamptz,
    last_health_check_at    timestamptz,
    last_error              text,
    last_error_at           timestamptz,
    connection_attempts     integer      NOT NULL DEFAULT 0,

    total_messages_sent     bigint       NOT NULL DEFAULT 0,
    total_messages_received bigint       NOT NULL DEFAULT 0,
    uptime_percentage       numeric(5,2) NOT NULL DEFAULT 100 CHECK (uptime_percentage BETWEEN 0 AND 100),

    rev                     bigint       NOT NULL DEFAULT 1,

    created_at              timestamptz  NOT NULL DEFAULT now(),
    updated_at              timestamptz  NOT NULL DEFAULT now(),
    deleted_at              timestamptz,

    CHECK (supported_message_types <@ ARRAY['text', 'image', 'audio', 'video', 'file', 'location', 'contact',
        'sticker', 'template', 'quick_reply', 'button', 'list', 'carousel', 'poll', 'form', 'reaction', 'call',
        'note', 'system', 'unsupported']),
    CONSTRAINT channel_configs_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, personality_id) REFERENCES bot_personalities (organization_id, id)
        ON DELETE SET NULL (personality_id)
);
COMMENT ON TABLE channel_configs IS
    'One connected inbox: a WhatsApp number, a web widget, a Telegram bot, …';

CREATE UNIQUE INDEX channel_configs_channel_channel_identifier_key
    ON channel_configs (organization_id, channel, channel_identifier)
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX channel_configs_name_key ON channel_configs (organization_id, lower(name))
    WHERE deleted_at IS NULL;
-- widget bootstrap
CREATE UNIQUE INDEX channel_configs_widget_key_key ON channel_configs (widget_key) WHERE widget_key IS NOT NULL;
-- list
CREATE INDEX channel_configs_channel_idx ON channel_configs (organization_id, channel);
-- channels of a bot
CREATE INDEX channel_configs_personality_id_idx ON channel_configs (personality_id);
-- health board
CREATE INDEX channel_configs_health_status_idx ON channel_configs (health_status)
    WHERE is_active AND deleted_at IS NULL;
-- token renewal job
CREATE INDEX channel_configs_token_expires_at_idx ON channel_configs (token_expires_at)
    WHERE token_expires_at IS NOT NULL AND deleted_at IS NULL;

CALL stamp_updates('channel_configs');
CALL keep_to_tenant('channel_configs');
CALL open_to('switchboard_ingest', 'channel_configs', 'SELECT');
CALL open_to('switchboard_gate', 'channel_configs', 'SELECT');

-- backwards
DROP TABLE channel_configs;
