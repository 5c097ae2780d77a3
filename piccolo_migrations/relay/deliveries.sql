CREATE TABLE deliveries (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    message_id        uuid         NOT NULL,
    session_id        uuid         NOT NULL,
    channel_config_id uuid         NOT NULL,
    priority          smallint     NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9),

    state             varchar(10)  NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'leased', 'done', 'failed', 'unknown')),
    next_at           timestamptz  NOT NULL DEFAULT now(),
    lease_until       timestamptz,
    fence             bigint       NOT NULL DEFAULT 0,
    attempts          smallint     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    external_key      varchar(255),
    last_error        text,

    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
    FOREIGN KEY (organization_id, session_id) REFERENCES chat_sessions (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, channel_config_id) REFERENCES channel_configs (organization_id, id)
        ON DELETE CASCADE
) WITH (fillfactor = 70);
COMMENT ON TABLE deliveries IS
    'The outbound queue: the row is the work, a task in Redis is only a wake-up. An attempt is written here before the '
    'provider is called; fence rises with each lease, so that a worker that lost its lease cannot write its result.';

COMMENT ON COLUMN deliveries.fence IS 'Raised with each lease: a result counts only with the fence of its lease.';
COMMENT ON COLUMN deliveries.external_key IS 'The provider''s key of the message, where it is had before the call.';
COMMENT ON COLUMN deliveries.next_at IS 'When it is due: at once, after a retry''s pause, or when evidence is looked for.';

-- a message is delivered once
CREATE UNIQUE INDEX deliveries_message_id_key ON deliveries (message_id);
-- the oldest of a conversation goes first
CREATE INDEX deliveries_session_id_idx ON deliveries (session_id, id);
CREATE INDEX deliveries_channel_config_id_idx ON deliveries (channel_config_id, id);
CREATE INDEX deliveries_organization_id_idx ON deliveries (organization_id);
-- what is due, and leases of dead workers
CREATE INDEX deliveries_next_at_idx ON deliveries (next_at) WHERE state IN ('waiting', 'unknown');
CREATE INDEX deliveries_lease_until_idx ON deliveries (lease_until) WHERE state = 'leased';

CALL stamp_updates('deliveries');
CALL keep_to_tenant('deliveries');
CALL open_to('switchboard_sweep', 'deliveries', 'SELECT');

CREATE FUNCTION sweep_due_deliveries(p_limit integer)
RETURNS TABLE (organization_id uuid, session_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    -- Only the oldest of a conversation: those behind it are due as well, but would only be in the way.
    (SELECT d.organization_id, d.session_id FROM deliveries d
     WHERE d.state = 'leased' AND d.lease_until < now()
     ORDER BY d.lease_until LIMIT p_limit)
    UNION
    (SELECT d.organization_id, d.session_id FROM deliveries d
     WHERE d.state IN ('waiting', 'unknown') AND d.next_at <= now()
       AND NOT EXISTS (SELECT FROM deliveries e WHERE e.session_id = d.session_id AND e.id < d.id)
     ORDER BY d.next_at LIMIT p_limit)
    LIMIT p_limit
$$;
COMMENT ON FUNCTION sweep_due_deliveries(integer) IS
    'Conversations whose oldest delivery somebody should look at now: due, in doubt, or left by a worker that died.';
CALL entrust('sweep_due_deliveries(integer)', 'switchboard_sweep');

-- backwards
DROP FUNCTION sweep_due_deliveries(integer);
DROP TABLE deliveries;
