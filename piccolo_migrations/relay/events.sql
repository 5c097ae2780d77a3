CREATE TABLE events (
    id              uuid         PRIMARY KEY,
    organization_id uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    seq             bigint       NOT NULL CHECK (seq > 0),
    type            varchar(60)  NOT NULL,
    session_id      uuid,
    audience        varchar(100) NOT NULL DEFAULT 'agents',
    body            text         NOT NULL,

    created_at      timestamptz  NOT NULL DEFAULT now()
) PARTITION BY RANGE (id);
COMMENT ON TABLE events IS
    'The log: one row per fact that somebody can see, append-only, numbered per organization by event_streams. '
    'body is the frame, byte for byte as it is sent.';

COMMENT ON COLUMN events.audience IS 'Who may see it: agents, or one user by id.';
COMMENT ON COLUMN events.session_id IS 'The conversation it belongs to, if it belongs to one.';

-- a range of the log; that it has no number twice follows from the lock on event_streams
CREATE INDEX events_organization_id_seq_idx ON events (organization_id, seq);

CALL begin_partitions('events');
CALL keep_to_tenant('events', 'SELECT');
CALL open_to('switchboard_ingest', 'events', 'SELECT, INSERT');

CREATE FUNCTION append_events(
    p_organization uuid, p_types text[], p_session_ids uuid[], p_audiences text[], p_data text[])
RETURNS TABLE (seq bigint, id uuid, prev_id uuid, body text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    facts integer := coalesce(cardinality(p_types), 0);
    happened_at timestamptz;
    before record;
    first_id uuid;
BEGIN
    IF p_organization IS DISTINCT FROM nullif(current_setting('app.organization_id', true), '')::uuid THEN
        RAISE insufficient_privilege USING MESSAGE = 'events are appended inside the transaction of their organization';
    END IF;
    IF facts = 0 THEN
        RETURN;
    END IF;

    SELECT * INTO before FROM event_streams s WHERE s.organization_id = p_organization FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE foreign_key_violation USING MESSAGE = format('there is no organization %s', p_organization);
    END IF;
    -- Under the lock, so that ids and times follow the numbers.
    first_id := uuid_v7_after(before.last_event_id);
    happened_at := clock_timestamp();
    UPDATE event_streams s SET seq = before.seq + facts, last_event_id = uuid_plus(first_id, facts - 1)
    WHERE s.organization_id = p_organization;

    RETURN QUERY
        WITH framed AS (
            SELECT before.seq + fact.n AS seq, made.id, fact.type, fact.session_id, fact.audience,
                   CASE fact.n WHEN 1 THEN before.last_event_id ELSE uuid_plus(made.id, -1) END AS prev_id,
                   event_frame(fact.type, before.seq + fact.n, made.id, happened_at, fact.data) AS body
            FROM unnest(p_types, p_session_ids, p_audiences, p_data)
                WITH ORDINALITY AS fact (type, session_id, audience, data, n)
            CROSS JOIN LATERAL (SELECT uuid_plus(first_id, fact.n::integer - 1) AS id) made
        ), stored AS (
            INSERT INTO events (id, organization_id, seq, type, session_id, audience, body, created_at)
            SELECT f.id, p_organization, f.seq, f.type, f.session_id, f.audience, f.body, happened_at FROM framed f
        )
        SELECT f.seq, f.id, f.prev_id, f.body FROM framed f ORDER BY f.seq;
END $$;
COMMENT ON FUNCTION append_events(uuid, text[], uuid[], text[], text[]) IS
    'Appends facts to the log of an organization and returns their frames. Called last: it takes the last lock.';
CALL entrust('append_events(uuid, text[], uuid[], text[], text[])', 'switchboard_ingest');

-- backwards
DROP FUNCTION append_events(uuid, text[], uuid[], text[], text[]);
DROP TABLE events;
