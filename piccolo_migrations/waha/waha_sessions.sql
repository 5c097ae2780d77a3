CREATE TABLE waha_sessions (
    id                      uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    channel_config_id       uuid         NOT NULL,
    n8n_workflow_id         uuid,

    session_name            varchar(54)  NOT NULL,
    base_url                varchar(500) NOT NULL,
    api_key_enc             text,
    webhook_secret_enc      text         NOT NULL,
    webhook_token_hash      varchar(64)  NOT NULL CHECK (webhook_token_hash ~ '^[0-9a-f]{64}$'),

    phone_number            varchar(20),
    instance_id             varchar(255),
    engine                  varchar(10)  NOT NULL DEFAULT 'NOWEB' CHECK (engine IN ('WEBJS', 'NOWEB', 'GOWS', 'WPP')),
    me_id                   varchar(100),
    me_lid                  varchar(100),
    push_name               varchar(255),

    desired_state           varchar(10)  NOT NULL DEFAULT 'running' CHECK (desired_state IN ('running', 'stopped')),
    status                  varchar(40)  NOT NULL DEFAULT 'STOPPED'
        CHECK (status IN (
            'STOPPED', 'STARTING', 'SCAN_QR_CODE', 'PASSKEY_REQUIRED', 'PASSKEY_CONFIRMATION_REQUIRED', 'WORKING',
            'FAILED', 'UNREACHABLE')),
    status_at               timestamptz  NOT NULL DEFAULT now(),
    status_history          jsonb        NOT NULL DEFAULT '[]',
    is_connected            boolean      GENERATED ALWAYS AS (status = 'WORKING') STORED,
    is_authenticated        boolean      NOT NULL DEFAULT false,

    health_status           varchar(20)  NOT NULL DEFAULT 'unknown'
        CHECK (health_status IN ('healthy', 'warning', 'critical', 'unknown')),
    last_health_check_at    timestamptz,
    error_count             integer      NOT NULL DEFAULT 0,
    last_error              text,
    restart_count           integer      NOT NULL DEFAULT 0,

    has_business_features   boolean      NOT NULL DEFAULT false,
    business_name           varchar(255),
    business_category       varchar(100),
    is_verified             boolean      NOT NULL DEFAULT false,

    features                jsonb        NOT NULL DEFAULT
        '{"media_upload": false, "voice_messages": false, "video_calls": false, "group_chat": false, "broadcast":
          false, "templates": false, "quick_replies": false, "labels": false, "catalog": false, "shopping": false,
          "payment": false}',
    rate_limits             jsonb        NOT NULL DEFAULT
        '{"messages_per_minute": 60, "messages_per_hour": 1000, "media_per_minute": 10, "media_per_hour": 100}',

    total_messages_sent     bigint       NOT NULL DEFAULT 0,
    total_messages_received bigint       NOT NULL DEFAULT 0,
    total_media_sent        bigint       NOT NULL DEFAULT 0,
    total_media_received    bigint       NOT NULL DEFAULT 0,
    total_contacts          integer      NOT NULL DEFAULT 0,
    total_groups            integer      NOT NULL DEFAULT 0,
    last_message_at         timestamptz,
    last_media_at           timestamptz,
    last_event_at           timestamptz,

    session_config          jsonb        NOT NULL DEFAULT '{}',
    webhook_config          jsonb        NOT NULL DEFAULT '{}',
    metadata                jsonb        NOT NULL DEFAULT '{}',

    created_at              timestamptz  NOT NULL DEFAULT now(),
    updated_at              timestamptz  NOT NULL DEFAULT now(),

    CONSTRAINT waha_sessions_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, channel_config_id) REFERENCES channel_configs (organization_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (organization_id, n8n_workflow_id) REFERENCES n8n_workflows (organization_id, id)
        ON DELETE SET NULL (n8n_workflow_id)
);
COMMENT ON TABLE waha_sessions IS 'One WhatsApp account paired through a WAHA server.';

CREATE UNIQUE INDEX waha_sessions_base_url_session_name_key ON waha_sessions (base_url, session_name);
CREATE UNIQUE INDEX waha_sessions_channel_config_id_key ON waha_sessions (channel_config_id);
-- inbound webhook look-up
CREATE UNIQUE INDEX waha_sessions_webhook_token_hash_key ON waha_sessions (webhook_token_hash);
CREATE UNIQUE INDEX waha_sessions_phone_number_key ON waha_sessions (organization_id, phone_number)
    WHERE phone_number IS NOT NULL;
-- list
CREATE INDEX waha_sessions_status_idx ON waha_sessions (organization_id, status);
-- who should run and does not
CREATE INDEX waha_sessions_supervised_idx ON waha_sessions (status) WHERE desired_state = 'running';
-- accounts whose events go to a workflow
CREATE INDEX waha_sessions_n8n_workflow_id_idx ON waha_sessions (n8n_workflow_id) WHERE n8n_workflow_id IS NOT NULL;

CALL stamp_updates('waha_sessions');
CALL keep_to_tenant('waha_sessions');
CALL open_to('switchboard_ingest', 'waha_sessions', 'SELECT, UPDATE');
CALL open_to('switchboard_gate', 'waha_sessions', 'SELECT');

-- backwards
DROP TABLE waha_sessions;
