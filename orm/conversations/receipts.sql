-- What only names a message by its bare key: receipts, edits, revokes, reactions, votes. If the message is not there
-- yet, they are parked, and applied when it comes.
--
-- A note is the JSON of everything but a receipt:
--   {"kind", "from_me", "chat": [names], "author": [names], "by", "at": [its own ms, its event's ms], …}

-- The message that a note is about: key, chat and sender must all fit, for the key alone is the sender's choice.
CREATE FUNCTION find_target(p_channel uuid, p_key text, p_note jsonb) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT m.id
        FROM messages m
        CROSS JOIN LATERAL (SELECT s.customer_id FROM chat_sessions s WHERE s.id = m.session_id LIMIT 1) s
        CROSS JOIN LATERAL (SELECT c.channel_user_id FROM customers c WHERE c.id = s.customer_id LIMIT 1) c
        WHERE m.channel_config_id = p_channel AND m.external_id = p_key
          AND (p_note->'chat' ? c.channel_user_id OR c.channel_user_id IN (
              SELECT w.phone_number FROM waha_sessions k JOIN waha_contacts w ON w.session_id = k.id
              WHERE k.channel_config_id = p_channel
                AND w.contact_id = ANY (ARRAY(SELECT jsonb_array_elements_text(p_note->'chat')))))
          AND CASE p_note->>'kind'
              WHEN 'edit' THEN (m.direction = 'outbound') = (p_note->'from_me')::boolean AND is_writer(m, p_note)
              WHEN 'revoke' THEN (p_note->'from_me')::boolean OR m.direction = 'inbound' AND is_writer(m, p_note)
              WHEN 'reaction' THEN coalesce((m.direction = 'outbound') = (p_note->>'target_from_me')::boolean, true)
              ELSE true END
        ORDER BY m.id LIMIT 1
    );
END
$$;

-- In a group the writer's names are kept with the message; elsewhere the chat is the writer.
CREATE FUNCTION is_writer(m messages, p_note jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT (m.metadata ? 'author') OR coalesce(
        m.metadata->'author' ?| ARRAY(SELECT jsonb_array_elements_text(p_note->'author')), false)
$$;

-- Moves the statuses of our messages forward, each to the furthest of those given for it.
CREATE FUNCTION raise_statuses(p_ids uuid[], p_statuses text[], p_at_ms bigint[])
RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_facts log_fact[];
BEGIN
    WITH best AS MATERIALIZED (
        SELECT DISTINCT ON (t.id) t.id, t.status, delivery_rank(t.status) AS rank,
               to_timestamp(t.at_ms / 1000.0) AS at
        FROM unnest(p_ids, p_statuses, p_at_ms) AS t (id, status, at_ms)
        WHERE t.id IS NOT NULL
        ORDER BY t.id, delivery_rank(t.status) DESC, t.at_ms
    ),
    forward AS MATERIALIZED (
        SELECT b.*
        FROM best b
        CROSS JOIN LATERAL (
            SELECT m.id FROM messages m
            WHERE m.id = b.id AND m.direction = 'outbound' AND delivery_rank(m.delivery_status) < b.rank
            LIMIT 1
            FOR NO KEY UPDATE
        ) m
    ),
    raised AS (
        UPDATE messages m
        SET delivery_status = f.status,
            accepted_at = CASE WHEN f.rank <> 35 THEN coalesce(m.accepted_at, f.at) ELSE m.accepted_at END,
            sent_at = CASE WHEN f.rank >= 30 AND f.rank <> 35 THEN coalesce(m.sent_at, f.at) ELSE m.sent_at END,
            delivered_at = CASE WHEN f.rank >= 40 THEN coalesce(m.delivered_at, f.at) ELSE m.delivered_at END,
            read_at = CASE WHEN f.rank >= 50 THEN coalesce(m.read_at, f.at) ELSE m.read_at END,
            played_at = CASE WHEN f.rank >= 60 THEN coalesce(m.played_at, f.at) ELSE m.played_at END,
            failed_at = CASE WHEN f.rank = 35 THEN f.at ELSE m.failed_at END,
            error_code = CASE WHEN f.rank = 35 THEN 'provider_failed' END,
            failed_reason = CASE WHEN f.rank = 35 THEN 'WhatsApp did not take this message' END,
            rev = m.rev + 1
        FROM forward f
        WHERE m.id = f.id AND m.id = ANY (ARRAY(SELECT f.id FROM forward f))
        RETURNING m.organization_id, m.session_id, m.id, message_state(m) AS state
    )
    SELECT array_agg(
        (r.organization_id, 'message.updated', r.session_id,
         '{"message":' || r.state || ',"changed":["status","error","sent_at"]}')::log_fact ORDER BY r.id)
    INTO v_facts FROM raised r;
    RETURN coalesce(v_facts, '{}');
END
$$;

-- Puts one note on its message. The caller has locked the session. Whatever is older than what is there, or says
-- nothing new, changes nothing.
CREATE FUNCTION amend_message(p_id uuid, p_note jsonb) RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_old messages;
    v_new messages;
    v_changed text[];
    v_at timestamptz := to_timestamp((p_note #>> '{at,0}')::bigint / 1000.0);
    v_by text := p_note->>'by';
    v_seen text[] := ARRAY['seen', p_note->>'kind' || CASE WHEN p_note->>'kind' = 'edit' THEN '' ELSE ':' || v_by END];
BEGIN
    SELECT * INTO v_old FROM messages m WHERE m.id = p_id FOR NO KEY UPDATE;
    IF v_old.metadata #> v_seen > p_note->'at' THEN
        RETURN '{}';
    END IF;
    v_new := v_old;
    CASE p_note->>'kind'
        WHEN 'reaction' THEN
            v_changed := '{reactions}';
            v_new.reactions := coalesce(
                (SELECT jsonb_agg(r) FROM jsonb_array_elements(v_old.reactions) r WHERE r->>'by' <> v_by), '[]')
                || CASE WHEN p_note->>'emoji' = '' THEN '[]'::jsonb
                   ELSE jsonb_build_array(jsonb_build_object('by', v_by, 'emoji', p_note->>'emoji', 'at', v_at)) END;
        WHEN 'edit' THEN
            v_changed := '{text,edited_at}';
            v_new.message_text := p_note->>'text';
            v_new.edited_at := v_at;
            v_new.edit_history := v_old.edit_history || jsonb_build_object('text', v_old.message_text, 'at', v_at);
        WHEN 'revoke' THEN
            v_changed := '{revoked_at,text,content,media}';
            v_new.revoked_at := coalesce(v_old.revoked_at, v_at);
        WHEN 'vote' THEN
            v_changed := '{content}';
            v_new.content := coalesce(v_old.content, '{}') || jsonb_build_object(
                'votes', coalesce(v_old.content->'votes', '{}') || jsonb_build_object(v_by, p_note->'options'));
    END CASE;
    v_new.metadata := v_old.metadata || jsonb_build_object(
        'seen', coalesce(v_old.metadata->'seen', '{}') || jsonb_build_object(v_seen[2], p_note->'at'));
    IF (v_new.reactions, v_new.message_text, v_new.revoked_at, v_new.content)
       IS NOT DISTINCT FROM (v_old.reactions, v_old.message_text, v_old.revoked_at, v_old.content) THEN
        -- Nothing to see; only that what is older than this comes too late.
        UPDATE messages m SET metadata = v_new.metadata WHERE m.id = p_id;
        RETURN '{}';
    END IF;
    UPDATE messages m
    SET reactions = v_new.reactions, message_text = v_new.message_text, edited_at = v_new.edited_at,
        edit_history = v_new.edit_history, revoked_at = v_new.revoked_at, content = v_new.content,
        metadata = v_new.metadata, rev = m.rev + 1
    WHERE m.id = p_id
    RETURNING * INTO v_new;
    RETURN ARRAY[(v_new.organization_id, 'message.updated', v_new.session_id,
                  json_build_object('message', message_state(v_new), 'changed', v_changed))::log_fact]
           || CASE WHEN p_note->>'kind' IN ('edit', 'revoke') THEN show_again(v_new) END;
END
$$;

-- The session's card, if this message is the one that it shows.
CREATE FUNCTION show_again(p_message messages) RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_facts log_fact[];
BEGIN
    WITH shown AS (
        UPDATE chat_sessions s
        SET last_message_preview = CASE WHEN p_message.revoked_at IS NULL
                THEN preview_of(p_message.message_type, p_message.message_text) END,
            rev = s.rev + 1
        FROM customers c
        WHERE s.id = p_message.session_id AND s.last_message_id = p_message.id AND c.id = s.customer_id
        RETURNING s.organization_id, s.id, session_state(s, c) AS state
    )
    SELECT array_agg((s.organization_id, 'session.updated', s.id,
                      '{"session":' || s.state || ',"changed":["last_message_preview"]}')::log_fact)
    INTO v_facts FROM shown s;
    RETURN v_facts;
END
$$;

-- backwards
DROP FUNCTION show_again;
DROP FUNCTION amend_message;
DROP FUNCTION raise_statuses;
DROP FUNCTION is_writer;
DROP FUNCTION find_target;
