-- Whom a chat is with, and the session that is open with them: steps of ingest(), each over parallel arrays with one
-- place per webhook, null where there is nothing to do.

-- A person may be named by a phone, by a LID, or by both; waha_contacts remembers which LID is which phone.
-- Rows are locked by writing them, in order, and only until the phone is known.
CREATE FUNCTION meet_contacts(
    p_waha_sessions uuid[], p_organizations uuid[], p_channels uuid[], p_fresh boolean[], p_phones text[],
    p_lids text[], p_names text[])
RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_is_news boolean;
    v_facts log_fact[];
BEGIN
    SELECT bool_or(w.phone_number IS NULL) INTO v_is_news
    FROM unnest(p_waha_sessions, p_fresh, p_lids) AS t (waha_session, fresh, lid)
    LEFT JOIN LATERAL (
        SELECT w.phone_number FROM waha_contacts w
        WHERE w.session_id = t.waha_session AND w.contact_id = t.lid
        LIMIT 1
    ) w ON true
    WHERE t.fresh AND t.lid IS NOT NULL;
    IF v_is_news IS NOT TRUE THEN
        RETURN '{}';
    END IF;

    INSERT INTO waha_contacts (organization_id, session_id, contact_id, lid, phone_number, push_name)
    SELECT DISTINCT ON (t.waha_session, t.lid) t.organization_id, t.waha_session, t.lid, t.lid, t.phone, t.name
    FROM unnest(p_organizations, p_waha_sessions, p_fresh, p_phones, p_lids, p_names)
        AS t (organization_id, waha_session, fresh, phone, lid, name)
    WHERE t.fresh AND t.lid IS NOT NULL
    ORDER BY t.waha_session, t.lid, t.phone NULLS LAST, t.name NULLS LAST
    ON CONFLICT (session_id, contact_id) DO UPDATE
    SET phone_number = coalesce(waha_contacts.phone_number, excluded.phone_number),
        push_name = coalesce(excluded.push_name, waha_contacts.push_name);

    -- A customer who was known by the LID only gets the phone, unless the phone has a customer already.
    WITH pair AS MATERIALIZED (
        SELECT DISTINCT t.channel, t.lid, t.phone
        FROM unnest(p_channels, p_fresh, p_phones, p_lids) AS t (channel, fresh, phone, lid)
        WHERE t.fresh AND t.lid IS NOT NULL AND t.phone IS NOT NULL
    ),
    hidden AS MATERIALIZED (
        SELECT h.id, p.phone, o.id AS other_id
        FROM pair p
        CROSS JOIN LATERAL (
            SELECT c.id FROM customers c
            WHERE c.channel_config_id = p.channel AND c.channel_user_id = p.lid AND c.deleted_at IS NULL
            LIMIT 1
        ) h
        LEFT JOIN LATERAL (
            SELECT c.id FROM customers c
            WHERE c.channel_config_id = p.channel AND c.channel_user_id = p.phone AND c.deleted_at IS NULL
            LIMIT 1
        ) o ON true
    ),
    named AS (
        UPDATE customers c
        SET channel_user_id = CASE WHEN h.other_id IS NULL THEN h.phone ELSE c.channel_user_id END,
            phone = left('+' || h.phone, 20), merged_into_id = h.other_id, rev = c.rev + 1
        FROM hidden h
        WHERE c.id = h.id AND c.merged_into_id IS NULL
        RETURNING c.organization_id, c.active_session_id, customer_state(c) AS state
    )
    SELECT array_agg(
        (n.organization_id, 'customer.updated', n.active_session_id,
         '{"customer":' || n.state || '}')::log_fact)
    INTO v_facts FROM named n;
    RETURN coalesce(v_facts, '{}');
END
$$;

CREATE FUNCTION chat_users(
    p_fresh boolean[], p_waha_sessions uuid[], p_addresses text[], p_phones text[], p_lids text[])
RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT array_agg(CASE WHEN t.fresh THEN coalesce(t.phone, w.phone_number, t.lid, t.address) END ORDER BY t.n)
        FROM unnest(p_fresh, p_waha_sessions, p_phones, p_lids, p_addresses) WITH ORDINALITY
            AS t (fresh, waha_session, phone, lid, address, n)
        LEFT JOIN LATERAL (
            SELECT w.phone_number FROM waha_contacts w
            WHERE t.fresh AND t.phone IS NULL AND w.session_id = t.waha_session AND w.contact_id = t.lid
            LIMIT 1
        ) w ON true
    );
END
$$;

-- Locks the customers in the order of their keys, makes those that are missing, and locks again. Answers with those
-- that were made; their first session is named already, so that a new customer is written only once.
CREATE FUNCTION lock_customers(p_organizations uuid[], p_channels uuid[], p_users text[], p_names text[])
RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    v_missing bigint;
    v_made uuid[];
