CREATE TABLE waha_webhook_events (
    id                     uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id        uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id             uuid         NOT NULL,
    event_id               varchar(100) NOT NULL,
    request_id             varchar(100),

    event_type             varchar(60)  NOT NULL,
    event_timestamp        timestamptz,
    engine                 varchar(10),

    body                   bytea        NOT NULL,

    signature_valid        boolean      NOT NULL,
    source_ip              inet,

    processing_status      varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (processing_status IN ('pending', 'processing', 'completed', 'skipped', 'failed', 'dead')),
    retry_count            smallint     NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    next_retry_at          timestamptz,
    locked_until           timestamptz,
    processed_at           timestamptz,
    processing_duration_ms integer,
    processing_error       text,
    chat_message_id        uuid,

    forward_status         varchar(20)  NOT NULL DEFAULT 'none'
        CHECK (forward_status IN ('none', 'pending', 'sent', 'failed')),
    forwarded_at           timestamptz,
    forward_http_status    smallint,
    forward_response       text,
    forward_error          text,

    metadata               jsonb        NOT NULL DEFAULT '{}',

    created_at             timestamptz  NOT NULL DEFAULT now(),
    updated_at             timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (id);
COMMENT ON TABLE waha_webhook_events IS
    'Webhooks of WAHA, byte for byte as they came: what failed is replayed from here.';

-- what is due
CREATE INDEX waha_webhook_events_next_retry_at_idx ON waha_webhook_events (next_retry_at)
    WHERE processing_status IN ('pending', 'failed');
-- leases of dead workers
CREATE INDEX waha_webhook_events_locked_until_idx ON waha_webhook_events (locked_until)
    WHERE processing_status = 'processing';
-- events of a session
CREATE INDEX waha_webhook_events_session_id_event_type_idx ON waha_webhook_events (session_id, event_type, id DESC);
-- event monitor
CREATE INDEX waha_webhook_events_organization_id_idx ON waha_webhook_events (organization_id, id);

CALL begin_partitions('waha_webhook_events');
CALL stamp_updates('waha_webhook_events');
CALL keep_to_tenant('waha_webhook_events');
CALL open_to('switchboard_ingest', 'waha_webhook_events', 'SELECT, INSERT, UPDATE');

-- backwards
DROP TABLE waha_webhook_events;
