CREATE TABLE event_streams (
    organization_id uuid   PRIMARY KEY REFERENCES organizations ON DELETE CASCADE,
    seq             bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
    last_event_id   uuid,

    CHECK ((seq = 0) = (last_event_id IS NULL))
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
COMMENT ON TABLE event_streams IS
    'Where the event log of each organization ends. Its lock is the last one that a transaction takes: so events are '
    'numbered 1, 2, 3 … without a hole, in the order of the commits.';

-- Only append_events() and the ingest write the log, both with this role's rights.
CALL keep_to_tenant('event_streams', 'SELECT');
CALL open_to('switchboard_ingest', 'event_streams', 'SELECT, INSERT, UPDATE');
CALL open_to('switchboard_sweep', 'event_streams', 'SELECT');

CREATE FUNCTION begin_event_stream() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    INSERT INTO event_streams (organization_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER begin_event_stream AFTER INSERT ON organizations
    FOR EACH ROW EXECUTE FUNCTION begin_event_stream();
CALL entrust('begin_event_stream()', 'switchboard_ingest');
INSERT INTO event_streams (organization_id) SELECT id FROM organizations;

CREATE FUNCTION sweep_heads(p_organizations uuid[])
RETURNS TABLE (organization_id uuid, seq bigint, last_event_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT s.organization_id, s.seq, s.last_event_id
    FROM unnest(p_organizations) wanted(id)
    CROSS JOIN LATERAL (SELECT * FROM event_streams e WHERE e.organization_id = wanted.id) s
$$;
COMMENT ON FUNCTION sweep_heads(uuid[]) IS 'Where the logs of these organizations end.';
CALL entrust('sweep_heads(uuid[])', 'switchboard_sweep');

-- backwards
DROP FUNCTION sweep_heads(uuid[]);
DROP TRIGGER begin_event_stream ON organizations;
DROP FUNCTION begin_event_stream();
DROP TABLE event_streams;
