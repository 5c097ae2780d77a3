CREATE FUNCTION gate_waha_endpoint(p_token_hash text)
RETURNS TABLE (waha_session_id uuid, organization_id uuid, channel_config_id uuid, session_name text, engine text,
               base_url text, webhook_secret_enc text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT w.id, w.organization_id, w.channel_config_id, w.session_name, w.engine, w.base_url, w.webhook_secret_enc
    FROM waha_sessions w JOIN channel_configs c ON c.id = w.channel_config_id
    WHERE w.webhook_token_hash = p_token_hash AND c.deleted_at IS NULL
$$;
COMMENT ON FUNCTION gate_waha_endpoint(text) IS 'Which WhatsApp account the token in a webhook''s address stands for.';
CALL entrust('gate_waha_endpoint(text)', 'switchboard_gate');

-- backwards
DROP FUNCTION gate_waha_endpoint(text);
