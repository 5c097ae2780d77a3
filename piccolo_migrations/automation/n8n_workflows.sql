CREATE TABLE n8n_workflows (
    id                    uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id       uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    workflow_id           varchar(255) NOT NULL,
    name                  varchar(255) NOT NULL,
    description           text,
    category              varchar(100),
    tags                  text[]       NOT NULL DEFAULT '{}',

    workflow_data         jsonb        NOT NULL,
    nodes                 jsonb        NOT NULL DEFAULT '[]',
    connections           jsonb        NOT NULL DEFAULT '{}',
    settings              jsonb        NOT NULL DEFAULT '{}',

    trigger_type          varchar(20)  CHECK (trigger_type IN ('webhook', 'schedule', 'manual', 'event', 'chat')),
    trigger_config        jsonb        NOT NULL DEFAULT '{}',
    schedule_expression   varchar(100),

    version               integer      NOT NULL DEFAULT 1 CHECK (version >= 1),
    n8n_version_id        varchar(64),
    previous_version_id   uuid,
    is_latest_version     boolean      NOT NULL DEFAULT true,

    status                varchar(20)  NOT NULL DEFAULT 'inactive'
        CHECK (status IN ('active', 'inactive', 'paused', 'error', 'testing')),
    is_enabled            boolean      NOT NULL DEFAULT false,
    sync_status           varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (sync_status IN ('pending', 'synced', 'drifted', 'error')),
    last_synced_at        timestamptz,
    last_error            text,

    last_execution_at     timestamptz,
    next_execution_at     timestamptz,
    total_executions      integer      NOT NULL DEFAULT 0,
    successful_executions integer      NOT NULL DEFAULT 0,
    failed_executions     integer      NOT NULL DEFAULT 0,
    avg_execution_time    integer,

    created_by            uuid,
    shared_with           uuid[]       NOT NULL DEFAULT '{}',
    permissions           jsonb        NOT NULL DEFAULT '{"read": [], "write": [], "execute": []}',

    webhook_url           varchar(500),
    webhook_secret_enc    text,
    api_endpoints         jsonb        NOT NULL DEFAULT '[]',
    metadata              jsonb        NOT NULL DEFAULT '{}',

    created_at            timestamptz  NOT NULL DEFAULT now(),
    updated_at            timestamptz  NOT NULL DEFAULT now(),

    CHECK (trigger_type IS DISTINCT FROM 'schedule' OR schedule_expression IS NOT NULL),
    CONSTRAINT n8n_workflows_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, previous_version_id) REFERENCES n8n_workflows (organization_id, id)
        ON DELETE SET NULL (previous_version_id),
    FOREIGN KEY (organization_id, created_by) REFERENCES users (organization_id, id) ON DELETE SET NULL (created_by)
);
COMMENT ON TABLE n8n_workflows IS
    'Copy of an n8n workflow with trigger, version chain, rights and counters.';

CREATE UNIQUE INDEX n8n_workflows_workflow_id_key ON n8n_workflows (organization_id, workflow_id)
    WHERE is_latest_version;
CREATE UNIQUE INDEX n8n_workflows_name_key ON n8n_workflows (organization_id, lower(name)) WHERE is_latest_version;
CREATE UNIQUE INDEX n8n_workflows_previous_version_id_key ON n8n_workflows (previous_version_id)
    WHERE previous_version_id IS NOT NULL;
-- list
CREATE INDEX n8n_workflows_status_idx ON n8n_workflows (organization_id, status);
-- scheduler
CREATE INDEX n8n_workflows_next_execution_at_idx ON n8n_workflows (next_execution_at)
    WHERE is_enabled AND next_execution_at IS NOT NULL;
-- which workflows an event starts
CREATE INDEX n8n_workflows_trigger_type_idx ON n8n_workflows (organization_id, trigger_type)
    WHERE is_enabled AND is_latest_version;
-- workflows of somebody
CREATE INDEX n8n_workflows_created_by_idx ON n8n_workflows (created_by) WHERE created_by IS NOT NULL;

CALL stamp_updates('n8n_workflows');
CALL keep_to_tenant('n8n_workflows');

-- backwards
DROP TABLE n8n_workflows;
