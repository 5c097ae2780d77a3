-- The end of a transaction of many organizations: its facts are appended to their logs, set-wise.
-- For one organization there is append_events(); both raise the same row of event_streams, as the last lock taken.

CREATE TYPE log_fact AS (
    organization_id uuid,
    type text,
    session_id uuid,
    data text  -- the JSON of the frame's `d`
);

CREATE FUNCTION append_facts(p_facts log_fact[])
RETURNS TABLE (organization_id uuid, seq bigint, id uuid, prev_id uuid, body text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH fact AS MATERIALIZED (
        SELECT f.organization_id, f.type, f.session_id, f.data,
               row_number() OVER (PARTITION BY f.organization_id ORDER BY f.n)::int AS k,
               count(*) OVER (PARTITION BY f.organization_id) AS many
        FROM unnest(p_facts) WITH ORDINALITY AS f (organization_id, type, session_id, data, n)
        ORDER BY f.organization_id, f.n
    ),
    -- The first fact of each organization locks its stream; the others look at the first one.
    stream AS MATERIALIZED (
        SELECT f.*, e.seq AS last_seq, e.last_event_id
        FROM fact f
        LEFT JOIN LATERAL (
            SELECT e.seq, e.last_event_id FROM event_streams e
            WHERE f.k = 1 AND e.organization_id = f.organization_id
            LIMIT 1
            FOR NO KEY UPDATE
        ) e ON true
    ),
    -- Under the locks, so that ids and times follow the numbers.
    begun AS MATERIALIZED (
        SELECT s.*, CASE WHEN s.k = 1 THEN uuid_v7_after(s.last_event_id) END AS first_id,
               clock_timestamp() AS happened_at
        FROM stream s
    ),
    minted AS MATERIALIZED (
        SELECT b.organization_id, b.type, b.session_id, b.data, b.k = b.many AS is_last,
               first_value(b.last_seq) OVER log + b.k AS seq,
               uuid_plus(first_value(b.first_id) OVER log, b.k - 1) AS id,
               b.last_event_id, first_value(b.happened_at) OVER log AS happened_at
        FROM begun b
        WINDOW log AS (PARTITION BY b.organization_id ORDER BY b.k)
    ),
    framed AS MATERIALIZED (
        SELECT m.*, event_frame(m.type, m.seq, m.id, m.happened_at, m.data) AS body,
               coalesce(lag(m.id) OVER (PARTITION BY m.organization_id ORDER BY m.seq), m.last_event_id) AS prev_id
        FROM minted m
    ),
    raised AS (
        UPDATE event_streams e SET seq = f.seq, last_event_id = f.id
        FROM framed f WHERE f.is_last AND e.organization_id = f.organization_id
    ),
    stored AS (
        INSERT INTO events (id, organization_id, seq, type, session_id, audience, body, created_at)
        SELECT f.id, f.organization_id, f.seq, f.type, f.session_id, 'agents', f.body, f.happened_at FROM framed f
    )
    SELECT f.organization_id, f.seq, f.id, f.prev_id, f.body FROM framed f ORDER BY f.organization_id, f.seq;
END
$$;

-- backwards
DROP FUNCTION append_facts;
DROP TYPE log_fact;