BEGIN
    FOR attempt IN 1..2 LOOP
        SELECT count(*) FILTER (WHERE c.id IS NULL) INTO v_missing
        FROM (
            SELECT DISTINCT t.channel, t.who FROM unnest(p_channels, p_users) AS t (channel, who)
            WHERE t.who IS NOT NULL ORDER BY 1, 2
        ) t
        LEFT JOIN LATERAL (
            SELECT c.id FROM customers c
            WHERE c.channel_config_id = t.channel AND c.channel_user_id = t.who AND c.deleted_at IS NULL
            LIMIT 1
            FOR NO KEY UPDATE
        ) c ON true;
        EXIT WHEN v_missing = 0;
        WITH made AS (
            INSERT INTO customers (
                organization_id, channel, channel_config_id, channel_user_id, phone, name, active_session_id,
                total_interactions, first_interaction_at, last_interaction_at)
            SELECT DISTINCT ON (t.channel, t.who)
                   t.organization_id, 'whatsapp', t.channel, t.who,
                   CASE WHEN t.who ~ '^\d+$' THEN left('+' || t.who, 20) END, t.name, uuid_v7(), 1, now(), now()
            FROM unnest(p_organizations, p_channels, p_users, p_names) WITH ORDINALITY
                AS t (organization_id, channel, who, name, n)
            WHERE t.who IS NOT NULL
            ORDER BY t.channel, t.who, t.name IS NULL, t.n
            ON CONFLICT (channel_config_id, channel_user_id) WHERE deleted_at IS NULL DO NOTHING
            RETURNING id
        )
        SELECT array_agg(m.id) INTO v_made FROM made m;
    END LOOP;
    RETURN v_made;
END
$$;

-- Gives their name to customers who had none: we wrote to them first, and now they say who they are.
CREATE FUNCTION name_customers(p_customers uuid[], p_names text[]) RETURNS log_fact[] LANGUAGE plpgsql AS $$
DECLARE
    v_facts log_fact[];
BEGIN
    WITH named AS (
        UPDATE customers c SET name = t.name, rev = c.rev + 1
        FROM (
            SELECT DISTINCT ON (t.id) t.id, t.name FROM unnest(p_customers, p_names) WITH ORDINALITY AS t (id, name, n)
            WHERE t.id IS NOT NULL AND t.name IS NOT NULL ORDER BY t.id, t.n
        ) t
        WHERE c.id = t.id AND c.name IS NULL
        RETURNING c.organization_id, c.active_session_id, customer_state(c) AS state
    )
    SELECT array_agg(
        (n.organization_id, 'customer.updated', n.active_session_id, '{"customer":' || n.state || '}')::log_fact)
    INTO v_facts FROM named n;
    RETURN coalesce(v_facts, '{}');
END
$$;

-- Opens a session for each customer who has none among p_open; answers with the new ones, null if there are none.
-- What a blocked customer writes is kept in a session that is closed from the start.
CREATE FUNCTION open_sessions(
    p_organizations uuid[], p_channels uuid[], p_addresses text[], p_from_me boolean[], p_customers uuid[],
    p_blocked boolean[], p_sessions uuid[], p_open uuid[], p_made uuid[])
RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    v_opened uuid[];
BEGIN
    WITH opened AS (
        INSERT INTO chat_sessions (
            id, organization_id, customer_id, channel_config_id, external_chat_id, session_type, status, queued_at, ended_at)
        SELECT DISTINCT ON (t.customer_id)
               CASE WHEN t.customer_id = ANY (p_made) THEN t.session_id ELSE uuid_v7() END,
               t.organization_id, t.customer_id, t.channel, t.address,
               CASE WHEN t.from_me THEN 'agent_initiated' ELSE 'customer_initiated' END,
               CASE WHEN t.blocked THEN 'closed' ELSE 'queued' END,
               CASE WHEN NOT t.blocked THEN now() END, CASE WHEN t.blocked THEN now() END
        FROM unnest(p_organizations, p_channels, p_addresses, p_from_me, p_customers, p_blocked, p_sessions)
            WITH ORDINALITY AS t (organization_id, channel, address, from_me, customer_id, blocked, session_id, n)
        WHERE t.customer_id IS NOT NULL AND (t.session_id = ANY (p_open)) IS NOT TRUE
        ORDER BY t.customer_id, t.n
        RETURNING id, customer_id
    ),
    linked AS (
        UPDATE customers c
        SET active_session_id = o.id, total_interactions = c.total_interactions + 1, last_interaction_at = now(),
            rev = c.rev + 1
        FROM opened o WHERE c.id = o.customer_id AND (o.customer_id = ANY (p_made)) IS NOT TRUE
    )
    SELECT array_agg(o.id) INTO v_opened FROM opened o;
    RETURN v_opened;
END
$$;

-- backwards
DROP FUNCTION open_sessions;
DROP FUNCTION name_customers;
DROP FUNCTION lock_customers;
DROP FUNCTION chat_users;
DROP FUNCTION meet_contacts;
