-- Partitions by time, over the time that a UUIDv7 id begins with. The first partition begins at MINVALUE, the others
-- follow without a gap, so that the planner can leave out the default one and read the rest in order.

CREATE FUNCTION partition_rules() RETURNS TABLE (parent text, step text, ahead integer, keep interval, storage text)
LANGUAGE sql IMMUTABLE
AS $$
    -- The order is that of dropping: a session outlives its messages, whose foreign key points at it.
    -- A row that changes with every message is given room to change within its page.
    VALUES ('messages', 'month', 3, interval '24 months', 'fillfactor = 90'),
           ('chat_sessions', 'month', 3, interval '36 months', 'fillfactor = 70'),
           ('audit_logs', 'month', 3, interval '24 months', NULL),
           ('ai_conversations_log', 'month', 3, interval '6 months', NULL),
           ('n8n_executions', 'month', 3, interval '3 months', NULL),
           ('webhook_deliveries', 'month', 3, interval '2 months', NULL),
           ('system_logs', 'month', 3, interval '1 month', NULL),
           ('realtime_metrics', 'month', 3, interval '1 month', NULL),
           ('events', 'day', 7, interval '30 days', NULL),
           ('waha_webhook_events', 'day', 7, interval '7 days', NULL)
$$;
COMMENT ON FUNCTION partition_rules() IS
    'Which tables are partitioned, by what step, how many steps are made ahead, how long they are kept, how stored.';

