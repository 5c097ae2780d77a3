CREATE TABLE parked_receipts (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    channel_config_id uuid         NOT NULL,
    external_key      varchar(255) NOT NULL,
    kind              varchar(20)  NOT NULL CHECK (kind IN ('receipt', 'edit', 'revoke', 'reaction', 'vote', 'echo')),
    body              jsonb        NOT NULL,
    received_at       timestamptz  NOT NULL DEFAULT now(),
    expires_at        timestamptz  NOT NULL DEFAULT now() + interval '1 day',

    FOREIGN KEY (organization_id, channel_config_id) REFERENCES channel_configs (organization_id, id)
        ON DELETE CASCADE
);
COMMENT ON TABLE parked_receipts IS
    'What came before the message that it is about: acks, edits, revokes, reactions, and echoes of our own sends. '
    'Applied when the message comes, under one advisory lock on (channel, key), or by a sweep.';

CREATE INDEX parked_receipts_external_key_idx ON parked_receipts (channel_config_id, external_key, id);
CREATE INDEX parked_receipts_organization_id_idx ON parked_receipts (organization_id);
CREATE INDEX parked_receipts_expires_at_idx ON parked_receipts (expires_at);

CALL keep_to_tenant('parked_receipts');
CALL open_to('switchboard_ingest', 'parked_receipts', 'SELECT, INSERT, DELETE');
CALL open_to('switchboard_sweep', 'parked_receipts', 'SELECT, DELETE');

CREATE TABLE idempotency_keys (
    id              uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    key             varchar(255) NOT NULL,
    request_hash    varchar(64)  NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
    status          smallint     CHECK (status BETWEEN 100 AND 599),
    response        text,
    created_at      timestamptz  NOT NULL DEFAULT now()
);
COMMENT ON TABLE idempotency_keys IS
    'Answers to writes that carried an Idempotency-Key, for a day: the same key gets the same answer. status is null '
    'while the first request still runs.';

CREATE UNIQUE INDEX idempotency_keys_key_key ON idempotency_keys (organization_id, key);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

CALL keep_to_tenant('idempotency_keys');
CALL open_to('switchboard_sweep', 'idempotency_keys', 'SELECT, DELETE');

CREATE TABLE cursors (
    id              uuid        PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid        NOT NULL REFERENCES organizations ON DELETE CASCADE,

    reader          varchar(20) NOT NULL CHECK (reader IN ('bot', 'webhook', 'workflow', 'job')),
    reader_id       uuid,
    name            varchar(50) NOT NULL DEFAULT '',
    seq             bigint      NOT NULL DEFAULT 0 CHECK (seq >= 0),
    event_id        uuid,

    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
COMMENT ON TABLE cursors IS
    'How far a reader that must not lose its place (a bot, an outgoing webhook, a workflow, a job of our own) has read '
    'the log of an organization.';

CREATE UNIQUE INDEX cursors_reader_key ON cursors (organization_id, reader, reader_id, name) NULLS NOT DISTINCT;

CALL stamp_updates('cursors');
CALL keep_to_tenant('cursors');

CREATE FUNCTION sweep_expired(p_limit integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH receipts AS (
        DELETE FROM parked_receipts WHERE id = ANY (ARRAY(
            SELECT p.id FROM parked_receipts p WHERE p.expires_at < now() ORDER BY p.expires_at LIMIT p_limit))
        RETURNING 1
    ), keys AS (
        DELETE FROM idempotency_keys WHERE id = ANY (ARRAY(
            SELECT k.id FROM idempotency_keys k WHERE k.created_at < now() - interval '1 day'
            ORDER BY k.created_at LIMIT p_limit))
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM receipts)::integer + (SELECT count(*) FROM keys)::integer
$$;
COMMENT ON FUNCTION sweep_expired(integer) IS 'Removes parked receipts and idempotency keys whose day is over.';
CALL entrust('sweep_expired(integer)', 'switchboard_sweep');

-- backwards
DROP FUNCTION sweep_expired(integer);
DROP TABLE cursors, idempotency_keys, parked_receipts;
