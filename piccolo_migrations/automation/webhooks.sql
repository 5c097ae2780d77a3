CREATE TABLE webhooks (
    id                         uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id            uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    name                       varchar(255)  NOT NULL,
    url                        varchar(1000) NOT NULL,
    description                text,

    events                     text[]        NOT NULL,
    channel_config_ids         uuid[]        NOT NULL DEFAULT '{}',

    secret_enc                 text          NOT NULL,
    previous_secret_enc        text,
    previous_secret_expires_at timestamptz,

    headers                    jsonb         NOT NULL DEFAULT '{}',
    auth_header_enc            text,
    api_version                varchar(20)   NOT NULL DEFAULT '1',

    is_active                  boolean       NOT NULL DEFAULT true,
    health_status              varchar(20)   NOT NULL DEFAULT 'healthy'
        CHECK (health_status IN ('healthy', 'degraded', 'failing', 'disabled')),
    last_triggered_at          timestamptz,
    last_success_at            timestamptz,
    last_failure_at            timestamptz,
    failing_since              timestamptz,
    failure_count              integer       NOT NULL DEFAULT 0,

    max_retries                smallint      NOT NULL DEFAULT 7 CHECK (max_retries BETWEEN 0 AND 20),
    timeout_ms                 integer       NOT NULL DEFAULT 15000 CHECK (timeout_ms BETWEEN 1000 AND 60000),

    disabled_at                timestamptz,
    disabled_reason            varchar(100),
    created_by                 uuid,

    created_at                 timestamptz   NOT NULL DEFAULT now(),
    updated_at                 timestamptz   NOT NULL DEFAULT now(),

    CHECK (cardinality(events) > 0),
    CONSTRAINT webhooks_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, created_by) REFERENCES users (organization_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE webhooks IS 'Outbound event subscriptions of an organization.';

CREATE UNIQUE INDEX webhooks_name_key ON webhooks (organization_id, name);
-- fan-out look-up on every event
CREATE INDEX webhooks_organization_id_idx ON webhooks (organization_id) WHERE is_active;
-- webhooks of somebody
CREATE INDEX webhooks_created_by_idx ON webhooks (created_by) WHERE created_by IS NOT NULL;

CALL stamp_updates('webhooks');
CALL keep_to_tenant('webhooks');

-- backwards
DROP TABLE webhooks;
