-- The raw bodies of webhooks: every one that was signed is kept, whatever came of it.

CREATE FUNCTION keep_webhooks(
    p_raw_ids uuid[], p_organizations uuid[], p_waha_sessions uuid[], p_event_ids text[], p_event_types text[],
    p_event_ms bigint[], p_engines text[], p_request_ids text[], p_bodies bytea[], p_received_ms bigint[],
    p_unused text[], p_messages uuid[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO waha_webhook_events (
        id, organization_id, session_id, event_id, event_type, event_timestamp, engine, request_id, body,
        signature_valid, processing_status, processing_error, processed_at,
        processing_duration_ms, chat_message_id)
    SELECT t.id, t.organization_id, t.waha_session, t.event_id, t.event_type, to_timestamp(t.event_ms / 1000.0),
           t.engine, t.request_id, t.body, true,
           CASE WHEN t.unused IS NULL THEN 'completed' ELSE 'skipped' END, t.unused, now(),
           greatest(0, extract(epoch FROM clock_timestamp()) * 1000 - t.received_ms)::int, t.message_id
    FROM unnest(
            p_raw_ids, p_organizations, p_waha_sessions, p_event_ids, p_event_types, p_event_ms, p_engines,
            p_request_ids, p_bodies, p_received_ms, p_unused, p_messages)
        AS t (id, organization_id, waha_session, event_id, event_type, event_ms, engine, request_id, body,
              received_ms, unused, message_id)
    WHERE t.body IS NOT NULL;
END
$$;

-- What could not be used is kept with its error, for `switchboard replay`.
CREATE FUNCTION keep_failed_webhook(
    p_raw_id uuid, p_waha_session uuid, p_organization uuid, p_event_id text, p_event_type text, p_event_ms bigint,
    p_engine text, p_request_id text, p_body bytea, p_error text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO waha_webhook_events AS w (
        id, organization_id, session_id, event_id, event_type, event_timestamp, engine, request_id, body,
        signature_valid, processing_status, processing_error)
    VALUES (p_raw_id, p_organization, p_waha_session, p_event_id, p_event_type, to_timestamp(p_event_ms / 1000.0),
            p_engine, p_request_id, p_body, true, 'failed', p_error);
END
$$;
COMMENT ON FUNCTION keep_failed_webhook IS 'Keeps the body of a webhook that could not be used, and why.';
CALL entrust('keep_failed_webhook'::regproc::regprocedure, 'switchboard_ingest');

-- backwards
DROP FUNCTION keep_failed_webhook;
DROP FUNCTION keep_webhooks;
