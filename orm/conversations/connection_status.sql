-- The state of a WAHA session as WAHA reports it. Reports may come out of order: an older one changes nothing.

CREATE FUNCTION ingest_session_status(
    p_raw_id uuid, p_waha_session uuid, p_organization uuid, p_channel uuid, p_event_id text, p_event_type text,
    p_event_ms bigint, p_engine text, p_request_id text, p_body bytea, p_received_ms bigint,
    p_state text, p_at_ms bigint, p_me text, p_lid text, p_push_name text)
RETURNS TABLE (organization_id uuid, seq bigint, id uuid, prev_id uuid, body text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '1s'
AS $$
#variable_conflict use_column
DECLARE
    v_old waha_sessions;
    v_at timestamptz := to_timestamp(p_at_ms / 1000.0);
    -- A word that is not known yet is kept in the history, and the state stays.
    v_is_known boolean := p_state IN (
        'STOPPED', 'STARTING', 'SCAN_QR_CODE', 'PASSKEY_REQUIRED', 'PASSKEY_CONFIRMATION_REQUIRED', 'WORKING',
        'FAILED');
    v_facts log_fact[] := '{}';
BEGIN
    SELECT * INTO v_old FROM waha_sessions w WHERE w.id = p_waha_session FOR NO KEY UPDATE;
    IF v_at >= v_old.status_at OR jsonb_array_length(v_old.status_history) = 0 THEN
        UPDATE waha_sessions w
        SET status = CASE WHEN v_is_known THEN p_state ELSE w.status END, status_at = v_at,
            status_history = (
                SELECT jsonb_agg(h.point ORDER BY h.n)
                FROM jsonb_array_elements(
                    w.status_history || jsonb_build_object('status', p_state, 'at', v_at)) WITH ORDINALITY AS h (point, n)
                WHERE h.n > jsonb_array_length(w.status_history) - 19),
            is_authenticated = CASE p_state WHEN 'WORKING' THEN true WHEN 'SCAN_QR_CODE' THEN false
                                            ELSE w.is_authenticated END,
            error_count = CASE p_state WHEN 'WORKING' THEN 0 WHEN 'FAILED' THEN w.error_count + 1
                                       ELSE w.error_count END,
            me_id = coalesce(left(p_me, 100), w.me_id), me_lid = coalesce(left(p_lid, 100), w.me_lid),
            push_name = coalesce(p_push_name, w.push_name), last_event_at = now()
        WHERE w.id = p_waha_session;
        IF v_is_known AND (p_state <> v_old.status OR jsonb_array_length(v_old.status_history) = 0) THEN
            WITH shown AS (
                UPDATE channel_configs k
                SET health_status = CASE p_state WHEN 'WORKING' THEN 'healthy' WHEN 'STOPPED' THEN 'offline'
                                                 WHEN 'FAILED' THEN 'critical' ELSE 'warning' END,
                    last_connected_at = CASE p_state WHEN 'WORKING' THEN v_at ELSE k.last_connected_at END,
                    rev = k.rev + 1
                WHERE k.id = p_channel
                RETURNING k.organization_id, channel_state(k, p_state) AS state
            )
            SELECT array_agg((k.organization_id, 'channel.updated', NULL,
                              '{"channel":' || k.state || '}')::log_fact)
            INTO v_facts FROM shown k;
        END IF;
    END IF;
    PERFORM keep_webhooks(
        ARRAY[p_raw_id], ARRAY[p_organization], ARRAY[p_waha_session], ARRAY[p_event_id], ARRAY[p_event_type],
        ARRAY[p_event_ms], ARRAY[p_engine], ARRAY[p_request_id], ARRAY[p_body], ARRAY[p_received_ms], NULL, NULL);
    RETURN QUERY SELECT * FROM append_facts(v_facts);
END
$$;
COMMENT ON FUNCTION ingest_session_status IS 'Notes the state of a WAHA session and returns the frames of the change.';
CALL entrust('ingest_session_status'::regproc::regprocedure, 'switchboard_ingest');

-- backwards
DROP FUNCTION ingest_session_status;
