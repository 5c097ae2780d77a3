CREATE TABLE api_keys (
    id                      uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    name                    varchar(255) NOT NULL,
    key_hash                varchar(64)  NOT NULL CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    key_prefix              varchar(20)  NOT NULL,
    scopes                  text[]       NOT NULL DEFAULT '{read}',
    permissions             jsonb        NOT NULL DEFAULT '{}',

    rate_limit_per_minute   integer      NOT NULL DEFAULT 60 CHECK (rate_limit_per_minute >= 0),
    rate_limit_per_hour     integer      NOT NULL DEFAULT 1000 CHECK (rate_limit_per_hour >= 0),
    rate_limit_per_day      integer      NOT NULL DEFAULT 10000 CHECK (rate_limit_per_day >= 0),

    last_used_at            timestamptz,
    last_used_ip            inet,
    total_requests          bigint       NOT NULL DEFAULT 0,
    expires_at              timestamptz,
    allowed_ips             text[]       NOT NULL DEFAULT '{}',
    user_agent_restrictions text[]       NOT NULL DEFAULT '{}',

    status                  varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'revoked')),
    revoked_at              timestamptz,
    created_by              uuid,

    created_at              timestamptz  NOT NULL DEFAULT now(),
    updated_at              timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, created_by) REFERENCES users (organization_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE api_keys IS 'Keys for programmatic access.';

-- authentication
CREATE UNIQUE INDEX api_keys_key_hash_key ON api_keys (key_hash);
CREATE UNIQUE INDEX api_keys_name_key ON api_keys (organization_id, name) WHERE status <> 'revoked';
-- key list
CREATE INDEX api_keys_created_at_idx ON api_keys (organization_id, created_at DESC);
-- keys of a leaving user
CREATE INDEX api_keys_created_by_idx ON api_keys (created_by);
-- expiry notice
CREATE INDEX api_keys_expires_at_idx ON api_keys (expires_at) WHERE status = 'active' AND expires_at IS NOT NULL;

CALL stamp_updates('api_keys');
CALL keep_to_tenant('api_keys');
CALL open_to('switchboard_gate', 'api_keys', 'SELECT');

-- backwards
DROP TABLE api_keys;
