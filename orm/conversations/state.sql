-- How a row of a conversation reads on the wire: exactly the fields of the struct of the same name in
-- gateway/events.py. What is hidden (the text of a revoked message) is hidden here, so nothing shows it by mistake.

CREATE FUNCTION customer_state(c customers) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', c.id, 'channel_config_id', c.channel_config_id, 'name', c.name, 'phone', c.phone,
        'channel_user_id', c.channel_user_id, 'avatar_url', c.avatar_url, 'is_blocked', c.is_blocked, 'rev', c.rev)
$$;

CREATE FUNCTION session_state(s chat_sessions, c customers) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', s.id, 'customer', customer_state(c), 'channel_config_id', s.channel_config_id,
        'external_chat_id', s.external_chat_id, 'agent_id', s.agent_id, 'status', s.status, 'priority', s.priority,
        'tags', s.tags, 'unread_count', s.unread_count, 'total_messages', s.total_messages,
        'message_seq', s.message_seq, 'last_message_id', s.last_message_id, 'last_message_at', s.last_message_at,
        'last_message_preview', s.last_message_preview, 'last_message_sender', s.last_message_sender,
        'waiting_since', s.waiting_since, 'queued_at', s.queued_at, 'snoozed_until', s.snoozed_until,
        'started_at', s.started_at, 'ended_at', s.ended_at, 'rev', s.rev)
$$;

CREATE FUNCTION quoted_state(m messages) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN m.reply_to_message_id IS NULL THEN json_build_object(
        'id', NULL, 'external_id', m.reply_to_external_id, 'text', left(m.context #>> '{reply_to,text}', 300),
        'sender_name', m.context #>> '{reply_to,sender_name}')
    ELSE (
        SELECT json_build_object(
            'id', q.id, 'external_id', q.external_id,
            'text', CASE WHEN q.revoked_at IS NULL THEN left(q.message_text, 300) END, 'sender_name', q.sender_name)
        FROM messages q WHERE q.id = m.reply_to_message_id
    ) END
$$;

CREATE FUNCTION message_state(m messages) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', m.id, 'session_id', m.session_id, 'seq', m.seq, 'direction', m.direction, 'sender_type', m.sender_type,
        'sender_id', m.sender_id, 'sender_name', m.sender_name, 'type', m.message_type,
        'text', CASE WHEN m.revoked_at IS NULL THEN m.message_text END,
        'content', CASE WHEN m.revoked_at IS NULL THEN m.content END,
        'media', CASE WHEN m.revoked_at IS NULL AND (m.media_url IS NOT NULL OR m.media_type IS NOT NULL)
            THEN json_build_object(
                'url', m.media_url, 'mimetype', m.media_type, 'filename', m.media_metadata->>'filename',
                'size', m.media_size, 'error', m.media_metadata->>'error') END,
        'reply_to', CASE WHEN m.reply_to_message_id IS NOT NULL OR m.reply_to_external_id IS NOT NULL
            THEN quoted_state(m) END,
        'reactions', m.reactions, 'status', m.delivery_status,
        'error', CASE WHEN m.delivery_status IN ('failed', 'unknown')
                OR m.delivery_status IN ('queued', 'sending') AND m.error_code IS NOT NULL
            THEN json_build_object(
                'code', coalesce(m.error_code, m.delivery_status), 'message', coalesce(m.failed_reason, '')) END,
        'client_message_id', m.client_message_id, 'external_id', m.external_id, 'sent_at', m.sent_at,
        'created_at', m.created_at, 'edited_at', m.edited_at, 'revoked_at', m.revoked_at,
        'late', m.metadata ? 'late', 'rev', m.rev,
        'trace', json_build_object(
            'provider', CASE WHEN m.direction = 'inbound' THEN m.sent_at END, 'received', m.received_at,
            'committed', m.created_at, 'accepted', m.accepted_at,
            'sent', CASE WHEN m.direction = 'outbound' THEN m.sent_at END,
            'delivered', m.delivered_at, 'read', m.read_at))
$$;

CREATE FUNCTION channel_state(k channel_configs, p_status text) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', k.id, 'channel', k.channel, 'name', coalesce(k.display_name, k.name),
        'identifier', k.channel_identifier, 'is_active', k.is_active, 'health', k.health_status,
        'status', coalesce(p_status, 'none'), 'rev', k.rev)
$$;

-- A delivery status only moves forward; `failed` may follow anything that has not been delivered.
CREATE FUNCTION delivery_rank(p_status text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (CASE p_status
        WHEN 'queued' THEN 0 WHEN 'sending' THEN 10 WHEN 'unknown' THEN 15 WHEN 'accepted' THEN 20 WHEN 'sent' THEN 30
        WHEN 'failed' THEN 35 WHEN 'delivered' THEN 40 WHEN 'read' THEN 50 WHEN 'played' THEN 60 ELSE 100 END)::smallint
$$;

-- Twins of one message, and a message with what only names its key, are kept apart by this advisory lock.
CREATE FUNCTION message_lock(p_channel uuid, p_key text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT hashtextextended(p_key, hashtextextended(p_channel::text, 0))
$$;

-- What a session's card shows of its last message.
CREATE FUNCTION preview_of(p_type text, p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(coalesce(nullif(p_text, ''), '[' || p_type || ']'), 200)
$$;

-- backwards
DROP FUNCTION preview_of;
DROP FUNCTION message_lock;
DROP FUNCTION delivery_rank;
DROP FUNCTION channel_state;
DROP FUNCTION message_state;
DROP FUNCTION quoted_state;
DROP FUNCTION session_state;
DROP FUNCTION customer_state;
