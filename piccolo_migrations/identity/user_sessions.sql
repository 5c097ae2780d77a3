CREATE TABLE user_sessions (
    id                     uuid        PRIMARY KEY DEFAULT uuid_v7(),
    organization_id        uuid        REFERENCES organizations ON DELETE CASCADE,

    user_id                uuid        NOT NULL,
    session_token_hash     varchar(64) NOT NULL CHECK (session_token_hash ~ '^[0-9a-f]{64}$'),
    previous_token_hash    varchar(64) CHECK (previous_token_hash ~ '^[0-9a-f]{64}$'),

    auth_method            varchar(20) NOT NULL DEFAULT 'password'
        CHECK (auth_method IN ('password', 'sso', 'impersonation')),
    two_factor_verified_at timestamptz,

    ip_address             inet,
    user_agent             text,
    device_info            jsonb       NOT NULL DEFAULT '{}',
    location_info          jsonb       NOT NULL DEFAULT '{}',

    is_active              boolean     NOT NULL DEFAULT true,
    last_activity_at       timestamptz NOT NULL DEFAULT now(),
    expires_at             timestamptz NOT NULL,
    revoked_at             timestamptz,
    revoked_reason         varchar(30)
        CHECK (revoked_reason IN (
            'logout', 'logout_all', 'expired', 'admin', 'concurrent_limit', 'token_reuse', 'password_change',
            'user_disabled')),

    created_at             timestamptz NOT NULL DEFAULT now(),
    updated_at             timestamptz NOT NULL DEFAULT now(),

    FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE
);
COMMENT ON TABLE user_sessions IS
    'Where a user is signed in. The session token is kept as a hash, and every sign-in can be ended by itself.';

-- renewal
CREATE UNIQUE INDEX user_sessions_session_token_hash_key ON user_sessions (session_token_hash);
-- device list, concurrent limit
CREATE INDEX user_sessions_user_id_last_activity_at_idx ON user_sessions (user_id, last_activity_at DESC)
    WHERE is_active;
-- cascade and history
CREATE INDEX user_sessions_user_id_idx ON user_sessions (user_id);
-- org-wide sign-out
CREATE INDEX user_sessions_organization_id_idx ON user_sessions (organization_id);
-- reuse detection
CREATE INDEX user_sessions_previous_token_hash_idx ON user_sessions (previous_token_hash)
    WHERE previous_token_hash IS NOT NULL;
-- purge job
CREATE INDEX user_sessions_expires_at_idx ON user_sessions (expires_at);

CALL stamp_updates('user_sessions');
CALL keep_to_tenant('user_sessions');
CALL open_to('switchboard_gate', 'user_sessions', 'SELECT');
CALL point_at_own_or_platform('user_sessions', 'user_id', 'users');

-- backwards
DROP TABLE user_sessions;