CREATE FUNCTION partition_name(p_parent text, p_from timestamptz, p_step text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT p_parent || to_char(p_from AT TIME ZONE 'UTC',
                               CASE p_step WHEN 'day' THEN '"_y"YYYY"m"MM"d"DD' ELSE '"_y"YYYY"m"MM' END)
$$;

CREATE FUNCTION partitions(p_parent text)
RETURNS TABLE (name text, from_id uuid, to_id uuid, is_default boolean)
LANGUAGE sql STABLE
AS $$
    SELECT child.relname::text,
           substring(bound FROM $re$FROM \('([0-9a-f-]{36})'$re$)::uuid,
           substring(bound FROM $re$TO \('([0-9a-f-]{36})'$re$)::uuid,
           bound = 'DEFAULT'
    FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid
    CROSS JOIN pg_get_expr(child.relpartbound, child.oid) AS bound
    WHERE inhparent = to_regclass(p_parent)
    ORDER BY 3 NULLS LAST
$$;
COMMENT ON FUNCTION partitions(text) IS 'The partitions of a table, oldest first; from_id is null in the first one.';

CREATE FUNCTION partitions_missing(p_now timestamptz DEFAULT now())
RETURNS TABLE (parent text, starts_at timestamptz)
LANGUAGE sql STABLE
AS $$
    SELECT rule.parent, start AT TIME ZONE 'UTC'
    FROM partition_rules() rule
    CROSS JOIN LATERAL (SELECT uuid_v7_time(max(to_id::text)::uuid) AS made_until FROM partitions(rule.parent)) made
    CROSS JOIN LATERAL generate_series(
        made.made_until AT TIME ZONE 'UTC',
        date_trunc(rule.step, p_now AT TIME ZONE 'UTC') + rule.ahead * ('1 ' || rule.step)::interval,
        ('1 ' || rule.step)::interval) start
$$;
COMMENT ON FUNCTION partitions_missing(timestamptz) IS 'What partition_make() is still to be called for.';

CREATE PROCEDURE partition_attach(p_parent text, p_name text, p_bound text)
LANGUAGE plpgsql
AS $$
DECLARE
    storage text := (SELECT r.storage FROM partition_rules() r WHERE r.parent = p_parent);
BEGIN
    -- CREATE … PARTITION OF would lock the parent against its readers; this way only ATTACH locks, and briefly.
    IF to_regclass(p_name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', p_name, p_parent)
                || coalesce(' WITH (' || storage || ')', '');
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I ', p_parent, p_name) || p_bound;
END $$;

CREATE FUNCTION partition_make(p_parent text, p_starts_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '250ms'
AS $$
DECLARE
    rule record;
    made text;
BEGIN
    SELECT * INTO STRICT rule FROM partition_rules() r WHERE r.parent = p_parent;
    made := partition_name(p_parent, p_starts_at, rule.step);
    PERFORM pg_advisory_xact_lock(hashtext('partitions'));
    IF to_regclass(made) IS NULL THEN
        CALL partition_attach(p_parent, made, format(
            'FOR VALUES FROM (%L) TO (%L)',
            uuid_v7_floor(p_starts_at), uuid_v7_floor(p_starts_at + ('1 ' || rule.step)::interval)));
    END IF;
    RETURN made;
END $$;
COMMENT ON FUNCTION partition_make(text, timestamptz) IS
    'Makes one partition. It gives up after 250 ms of waiting for a lock, for the caller to try again.';

CREATE FUNCTION partition_drop(p_parent text, p_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET lock_timeout = '250ms'
AS $$
DECLARE
    rule record;
    doomed record;
    least_kept interval;
    past text := p_parent || '_past';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('partitions'));
    SELECT * INTO STRICT rule FROM partition_rules() r WHERE r.parent = p_parent;
    SELECT * INTO STRICT doomed FROM partitions(p_parent) p WHERE p.name = p_name AND p.name <> past;
    -- A setting may shorten what is kept by the day; months of conversations go by the rule only, whoever calls this.
    least_kept := CASE rule.step WHEN 'day' THEN interval '1 day' ELSE rule.keep END;
    IF doomed.is_default OR uuid_v7_time(doomed.to_id) > now() - least_kept THEN
        RAISE EXCEPTION 'partition % holds what is to be kept', p_name;
    END IF;
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_parent, p_name);
    EXECUTE format('DROP TABLE %I', p_name);
    -- An almost empty partition takes the place from MINVALUE on: for what comes much too late.
    IF to_regclass(past) IS NOT NULL THEN
        EXECUTE format('DELETE FROM %I', past);
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', p_parent, past);
    END IF;
    CALL partition_attach(p_parent, past, format('FOR VALUES FROM (MINVALUE) TO (%L)', doomed.to_id));
END $$;
COMMENT ON FUNCTION partition_drop(text, text) IS
    'Drops the oldest partition, if its time is over.';

CREATE FUNCTION partitions_overflowing() RETURNS TABLE (parent text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    rule record;
    is_filled boolean;
BEGIN
    FOR rule IN SELECT * FROM partition_rules() r WHERE to_regclass(r.parent || '_default') IS NOT NULL LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', rule.parent || '_default') INTO is_filled;
        IF is_filled THEN
            parent := rule.parent;
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION partitions_overflowing() IS
    'Tables with rows in their default partition: a clock was wrong, or partitions were not made in time.';

CREATE PROCEDURE begin_partitions(p_parent text)
LANGUAGE plpgsql SET timezone = 'UTC'
AS $$
DECLARE
    rule record;
    first timestamptz;
BEGIN
    SELECT * INTO STRICT rule FROM partition_rules() r WHERE r.parent = p_parent;
    first := date_trunc(rule.step, now());
    CALL partition_attach(p_parent, p_parent || '_default', 'DEFAULT');
    CALL partition_attach(p_parent, partition_name(p_parent, first, rule.step), format(
        'FOR VALUES FROM (MINVALUE) TO (%L)', uuid_v7_floor(first + ('1 ' || rule.step)::interval)));
    PERFORM partition_make(m.parent, m.starts_at) FROM partitions_missing() m WHERE m.parent = p_parent;
END $$;
COMMENT ON PROCEDURE begin_partitions(text) IS 'Gives a new partitioned table its first partitions.';

REVOKE ALL ON PROCEDURE begin_partitions(text), partition_attach(text, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION partition_make(text, timestamptz), partition_drop(text, text), partitions_overflowing()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partition_make(text, timestamptz), partition_drop(text, text), partitions_overflowing()
    TO switchboard_app;

-- backwards
DROP PROCEDURE begin_partitions(text), partition_attach(text, text, text);
DROP FUNCTION partitions_overflowing(), partition_drop(text, text), partition_make(text, timestamptz),
    partitions_missing(timestamptz), partitions(text), partition_name(text, timestamptz, text), partition_rules();
