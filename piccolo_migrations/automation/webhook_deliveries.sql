CREATE TABLE webhook_deliveries (
    id               uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id  uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    webhook_id       uuid         NOT NULL,
    event_id         uuid         NOT NULL,
    event_type       varchar(100) NOT NULL,

    payload          jsonb        NOT NULL,

    status           varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'sending', 'succeeded', 'failed', 'exhausted', 'cancelled')),
    is_success       boolean      GENERATED ALWAYS AS (status = 'succeeded') STORED,
    attempt_number   smallint     NOT NULL DEFAULT 0,
    max_attempts     smallint     NOT NULL DEFAULT 8,
    attempts         jsonb        NOT NULL DEFAULT '[]',

    request_headers  jsonb        NOT NULL DEFAULT '{}',
    http_status      smallint,
    response_headers jsonb,
    response_body    text,
    response_time_ms integer,

    delivered_at     timestamptz,
    next_retry_at    timestamptz  DEFAULT now(),
    locked_until     timestamptz,
    error_message    text,

    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),

    CHECK (status NOT IN ('pending', 'failed') OR next_retry_at IS NOT NULL),
    FOREIGN KEY (organization_id, webhook_id) REFERENCES webhooks (organization_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (id);
COMMENT ON TABLE webhook_deliveries IS 'One row per event and webhook, updated at each attempt.';

-- what is due
CREATE INDEX webhook_deliveries_next_retry_at_idx ON webhook_deliveries (next_retry_at)
    WHERE status IN ('pending', 'failed');
-- leases of dead workers
CREATE INDEX webhook_deliveries_locked_until_idx ON webhook_deliveries (locked_until) WHERE status = 'sending';
-- delivery log of a webhook
CREATE INDEX webhook_deliveries_webhook_id_idx ON webhook_deliveries (webhook_id, id DESC);
-- tenant log
CREATE INDEX webhook_deliveries_organization_id_idx ON webhook_deliveries (organization_id, id DESC);
-- who got this event, replay
CREATE INDEX webhook_deliveries_event_id_idx ON webhook_deliveries (event_id);

CALL begin_partitions('webhook_deliveries');
CALL stamp_updates('webhook_deliveries');
CALL keep_to_tenant('webhook_deliveries');

-- backwards
DROP TABLE webhook_deliveries;
