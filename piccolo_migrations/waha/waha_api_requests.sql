CREATE TABLE waha_api_requests (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id           uuid,
    request_id           varchar(64)  NOT NULL,

    endpoint             varchar(255) NOT NULL,
    method               varchar(10)  NOT NULL
        CHECK (method IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')),
    request_timestamp    timestamptz  NOT NULL DEFAULT now(),
    request_headers      jsonb        NOT NULL DEFAULT '{}',
    request_body         jsonb,
    request_params       jsonb        NOT NULL DEFAULT '{}',

    triggered_by         varchar(20)  NOT NULL DEFAULT 'system'
        CHECK (triggered_by IN ('agent', 'bot', 'system', 'api', 'workflow')),
    user_id              uuid,

    response_status_code smallint,
    response_headers     jsonb,
    response_body        jsonb,
    response_timestamp   timestamptz,
    response_time_ms     integer      CHECK (response_time_ms >= 0),
    request_size_bytes   integer,
    response_size_bytes  integer,

    status               varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'timeout')),
    error_code           varchar(50),
    error_message        text,
    retry_count          smallint     NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    retry_at             timestamptz,

    was_rate_limited     boolean      NOT NULL DEFAULT false,
    rate_limit_type      varchar(50),
    rate_limit_remaining integer,
    rate_limit_reset_at  timestamptz,

    metadata             jsonb        NOT NULL DEFAULT '{}',

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE waha_api_requests IS 'Calls made to WAHA servers.';

CREATE UNIQUE INDEX waha_api_requests_request_id_key ON waha_api_requests (request_id);
-- log of a session
CREATE INDEX waha_api_requests_session_id_idx ON waha_api_requests (session_id, id DESC) WHERE session_id IS NOT NULL;
-- tenant log
CREATE INDEX waha_api_requests_organization_id_idx ON waha_api_requests (organization_id, id DESC);
-- failures
CREATE INDEX waha_api_requests_failures_idx ON waha_api_requests (organization_id, id DESC)
    WHERE status IN ('failed', 'timeout');
-- retry worker
CREATE INDEX waha_api_requests_retry_at_idx ON waha_api_requests (retry_at)
    WHERE status = 'failed' AND retry_at IS NOT NULL;
-- purge after 14 days
CREATE INDEX waha_api_requests_created_at_idx ON waha_api_requests (created_at);

CALL stamp_updates('waha_api_requests');
CALL keep_to_tenant('waha_api_requests');

-- backwards
DROP TABLE waha_api_requests;
