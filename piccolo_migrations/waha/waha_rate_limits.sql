CREATE TABLE waha_rate_limits (
    id               uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id  uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id       uuid         NOT NULL,
    rate_limit_type  varchar(50)  NOT NULL
        CHECK (rate_limit_type IN (
            'messages_per_minute', 'messages_per_hour', 'messages_per_day', 'media_per_minute', 'media_per_hour',
            'new_chats_per_day', 'api_calls_per_minute')),

    window_type      varchar(20)  NOT NULL DEFAULT 'sliding'
        CHECK (window_type IN ('fixed', 'sliding', 'token_bucket')),
    window_start     timestamptz  NOT NULL DEFAULT now(),
    window_end       timestamptz,

    limit_threshold  integer      NOT NULL CHECK (limit_threshold >= 0),
    current_count    integer      NOT NULL DEFAULT 0 CHECK (current_count >= 0),
    remaining_count  integer      GENERATED ALWAYS AS (greatest(limit_threshold - current_count, 0)) STORED,
    usage_percentage numeric(7,2) GENERATED ALWAYS AS (
        CASE WHEN limit_threshold = 0 THEN 100
             ELSE least(round(current_count * 100.0 / limit_threshold, 2), 99999) END
    ) STORED,

    is_active        boolean      NOT NULL DEFAULT true,
    is_exceeded      boolean      NOT NULL DEFAULT false,
    exceeded_at      timestamptz,
    reset_at         timestamptz,

    config           jsonb        NOT NULL DEFAULT '{}',
    metadata         jsonb        NOT NULL DEFAULT '{}',

    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE waha_rate_limits IS
    'Send limits of a session and their present counters. Redis decides live; this is the configuration and the '
    'durable copy.';

-- one row per limit, reset in place
CREATE UNIQUE INDEX waha_rate_limits_session_id_rate_limit_type_key ON waha_rate_limits (session_id, rate_limit_type);
-- who is at the limit
CREATE INDEX waha_rate_limits_is_exceeded_idx ON waha_rate_limits (organization_id, is_exceeded);
-- reset job
CREATE INDEX waha_rate_limits_reset_at_idx ON waha_rate_limits (reset_at) WHERE is_active AND reset_at IS NOT NULL;

CALL stamp_updates('waha_rate_limits');
CALL keep_to_tenant('waha_rate_limits');

-- backwards
DROP TABLE waha_rate_limits;
