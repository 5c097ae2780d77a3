-- What the clock finds: echoes that waited long enough, notes that were left beside their message, failed webhooks.

CREATE FUNCTION sweep_echoes(p_limit integer)
RETURNS TABLE (
    organization_id uuid, channel_config_id uuid, waha_session_id uuid, session_name text, id uuid, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.organization_id, p.channel_config_id, w.id, w.session_name, e.id, e.body
    FROM parked_receipts p
    JOIN waha_sessions w ON w.channel_config_id = p.channel_config_id
    CROSS JOIN LATERAL (
        SELECT e.id, e.body FROM waha_webhook_events e
        WHERE e.id = (p.body->>'webhook_id')::uuid AND e.processing_status <> 'failed'
    ) e
    WHERE p.kind = 'echo'
      AND (p.received_at < now() - interval '30 seconds' OR NOT is_sending((p.body->>'customer_id')::uuid))
      AND NOT is_saying(p.channel_config_id, p.body->>'text')
    ORDER BY p.id LIMIT p_limit
$$;
COMMENT ON FUNCTION sweep_echoes IS
    'Messages of our own account that waited for a send to be settled, and are nobody''s echo: typed on the phone.';
CALL entrust('sweep_echoes'::regproc::regprocedure, 'switchboard_ingest');

CREATE FUNCTION sweep_parked(p_limit integer)
RETURNS TABLE (organization_id uuid, seq bigint, id uuid, prev_id uuid, body text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '250ms' AS $$
#variable_conflict use_column
DECLARE
    v_channels uuid[];
    v_keys text[];
    v_messages uuid[];
BEGIN
    SELECT array_agg(l.channel_config_id ORDER BY l.lock), array_agg(l.external_key ORDER BY l.lock),
           array_agg(l.message_id ORDER BY l.lock)
    INTO v_channels, v_keys, v_messages
    FROM (
        SELECT DISTINCT ON (p.channel_config_id, p.external_key)
               p.channel_config_id, p.external_key, m.id AS message_id,
               message_lock(p.channel_config_id, p.external_key) AS lock
        FROM parked_receipts p
        JOIN messages m ON m.channel_config_id = p.channel_config_id AND m.external_id = p.external_key
        WHERE p.id > uuid_v7_floor(now() - interval '10 minutes') AND p.kind <> 'echo'
        LIMIT p_limit
    ) l;
    IF v_channels IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(message_lock(t.channel, t.key))
    FROM unnest(v_channels, v_keys) AS t (channel, key);
    PERFORM 1 FROM chat_sessions s
    WHERE s.id IN (SELECT m.session_id FROM messages m WHERE m.id = ANY (v_messages))
    ORDER BY s.id FOR NO KEY UPDATE;
    RETURN QUERY SELECT * FROM append_facts(apply_parked(v_channels, v_keys, v_messages));
END
$$;
COMMENT ON FUNCTION sweep_parked IS 'Applies what is parked beside a message that is there, and returns the frames.';
CALL entrust('sweep_parked'::regproc::regprocedure, 'switchboard_ingest');

CREATE FUNCTION sweep_failed_webhooks(p_organization uuid, p_after uuid, p_limit integer)
RETURNS TABLE (
    id uuid, organization_id uuid, channel_config_id uuid, waha_session_id uuid, session_name text, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.organization_id, w.channel_config_id, w.id, w.session_name, e.body
    FROM waha_webhook_events e JOIN waha_sessions w ON w.id = e.session_id
    WHERE e.processing_status = 'failed' AND (p_organization IS NULL OR e.organization_id = p_organization)
      AND (p_after IS NULL OR e.id > p_after)
    ORDER BY e.id LIMIT p_limit
$$;
COMMENT ON FUNCTION sweep_failed_webhooks IS 'Webhooks that could not be used, oldest first, for `switchboard replay`.';
CALL entrust('sweep_failed_webhooks'::regproc::regprocedure, 'switchboard_ingest');

CREATE FUNCTION mark_replayed(p_id uuid, p_error text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE waha_webhook_events SET
        processing_status = CASE WHEN p_error IS NULL THEN 'completed' ELSE 'failed' END,
        processing_error = p_error, retry_count = retry_count + 1, processed_at = now()
    WHERE id = p_id
$$;
COMMENT ON FUNCTION mark_replayed IS 'Says what came of replaying a webhook: null if it went through.';
CALL entrust('mark_replayed'::regproc::regprocedure, 'switchboard_ingest');

-- backwards
DROP FUNCTION mark_replayed;
DROP FUNCTION sweep_failed_webhooks;
DROP FUNCTION sweep_parked;
DROP FUNCTION sweep_echoes;
