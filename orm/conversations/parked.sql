-- Notes and receipts that came before their message, and the batch that brings them.

-- Applies what was parked for messages that are there now; p_messages has null where nothing is to be done.
CREATE FUNCTION apply_parked(p_channels uuid[], p_keys text[], p_messages uuid[])
RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_row record;
    v_facts log_fact[] := '{}';
BEGIN
    FOR v_row IN
        SELECT p.id, p.body, t.message_id, t.channel, t.key
        FROM unnest(p_channels, p_keys, p_messages) AS t (channel, key, message_id)
        CROSS JOIN LATERAL (
            SELECT p.id, p.body FROM parked_receipts p
            WHERE p.channel_config_id = t.channel AND p.external_key = t.key AND p.kind <> 'echo'
        ) p
        WHERE t.message_id IS NOT NULL
        ORDER BY p.body->'at'
    LOOP
        IF v_row.body->>'kind' = 'receipt' THEN
            v_facts := v_facts || raise_statuses(
                ARRAY[v_row.message_id], ARRAY[v_row.body->>'status'], ARRAY[(v_row.body #>> '{at,0}')::bigint]);
        ELSIF find_target(v_row.channel, v_row.key, v_row.body) = v_row.message_id THEN
            v_facts := v_facts || amend_message(v_row.message_id, v_row.body);
        ELSE
            CONTINUE;
        END IF;
        DELETE FROM parked_receipts p WHERE p.id = v_row.id;
    END LOOP;
    RETURN v_facts;
END
$$;

-- One batch of what only names a key: p_statuses is set for receipts, p_notes (JSON) for edits and the like. What is
-- only kept has no key, and says in p_unused why.
CREATE FUNCTION ingest_receipts(
    p_raw_ids uuid[], p_waha_sessions uuid[], p_organizations uuid[], p_channels uuid[], p_event_ids text[],
    p_event_types text[], p_event_ms bigint[], p_engines text[], p_request_ids text[], p_bodies bytea[],
    p_received_ms bigint[], p_keys text[], p_at_ms bigint[], p_statuses text[], p_notes text[], p_unused text[])
RETURNS TABLE (organization_id uuid, seq bigint, id uuid, prev_id uuid, body text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '250ms'
-- A plan that was made while the tables were empty must still be right when they are full.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_targets uuid[];
    v_facts log_fact[];
    v_row record;
BEGIN
    PERFORM pg_advisory_xact_lock(k.lock) FROM (
        SELECT DISTINCT message_lock(t.channel, t.key) AS lock FROM unnest(p_channels, p_keys) AS t (channel, key)
        WHERE t.key IS NOT NULL ORDER BY 1
    ) k;

    SELECT array_agg(
        CASE WHEN t.status IS NOT NULL THEN m.id
             WHEN t.note IS NOT NULL THEN find_target(t.channel, t.key, t.note::jsonb) END ORDER BY t.n)
    INTO v_targets
    FROM unnest(p_channels, p_keys, p_statuses, p_notes) WITH ORDINALITY AS t (channel, key, status, note, n)
    LEFT JOIN LATERAL (
        SELECT m.id FROM messages m
        WHERE t.status IS NOT NULL AND m.channel_config_id = t.channel AND m.external_id = t.key
          AND m.direction = 'outbound'
        LIMIT 1
    ) m ON true;

    INSERT INTO parked_receipts (organization_id, channel_config_id, external_key, kind, body)
    SELECT t.organization_id, t.channel, t.key, coalesce(t.note::jsonb->>'kind', 'receipt'),
           coalesce(t.note::jsonb,
                    jsonb_build_object('kind', 'receipt', 'status', t.status, 'at', jsonb_build_array(t.at_ms, 0)))
    FROM unnest(p_organizations, p_channels, p_keys, p_at_ms, p_statuses, p_notes, v_targets)
        AS t (organization_id, channel, key, at_ms, status, note, target)
    WHERE t.target IS NULL AND t.key IS NOT NULL;

    PERFORM 1
    FROM (
        SELECT DISTINCT m.session_id
        FROM unnest(v_targets, p_notes) AS t (id, note)
        CROSS JOIN LATERAL (SELECT m.session_id FROM messages m WHERE m.id = t.id LIMIT 1) m
        WHERE t.note IS NOT NULL ORDER BY 1
    ) q
    CROSS JOIN LATERAL (SELECT s.id FROM chat_sessions s WHERE s.id = q.session_id LIMIT 1 FOR NO KEY UPDATE) s;

    v_facts := raise_statuses(
        (SELECT array_agg(CASE WHEN t.status IS NOT NULL THEN t.id END ORDER BY t.n)
         FROM unnest(v_targets, p_statuses) WITH ORDINALITY AS t (id, status, n)),
        p_statuses, p_at_ms);
    FOR v_row IN
        SELECT t.id, t.note::jsonb AS note FROM unnest(v_targets, p_notes) AS t (id, note)
        WHERE t.id IS NOT NULL AND t.note IS NOT NULL
        ORDER BY t.id, t.note::jsonb->'at'
    LOOP
        v_facts := v_facts || amend_message(v_row.id, v_row.note);
    END LOOP;

    PERFORM keep_webhooks(
        p_raw_ids, p_organizations, p_waha_sessions, p_event_ids, p_event_types, p_event_ms, p_engines, p_request_ids,
        p_bodies, p_received_ms, p_unused, v_targets);
    RETURN QUERY SELECT * FROM append_facts(v_facts);
END
$$;

COMMENT ON FUNCTION ingest_receipts IS 'Applies or parks a batch of receipts and notes, and returns the frames.';
CALL entrust('ingest_receipts'::regproc::regprocedure, 'switchboard_ingest');

-- backwards
DROP FUNCTION ingest_receipts;
DROP FUNCTION apply_parked;
