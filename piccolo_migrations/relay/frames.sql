CREATE FUNCTION event_frame(p_type text, p_seq bigint, p_id uuid, p_at timestamptz, p_data text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{"t":"' || p_type || '","s":' || p_seq || ',"id":"' || p_id || '","at":"'
    || to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","d":' || p_data || '}';
COMMENT ON FUNCTION event_frame(text, bigint, uuid, timestamptz, text) IS
    'The frame of an event. Its type needs no escaping: it is one of the closed union.';

-- backwards
DROP FUNCTION event_frame(text, bigint, uuid, timestamptz, text);
