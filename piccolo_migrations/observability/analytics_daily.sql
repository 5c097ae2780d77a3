CREATE TABLE analytics_daily (
    id                   uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    date                 date          NOT NULL,

    total_sessions       integer       NOT NULL DEFAULT 0,
    bot_sessions         integer       NOT NULL DEFAULT 0,
    agent_sessions       integer       NOT NULL DEFAULT 0,
    handover_count       integer       NOT NULL DEFAULT 0,

    total_messages       integer       NOT NULL DEFAULT 0,
    customer_messages    integer       NOT NULL DEFAULT 0,
    bot_messages         integer       NOT NULL DEFAULT 0,
    agent_messages       integer       NOT NULL DEFAULT 0,

    unique_customers     integer       NOT NULL DEFAULT 0,
    new_customers        integer       NOT NULL DEFAULT 0,
    returning_customers  integer       NOT NULL DEFAULT 0,
    active_agents        integer       NOT NULL DEFAULT 0,

    avg_session_duration integer,
    avg_response_time    integer,
    avg_resolution_time  integer,
    avg_wait_time        integer,
    first_response_time  integer,

    satisfaction_avg     numeric(3,2)  CHECK (satisfaction_avg BETWEEN 1 AND 5),
    satisfaction_count   integer       NOT NULL DEFAULT 0,
    resolution_rate      numeric(5,2)  CHECK (resolution_rate BETWEEN 0 AND 100),
    escalation_rate      numeric(5,2)  CHECK (escalation_rate BETWEEN 0 AND 100),
    sla_breach_count     integer       NOT NULL DEFAULT 0,

    ai_requests_count    integer       NOT NULL DEFAULT 0,
    ai_success_rate      numeric(5,2)  CHECK (ai_success_rate BETWEEN 0 AND 100),
    ai_avg_confidence    numeric(3,2)  CHECK (ai_avg_confidence BETWEEN 0 AND 1),
    ai_cost_usd          numeric(15,6) NOT NULL DEFAULT 0,

    channel_breakdown    jsonb         NOT NULL DEFAULT '{}',
    top_intents          jsonb         NOT NULL DEFAULT '[]',
    top_articles         jsonb         NOT NULL DEFAULT '[]',
    top_searches         jsonb         NOT NULL DEFAULT '[]',
    agent_performance    jsonb         NOT NULL DEFAULT '{}',
    peak_hours           jsonb         NOT NULL DEFAULT '{}',
    hourly_distribution  jsonb         NOT NULL DEFAULT '{}',
    trends               jsonb         NOT NULL DEFAULT '{}',

    error_count          integer       NOT NULL DEFAULT 0,
    bot_fallback_count   integer       NOT NULL DEFAULT 0,
    usage_metrics        jsonb         NOT NULL DEFAULT '{}',
    is_final             boolean       NOT NULL DEFAULT false,

    created_at           timestamptz   NOT NULL DEFAULT now(),
    updated_at           timestamptz   NOT NULL DEFAULT now()
);
COMMENT ON TABLE analytics_daily IS 'One row per organization and day for the dashboards.';

-- upsert, date range of a dashboard
CREATE UNIQUE INDEX analytics_daily_date_key ON analytics_daily (organization_id, date);
-- platform dashboard
CREATE INDEX analytics_daily_date_idx ON analytics_daily (date);

CALL stamp_updates('analytics_daily');
CALL keep_to_tenant('analytics_daily');

-- backwards
DROP TABLE analytics_daily;
