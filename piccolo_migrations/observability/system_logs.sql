CREATE TABLE system_logs (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         REFERENCES organizations ON DELETE CASCADE,

    level             varchar(10)  NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error', 'fatal')),
    logger_name       varchar(255),
    message           text         NOT NULL,
    formatted_message text,

    component         varchar(100),
    service           varchar(100),
    instance_id       varchar(100),
    request_id        varchar(255),
    trace_id          varchar(64),
    session_id        varchar(255),

    user_id           uuid,
    ip_address        inet,
    user_agent        text,

    error_code        varchar(50),
    error_type        varchar(100),
    stack_trace       text,

    duration_ms       integer,
    memory_usage_mb   integer,
    cpu_usage_percent numeric(5,2),

    extra_data        jsonb        NOT NULL DEFAULT '{}',
    tags              text[]       NOT NULL DEFAULT '{}',
    logged_at         timestamptz  NOT NULL DEFAULT now(),

    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now()
) PARTITION BY RANGE (id);
COMMENT ON TABLE system_logs IS 'Structured application log.';

-- error board
CREATE INDEX system_logs_level_idx ON system_logs (level, id DESC) WHERE level IN ('warn', 'error', 'fatal');
-- tenant's log
CREATE INDEX system_logs_organization_id_idx ON system_logs (organization_id, id DESC);
-- log of a component
CREATE INDEX system_logs_component_idx ON system_logs (component, id DESC);
-- one request
CREATE INDEX system_logs_request_id_idx ON system_logs (request_id) WHERE request_id IS NOT NULL;
-- one user
CREATE INDEX system_logs_user_id_idx ON system_logs (user_id, id DESC) WHERE user_id IS NOT NULL;

CALL begin_partitions('system_logs');
CALL stamp_updates('system_logs');
CALL keep_to_tenant('system_logs', 'SELECT, INSERT');
CREATE POLICY platform ON system_logs FOR INSERT WITH CHECK (organization_id IS NULL);

-- backwards
DROP TABLE system_logs;
