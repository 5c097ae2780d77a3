-- Storing the messages of a batch and what they do to their sessions: the last steps of ingest().

-- Whether a send to this customer is under way, or in doubt, whose key nobody knows yet.
CREATE FUNCTION is_sending(p_customer uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM messages m
        WHERE m.session_id = (
                SELECT s.id FROM chat_sessions s WHERE s.customer_id = p_customer ORDER BY s.id DESC LIMIT 1)
          AND m.id > uuid_v7_floor(now() - interval '1 day')
          AND m.direction = 'outbound' AND m.external_id IS NULL
          AND (m.delivery_status = 'sending'
               OR m.delivery_status = 'unknown' AND m.updated_at > now() - interval '30 seconds'));
END
$$;

-- Whether a delivery of this channel that is not settled yet, and knows no key, says just this: then its worker may come
-- back for it, however long it was away. Its echo may name the chat by a LID that we cannot bring together with anyone.
CREATE FUNCTION is_saying(p_channel uuid, p_text text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM deliveries d
        CROSS JOIN LATERAL (
            SELECT FROM messages m
            WHERE m.id = d.message_id AND m.external_id IS NULL AND m.message_text = p_text
              AND m.delivery_status IN ('sending', 'unknown')
            LIMIT 1
        ) m
        WHERE d.channel_config_id = p_channel AND d.state IN ('leased', 'unknown') AND d.external_key IS NULL);
END
$$;

-- While a send is under way and its key is not known yet, a message from our own account may be its echo: it is parked
-- until the send is settled. Answers with p_users, but for those that wait: for them nobody is to be met.
CREATE FUNCTION park_echoes(
    p_organizations uuid[], p_channels uuid[], p_keys text[], p_texts text[], p_from_me boolean[], p_users text[],
    p_raw_ids uuid[], p_details text[])
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    v_customers uuid[];
    v_parked uuid[];
    v_waits boolean[];
BEGIN
    SELECT array_agg(c.id ORDER BY t.n), array_agg(p.id ORDER BY t.n),
           array_agg(CASE
               WHEN NOT t.from_me OR t.who IS NULL OR t.details::jsonb ? 'released' THEN false
               -- A twin of what waits already may name another chat.
               WHEN p.id IS NOT NULL THEN true
               ELSE is_sending(c.id) OR is_saying(t.channel, t.body) END ORDER BY t.n)
    INTO v_customers, v_parked, v_waits
    FROM unnest(p_channels, p_keys, p_texts, p_from_me, p_users, p_details) WITH ORDINALITY
        AS t (channel, key, body, from_me, who, details, n)
    LEFT JOIN LATERAL (
        SELECT c.id FROM customers c
        WHERE t.from_me AND c.channel_config_id = t.channel AND c.channel_user_id = t.who AND c.deleted_at IS NULL
        LIMIT 1
    ) c ON true
    LEFT JOIN LATERAL (
        SELECT p.id FROM parked_receipts p
        WHERE t.from_me AND p.channel_config_id = t.channel AND p.external_key = t.key AND p.kind = 'echo'
        LIMIT 1
    ) p ON true;
    -- What does not wait is an echo no more.
    DELETE FROM parked_receipts p WHERE p.id = ANY (ARRAY(
        SELECT t.parked FROM unnest(v_parked, v_waits) AS t (parked, waits) WHERE NOT t.waits));
    INSERT INTO parked_receipts (organization_id, channel_config_id, external_key, kind, body)
    SELECT t.organization_id, t.channel, t.key, 'echo',
           jsonb_build_object('webhook_id', t.raw_id, 'customer_id', t.customer_id, 'text', t.body)
    FROM unnest(v_waits, v_parked, p_organizations, p_channels, p_keys, p_texts, v_customers, p_raw_ids)
        AS t (waits, parked, organization_id, channel, key, body, customer_id, raw_id)
    WHERE t.waits AND t.parked IS NULL;
    RETURN (
        SELECT array_agg(CASE WHEN NOT t.waits THEN t.who END ORDER BY t.n)
        FROM unnest(v_waits, p_users) WITH ORDINALITY AS t (waits, who, n));
END
$$;

CREATE FUNCTION store_messages(
    p_organizations uuid[], p_channels uuid[], p_ids uuid[], p_keys text[], p_from_me boolean[], p_placeholder boolean[],
    p_sent_ms bigint[], p_received_ms bigint[], p_sender_names text[], p_types text[], p_texts text[],
    p_statuses text[], p_details text[], p_customers uuid[], p_blocked boolean[], p_sessions uuid[], p_opened uuid[])
RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_facts log_fact[];
BEGIN
    WITH item AS MATERIALIZED (
        SELECT t.n, t.organization_id, t.channel, t.id, t.key, t.from_me, t.sender_name, t.type, t.body, t.status,
               t.details::jsonb AS details, t.customer_id, t.session_id, t.from_me OR t.blocked AS is_quiet,
               to_timestamp(t.sent_ms / 1000.0) AS sent_at, to_timestamp(t.received_ms / 1000.0) AS received_at,
               -- A message that comes more than a minute after it was written says so.
               CASE WHEN t.received_ms - t.sent_ms > 60000 THEN '{"late": true}'::jsonb ELSE '{}' END
               || CASE WHEN t.placeholder THEN '{"placeholder": true}'::jsonb ELSE '{}' END AS metadata,
               s.message_seq + row_number() OVER (
                   PARTITION BY t.session_id ORDER BY coalesce(t.sent_ms, t.received_ms), t.n) AS seq
        FROM unnest(
                p_organizations, p_channels, p_ids, p_keys, p_from_me, p_placeholder, p_sent_ms, p_received_ms,
                p_sender_names, p_types, p_texts, p_statuses, p_details, p_customers, p_blocked, p_sessions)
            WITH ORDINALITY AS t (
                organization_id, channel, id, key, from_me, placeholder, sent_ms, received_ms,
                sender_name, type, body, status, details, customer_id, blocked, session_id, n)
        CROSS JOIN LATERAL (SELECT s.message_seq FROM chat_sessions s WHERE s.id = t.session_id LIMIT 1) s
        WHERE t.customer_id IS NOT NULL
    ),
    stored AS (
        INSERT INTO messages (
            id, organization_id, session_id, channel_config_id, seq, direction, sender_type, sender_id, sender_name,
            message_text, message_type, content, media_url, media_type, media_size, media_metadata, delivery_status,
            sent_at, received_at, external_id, reply_to_message_id, reply_to_external_id, context, metadata)
        SELECT i.id, i.organization_id, i.session_id, i.channel, i.seq,
               CASE WHEN i.from_me THEN 'outbound' ELSE 'inbound' END,
               CASE WHEN i.from_me THEN 'agent' ELSE 'customer' END,
               CASE WHEN i.from_me THEN NULL ELSE i.customer_id END, i.sender_name,
               i.body, i.type, i.details->'content', i.details #>> '{media,url}', i.details #>> '{media,mimetype}',
               (i.details #>> '{media,size}')::bigint, coalesce(i.details #> '{media,metadata}', '{}'),
               coalesce(i.status, CASE WHEN i.from_me THEN 'accepted' ELSE 'delivered' END),
               i.sent_at, i.received_at, i.key, q.id, i.details #>> '{reply_to,key}',
               CASE WHEN i.details ? 'reply_to' THEN jsonb_build_object('reply_to', i.details->'reply_to') ELSE '{}' END,
               i.metadata || CASE WHEN i.details ? 'author'
                   THEN jsonb_build_object('author', i.details->'author') ELSE '{}' END
        FROM item i
        LEFT JOIN LATERAL (
            SELECT m.id FROM messages m
            WHERE i.details ? 'reply_to' AND m.channel_config_id = i.channel
              AND m.external_id = i.details #>> '{reply_to,key}'
            LIMIT 1
        ) q ON true
        RETURNING id, organization_id, session_id, seq, message_state(messages) AS state
    ),
    tally AS MATERIALIZED (
        SELECT DISTINCT ON (i.session_id) i.session_id, i.id AS last_id, i.seq AS last_seq, i.from_me AS is_answered,
               preview_of(i.type, i.body) AS preview,
               count(*) OVER whole AS many,
               count(*) FILTER (WHERE NOT i.from_me) OVER whole AS from_customer,
               count(*) FILTER (WHERE NOT i.is_quiet) OVER whole AS unread,
               bool_or(i.from_me) OVER whole AS has_answer
        FROM item i
        WINDOW whole AS (PARTITION BY i.session_id)
        ORDER BY i.session_id, i.seq DESC
    ),
    raised AS (
        UPDATE chat_sessions s
        SET message_seq = t.last_seq, total_messages = s.total_messages + t.many,
            customer_messages = s.customer_messages + t.from_customer,
            agent_messages = s.agent_messages + t.many - t.from_customer, unread_count = s.unread_count + t.unread,
            last_message_id = t.last_id, last_message_at = now(), last_activity_at = now(),
            last_message_preview = t.preview,
            last_message_sender = CASE WHEN t.is_answered THEN 'agent' ELSE 'customer' END,
            waiting_since = CASE WHEN t.is_answered THEN NULL WHEN t.unread = 0 THEN s.waiting_since
                                 WHEN t.has_answer THEN now() ELSE coalesce(s.waiting_since, now()) END,
            first_response_at = CASE WHEN t.has_answer THEN coalesce(s.first_response_at, now())
                                     ELSE s.first_response_at END,
            rev = s.rev + 1
        FROM tally t, customers c
        WHERE s.id = t.session_id AND c.id = s.customer_id
          -- Which partitions are written must be known before the join begins.
          AND s.id = ANY (ARRAY(SELECT t.session_id FROM tally t))
        RETURNING s.organization_id, s.id, session_state(s, c) AS state, s.id = ANY (p_opened) AS is_new
    )
    SELECT array_agg(
        (f.organization_id, f.type, f.session_id, f.data)::log_fact ORDER BY f.step, f.session_id, f.seq)
    INTO v_facts
    FROM (
        SELECT r.organization_id, 'session.created' AS type, r.id AS session_id, 0 AS seq,
               '{"session":' || r.state || '}' AS data, 0 AS step
        FROM raised r WHERE r.is_new
        UNION ALL
        SELECT m.organization_id, 'message.created', m.session_id, m.seq, '{"message":' || m.state || '}', 1
        FROM stored m
        UNION ALL
        SELECT r.organization_id, 'session.updated', r.id, 0,
               '{"session":' || r.state || ',"changed":["message_seq","total_messages","unread_count",'
               '"last_message_id","last_message_at","last_message_preview","last_message_sender","waiting_since"]}', 2
        FROM raised r WHERE r.is_new IS NOT TRUE
    ) f;
    RETURN coalesce(v_facts, '{}');
END
$$;

-- A placeholder gets the content that came later under its key.
CREATE FUNCTION upgrade_placeholders(p_upgrade uuid[], p_types text[], p_texts text[], p_details text[])
RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_facts log_fact[];
BEGIN
    WITH item AS MATERIALIZED (
        SELECT t.id, t.type, t.body, t.details::jsonb AS details
        FROM unnest(p_upgrade, p_types, p_texts, p_details) AS t (id, type, body, details) WHERE t.id IS NOT NULL
    ),
    upgraded AS (
        UPDATE messages m
        SET message_type = i.type, message_text = i.body, content = i.details->'content',
            media_url = i.details #>> '{media,url}', media_type = i.details #>> '{media,mimetype}',
            media_size = (i.details #>> '{media,size}')::bigint,
            media_metadata = coalesce(i.details #> '{media,metadata}', '{}'),
            metadata = m.metadata - 'placeholder', rev = m.rev + 1
        FROM item i
        WHERE m.id = i.id AND m.id = ANY (ARRAY(SELECT i.id FROM item i)) AND m.metadata ? 'placeholder'
        RETURNING m.organization_id, m.session_id, m.id, message_state(m) AS state
    ),
    shown AS (
        UPDATE chat_sessions s SET last_message_preview = preview_of(i.type, i.body), rev = s.rev + 1
        FROM upgraded u JOIN item i ON i.id = u.id, customers c
        WHERE s.id = u.session_id AND s.last_message_id = u.id AND c.id = s.customer_id
          AND s.id = ANY (ARRAY(SELECT u.session_id FROM upgraded u))
        RETURNING s.organization_id, s.id, session_state(s, c) AS state
    )
    SELECT array_agg((f.organization_id, f.type, f.session_id, f.data)::log_fact) INTO v_facts
    FROM (
        SELECT u.organization_id, 'message.updated' AS type, u.session_id,
               '{"message":' || u.state || ',"changed":["type","text","content","media"]}' AS data
        FROM upgraded u
        UNION ALL
        SELECT s.organization_id, 'session.updated', s.id,
               '{"session":' || s.state || ',"changed":["last_message_preview"]}'
        FROM shown s
    ) f;
    RETURN coalesce(v_facts, '{}');
END
$$;

-- backwards
DROP FUNCTION upgrade_placeholders;
DROP FUNCTION store_messages;
DROP FUNCTION park_echoes;
DROP FUNCTION is_saying;
DROP FUNCTION is_sending;
