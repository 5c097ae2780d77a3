CREATE TABLE n8n_executions (
    id                  uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id     uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    workflow_id         uuid         NOT NULL,
    execution_id        varchar(255),
    parent_execution_id varchar(255),
    retry_of            varchar(255),

    chat_session_id     uuid,
    message_id          uuid,

    status              varchar(20)  NOT NULL DEFAULT 'new'
        CHECK (status IN (
            'new', 'running', 'waiting', 'success', 'error', 'canceled', 'crashed', 'timeout', 'unknown')),
    mode                varchar(20)  NOT NULL DEFAULT 'trigger'
        CHECK (mode IN (
            'trigger', 'webhook', 'manual', 'retry', 'integrated', 'error', 'internal', 'cli', 'chat', 'evaluation')),

    started_at          timestamptz  NOT NULL DEFAULT now(),
    finished_at         timestamptz,
    duration_ms         integer,
    wait_till           timestamptz,

    input_data          jsonb        NOT NULL DEFAULT '{}',
    output_data         jsonb        NOT NULL DEFAULT '{}',
    execution_data      jsonb        NOT NULL DEFAULT '{}',

    error_message       text,
    error_details       jsonb        NOT NULL DEFAULT '{}',
    retry_count         smallint     NOT NULL DEFAULT 0 CHECK (retry_count >= 0),
    max_retries         smallint     NOT NULL DEFAULT 3 CHECK (max_retries >= 0),
    next_retry_at       timestamptz,

    node_executions     jsonb        NOT NULL DEFAULT '[]',
    failed_nodes        jsonb        NOT NULL DEFAULT '[]',
    memory_usage_mb     integer,
    cpu_usage_percent   numeric(5,2),

    trigger_data        jsonb        NOT NULL DEFAULT '{}',
    webhook_response    jsonb        NOT NULL DEFAULT '{}',
    metadata            jsonb        NOT NULL DEFAULT '{}',

    created_at          timestamptz  NOT NULL DEFAULT now(),
    updated_at          timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, workflow_id) REFERENCES n8n_workflows (organization_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (id);
COMMENT ON TABLE n8n_executions IS 'Runs of a workflow.';

-- runs of a workflow
CREATE INDEX n8n_executions_workflow_id_idx ON n8n_executions (workflow_id, id DESC);
-- match a callback or poll
CREATE INDEX n8n_executions_workflow_id_execution_id_idx ON n8n_executions (workflow_id, execution_id)
    WHERE execution_id IS NOT NULL;
-- tenant log
CREATE INDEX n8n_executions_organization_id_idx ON n8n_executions (organization_id, id DESC);
-- time-out sweeper
CREATE INDEX n8n_executions_started_at_idx ON n8n_executions (started_at)
    WHERE status IN ('new', 'running', 'waiting');
-- retry worker
CREATE INDEX n8n_executions_next_retry_at_idx ON n8n_executions (next_retry_at) WHERE next_retry_at IS NOT NULL;
-- automation shown in a conversation
CREATE INDEX n8n_executions_chat_session_id_idx ON n8n_executions (chat_session_id, id)
    WHERE chat_session_id IS NOT NULL;

CALL begin_partitions('n8n_executions');
CALL stamp_updates('n8n_executions');
CALL keep_to_tenant('n8n_executions');

-- backwards
DROP TABLE n8n_executions;
