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
               row_number() OVER (PARTITION BY f.organization_id ORDER BY f.n)::int AS k
        FROM unnest(p_facts) WITH ORDINALITY AS f (organization_id, type, session_id, data, n)
    ),
    tally AS MATERIALIZED (
        SELECT f.organization_id, count(*)::int AS many FROM fact f
        GROUP BY f.organization_id ORDER BY f.organization_id
    ),
    stream AS MATERIALIZED (
        SELECT t.organization_id, t.many, e.seq, e.last_event_id
        FROM tally t
        CROSS JOIN LATERAL (
            SELECT e.seq, e.last_event_id FROM event_streams e
            WHERE e.organization_id = t.organization_id
            LIMIT 1
            FOR NO KEY UPDATE
        ) e
    ),
    begun AS MATERIALIZED (  -- under the locks, so that ids and times follow the numbers
        SELECT s.*, uuid_v7_after(s.last_event_id) AS id, clock_timestamp() AS happened_at FROM stream s
    ),
    framed AS MATERIALIZED (
        SELECT m.*, event_frame(m.type, m.seq, m.id, m.happened_at, m.data) AS body
        FROM (
            SELECT f.organization_id, f.type, f.session_id, f.data, b.happened_at, f.k = b.many AS is_last,
                   b.seq + f.k AS seq, uuid_plus(b.id, f.k - 1) AS id,
                   CASE WHEN f.k = 1 THEN b.last_event_id ELSE uuid_plus(b.id, f.k - 2) END AS prev_id
            FROM begun b JOIN fact f ON f.organization_id = b.organization_id
        ) m
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
