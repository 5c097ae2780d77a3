CREATE TABLE usage_tracking (
    id              uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    date            date          NOT NULL,
    quota_type      varchar(30)   NOT NULL
        CHECK (quota_type IN (
            'messages', 'api_calls', 'storage', 'agents', 'channels', 'knowledge_articles', 'ai_requests')),

    used_amount     bigint        NOT NULL DEFAULT 0 CHECK (used_amount >= 0),
    quota_limit     bigint        NOT NULL DEFAULT 0 CHECK (quota_limit >= -1),
    overage_amount  bigint        NOT NULL DEFAULT 0 CHECK (overage_amount >= 0),
    unit_cost       numeric(15,6) NOT NULL DEFAULT 0 CHECK (unit_cost >= 0),
    total_cost      numeric(15,2) NOT NULL DEFAULT 0 CHECK (total_cost >= 0),
    currency        varchar(3)    NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),

    created_at      timestamptz   NOT NULL DEFAULT now(),
    updated_at      timestamptz   NOT NULL DEFAULT now()
);
COMMENT ON TABLE usage_tracking IS 'Use per day and quota, for limits and overage billing.';

-- upsert target; quota screen
CREATE UNIQUE INDEX usage_tracking_date_quota_type_key ON usage_tracking (organization_id, date, quota_type);
-- platform totals
CREATE INDEX usage_tracking_date_quota_type_idx ON usage_tracking (date, quota_type);

CALL stamp_updates('usage_tracking');
CALL keep_to_tenant('usage_tracking');

-- backwards
DROP TABLE usage_tracking;
