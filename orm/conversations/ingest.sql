-- One batch of messages from providers, of many organizations: one call, one transaction, one commit.
--
-- Locks are taken in one order everywhere: message keys, contacts, customers, sessions, messages, logs; each sorted.
-- The arrays run in parallel, one place per webhook. p_details holds, as JSON, what few messages have: content, media,
-- reply_to, author (the names of a group's writer), released (an echo that has waited long enough).

CREATE FUNCTION ingest(
    p_raw_ids uuid[], p_waha_sessions uuid[], p_organizations uuid[], p_channels uuid[], p_event_ids text[],
    p_event_types text[], p_event_ms bigint[], p_engines text[], p_request_ids text[], p_bodies bytea[],
    p_ids uuid[], p_keys text[], p_from_me boolean[], p_placeholder boolean[], p_timeless boolean[],
    p_sent_ms bigint[], p_received_ms bigint[], p_addresses text[], p_phones text[], p_lids text[], p_names text[],
    p_sender_names text[], p_types text[], p_texts text[], p_statuses text[], p_details text[])
RETURNS TABLE (organization_id uuid, seq bigint, id uuid, prev_id uuid, body text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '250ms'
-- A plan that was made while the tables were empty must still be right when they are full.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_known uuid[];      -- per place: the message that is there already
    v_fresh boolean[];   -- per place: a message that this batch is to store
    v_upgrade uuid[];    -- per place: the placeholder that this one gives its content to
    v_users text[];      -- per place, if fresh and no echo that waits: whom the chat is with
    v_customers uuid[];
    v_blocked boolean[];
    v_sessions uuid[];
    v_open uuid[];
    v_made uuid[];
    v_opened uuid[];
    v_is_name_news boolean;
    v_facts log_fact[] := '{}';
BEGIN
    PERFORM pg_advisory_xact_lock(k.lock) FROM (
        SELECT DISTINCT message_lock(t.channel, t.key) AS lock FROM unnest(p_channels, p_keys) AS t (channel, key)
        ORDER BY 1
    ) k;

    -- The id is a function of the message; only our own messages, and those without a time, are found by their key.
    SELECT array_agg(coalesce(by_id.id, by_key.id) ORDER BY t.n),
           array_agg(by_id.id IS NULL AND by_key.id IS NULL AND t.twin = 1 ORDER BY t.n),
           array_agg(CASE WHEN by_id.is_placeholder AND NOT t.placeholder AND t.twin = 1 THEN by_id.id END ORDER BY t.n)
    INTO v_known, v_fresh, v_upgrade
    FROM (
        SELECT u.*, row_number() OVER (PARTITION BY u.channel, u.from_me, u.key ORDER BY u.placeholder, u.n) AS twin
        FROM unnest(p_ids, p_channels, p_keys, p_from_me, p_timeless, p_placeholder) WITH ORDINALITY
            AS u (id, channel, key, from_me, timeless, placeholder, n)
    ) t
    LEFT JOIN LATERAL (
        SELECT m.id, m.metadata ? 'placeholder' AS is_placeholder FROM messages m WHERE m.id = t.id LIMIT 1
    ) by_id ON true
    LEFT JOIN LATERAL (
        SELECT m.id FROM messages m
        WHERE (t.from_me OR t.timeless) AND m.channel_config_id = t.channel AND m.external_id = t.key
          AND m.direction = CASE WHEN t.from_me THEN 'outbound' ELSE 'inbound' END
        LIMIT 1
    ) by_key ON true;

    IF true = ANY (v_fresh) THEN
        v_facts := meet_contacts(p_waha_sessions, p_organizations, p_channels, v_fresh, p_phones, p_lids, p_names);
        v_users := chat_users(v_fresh, p_waha_sessions, p_addresses, p_phones, p_lids);
    END IF;
    IF true = ANY (p_from_me) THEN
        v_users := park_echoes(
            p_organizations, p_channels, p_keys, p_texts, p_from_me, v_users, p_raw_ids, p_details);
    END IF;

    IF cardinality(array_remove(v_users, NULL)) > 0 THEN
        v_made := lock_customers(p_organizations, p_channels, v_users, p_names);
        SELECT array_agg(c.id ORDER BY t.n), array_agg(c.active_session_id ORDER BY t.n),
               array_agg(c.is_blocked ORDER BY t.n),
               bool_or(c.id IS NOT NULL AND c.name IS NULL AND t.name IS NOT NULL)
        INTO v_customers, v_sessions, v_blocked, v_is_name_news
        FROM unnest(p_channels, v_users, p_names) WITH ORDINALITY AS t (channel, who, name, n)
        LEFT JOIN LATERAL (
            SELECT c.id, c.active_session_id, c.is_blocked, c.name FROM customers c
            WHERE c.channel_config_id = t.channel AND c.channel_user_id = t.who AND c.deleted_at IS NULL
            LIMIT 1
        ) c ON true;
        IF v_is_name_news THEN
            v_facts := v_facts || name_customers(v_customers, p_names);
        END IF;
    END IF;

    IF v_customers IS NOT NULL OR v_upgrade IS NOT NULL THEN
        SELECT array_agg(s.id) INTO v_open
        FROM (
            SELECT DISTINCT q.session_id, q.takes_closed FROM (
                SELECT t.session_id, t.is_blocked AS takes_closed
                FROM unnest(v_sessions, v_blocked, v_customers) AS t (session_id, is_blocked, customer_id)
                WHERE t.customer_id IS NOT NULL
                UNION ALL
                SELECT m.session_id, true FROM unnest(v_upgrade) AS t (id)
                CROSS JOIN LATERAL (SELECT m.session_id FROM messages m WHERE m.id = t.id LIMIT 1) m
            ) q
            WHERE q.session_id IS NOT NULL ORDER BY 1, 2
        ) q
        CROSS JOIN LATERAL (
            SELECT s.id FROM chat_sessions s
            WHERE s.id = q.session_id AND (q.takes_closed OR s.status NOT IN ('resolved', 'closed'))
            LIMIT 1
            FOR NO KEY UPDATE
        ) s;
    END IF;

    IF v_customers IS NOT NULL THEN
        v_opened := open_sessions(
            p_organizations, p_channels, p_addresses, p_from_me, v_customers, v_blocked, v_sessions, v_open,
            v_made);
        IF v_opened IS NOT NULL THEN
            SELECT array_agg(c.active_session_id ORDER BY t.n) INTO v_sessions
            FROM unnest(v_customers) WITH ORDINALITY AS t (customer_id, n)
            LEFT JOIN LATERAL (SELECT c.active_session_id FROM customers c WHERE c.id = t.customer_id LIMIT 1) c ON true;
        END IF;
        v_facts := v_facts || store_messages(
            p_organizations, p_channels, p_ids, p_keys, p_from_me, p_placeholder, p_sent_ms, p_received_ms,
            p_sender_names, p_types, p_texts, p_statuses, p_details, v_customers, v_blocked, v_sessions, v_opened);
        v_facts := v_facts || apply_parked(p_channels, p_keys, (
            SELECT array_agg(CASE WHEN t.customer_id IS NOT NULL THEN t.id END ORDER BY t.n)
            FROM unnest(p_ids, v_customers) WITH ORDINALITY AS t (id, customer_id, n)));
    END IF;
    IF cardinality(array_remove(v_upgrade, NULL)) > 0 THEN
        v_facts := v_facts || upgrade_placeholders(v_upgrade, p_types, p_texts, p_details);
    END IF;
    IF true = ANY (p_from_me) THEN
        -- An echo of what was sent from here says how far it has come.
        v_facts := v_facts || raise_statuses((
            SELECT array_agg(CASE WHEN t.from_me THEN t.id END ORDER BY t.n)
            FROM unnest(v_known, p_from_me) WITH ORDINALITY AS t (id, from_me, n)), p_statuses, p_received_ms);
    END IF;

    PERFORM keep_webhooks(
        p_raw_ids, p_organizations, p_waha_sessions, p_event_ids, p_event_types, p_event_ms, p_engines, p_request_ids,
        p_bodies, p_received_ms, NULL, (
            SELECT array_agg(coalesce(t.known, CASE WHEN t.customer_id IS NOT NULL THEN t.id END) ORDER BY t.n)
            FROM unnest(v_known, p_ids, v_customers) WITH ORDINALITY AS t (known, id, customer_id, n)));
    RETURN QUERY SELECT * FROM append_facts(v_facts);
END
$$;
COMMENT ON FUNCTION ingest IS 'Stores a batch of messages from providers and returns the frames of what changed.';
CALL entrust('ingest'::regproc::regprocedure, 'switchboard_ingest');

-- backwards
DROP FUNCTION ingest;
