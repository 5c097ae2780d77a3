-- UUIDv7 on every PostgreSQL from 15 on: 48 bits of Unix milliseconds, the version, then 74 random bits.

CREATE FUNCTION uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN encode(
    set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6),
        52, 1), 53, 1),
    'hex')::uuid;
COMMENT ON FUNCTION uuid_v7() IS 'A new UUIDv7: the default of every id; the application makes its own.';

CREATE FUNCTION uuid_v7_floor(p_time timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN rpad(
    lpad(to_hex(floor(extract(epoch FROM p_time - timestamptz '1970-01-01 00:00:00+00') * 1000)::bigint), 12, '0'),
    32, '0')::uuid;
COMMENT ON FUNCTION uuid_v7_floor(timestamptz) IS
    'Smaller than every UUIDv7 of that millisecond: bounds of partitions, and ranges of time over ids.';

CREATE FUNCTION uuid_v7_time(p_id uuid) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_timestamp(('x' || left(replace(p_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0);
COMMENT ON FUNCTION uuid_v7_time(uuid) IS 'The moment that a UUIDv7 begins with.';

CREATE FUNCTION uuid_plus(p_id uuid, p_n integer) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN overlay(
    p_id::text
    PLACING lpad(to_hex(('x' || right(p_id::text, 12))::bit(48)::bigint + p_n), 12, '0')
    FROM 25)::uuid;
COMMENT ON FUNCTION uuid_plus(uuid, integer) IS 'The id n places on, counted in the last 48 bits.';

CREATE FUNCTION uuid_v7_after(p_last uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    -- The first of the counted bits is clear in a fresh id: room for uuid_plus() to count on from it.
    fresh uuid := encode(set_bit(uuid_send(uuid_v7()), 87, 0), 'hex')::uuid;
BEGIN
    -- A clock that went back, or a second id in one millisecond: count on from the last one.
    RETURN CASE WHEN p_last IS NULL OR fresh > p_last THEN fresh ELSE uuid_plus(p_last, 1) END;
END $$;
COMMENT ON FUNCTION uuid_v7_after(uuid) IS 'A UUIDv7 greater than the last one, whatever the clock does.';

-- backwards
DROP FUNCTION uuid_v7_after(uuid), uuid_plus(uuid, integer), uuid_v7_time(uuid), uuid_v7_floor(timestamptz), uuid_v7();
