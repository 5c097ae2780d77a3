CREATE TABLE api_rate_limits (
    id                      uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid         REFERENCES organizations ON DELETE CASCADE,

    api_key_id              uuid,
    user_id                 uuid,
    ip_address              inet,

    endpoint                varchar(255),
    method                  varchar(10)
        CHECK (method IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')),

    requests_count          integer      NOT NULL DEFAULT 1 CHECK (requests_count >= 0),
    blocked_count           integer      NOT NULL DEFAULT 0 CHECK (blocked_count >= 0),
    limit_value             integer,

    window_start            timestamptz  NOT NULL DEFAULT now(),
    window_duration_seconds integer      NOT NULL DEFAULT 60 CHECK (window_duration_seconds >= 1),

    created_at              timestamptz  NOT NULL DEFAULT now(),
    updated_at              timestamptz  NOT NULL DEFAULT now(),

    CHECK (num_nonnulls(api_key_id, user_id, ip_address) >= 1),
    FOREIGN KEY (api_key_id) REFERENCES api_keys ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE
);
COMMENT ON TABLE api_rate_limits IS
    'Requests per subject, endpoint and window. Redis decides live; this is the durable roll-up, upserted once a '
    'minute.';

-- upsert target
CREATE UNIQUE INDEX api_rate_limits_window_key
    ON api_rate_limits (organization_id, api_key_id, user_id, ip_address, endpoint, method, window_duration_seconds,
        window_start)
    NULLS NOT DISTINCT;
-- usage of a key
CREATE INDEX api_rate_limits_api_key_id_window_start_idx ON api_rate_limits (api_key_id, window_start DESC)
    WHERE api_key_id IS NOT NULL;
-- usage of a user
CREATE INDEX api_rate_limits_user_id_window_start_idx ON api_rate_limits (user_id, window_start DESC)
    WHERE user_id IS NOT NULL;
-- abuse by address
CREATE INDEX api_rate_limits_ip_address_window_start_idx ON api_rate_limits (ip_address, window_start DESC)
    WHERE ip_address IS NOT NULL;
-- purge
CREATE INDEX api_rate_limits_window_start_idx ON api_rate_limits (window_start);

CALL stamp_updates('api_rate_limits');
CALL keep_to_tenant('api_rate_limits');
-- Callers that nobody knows are counted without an organization.
CREATE POLICY platform ON api_rate_limits
    USING (organization_id IS NULL AND nullif(current_setting('app.organization_id', true), '') IS NULL)
    WITH CHECK (organization_id IS NULL);
CALL point_at_own_or_platform('api_rate_limits', 'api_key_id', 'api_keys');
CALL point_at_own_or_platform('api_rate_limits', 'user_id', 'users');

-- backwards
DROP TABLE api_rate_limits;
