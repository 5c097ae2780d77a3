CREATE TABLE agents (
    id                        uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id           uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    user_id                   uuid         NOT NULL,
    agent_code                varchar(50)  NOT NULL,
    display_name              varchar(255),
    department                varchar(100),
    job_title                 varchar(100),

    specialization            text[]       NOT NULL DEFAULT '{}',
    bio                       text,

    max_concurrent_chats      integer      NOT NULL DEFAULT 5 CHECK (max_concurrent_chats BETWEEN 0 AND 200),
    current_active_chats      integer      NOT NULL DEFAULT 0 CHECK (current_active_chats >= 0),
    availability_status       varchar(20)  NOT NULL DEFAULT 'offline'
        CHECK (availability_status IN ('online', 'away', 'busy', 'break', 'offline')),
    status_changed_at         timestamptz  NOT NULL DEFAULT now(),
    last_seen_at              timestamptz,
    last_assigned_at          timestamptz,
    auto_accept_chats         boolean      NOT NULL DEFAULT false,

    working_hours             jsonb        NOT NULL DEFAULT '{}',
    breaks                    jsonb        NOT NULL DEFAULT '[]',
    time_off                  jsonb        NOT NULL DEFAULT '[]',

    skills                    text[]       NOT NULL DEFAULT '{}',
    languages                 text[]       NOT NULL DEFAULT '{en}',
    expertise_areas           text[]       NOT NULL DEFAULT '{}',
    certifications            text[]       NOT NULL DEFAULT '{}',
    preferences               jsonb        NOT NULL DEFAULT '{}',

    performance_metrics       jsonb        NOT NULL DEFAULT
        '{"response_time": 0, "resolution_rate": 0, "satisfaction": 0}',
    rating                    numeric(3,2) NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    total_handled_chats       integer      NOT NULL DEFAULT 0,
    total_resolved_chats      integer      NOT NULL DEFAULT 0,
    avg_response_time         integer,
    avg_resolution_time       integer,

    ai_suggestions_enabled    boolean      NOT NULL DEFAULT true,
    ai_auto_responses_enabled boolean      NOT NULL DEFAULT false,

    points                    integer      NOT NULL DEFAULT 0 CHECK (points >= 0),
    level                     integer      NOT NULL DEFAULT 1 CHECK (level >= 1),
    badges                    text[]       NOT NULL DEFAULT '{}',
    achievements              jsonb        NOT NULL DEFAULT '[]',

    status                    varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),

    rev                       bigint       NOT NULL DEFAULT 1,

    created_at                timestamptz  NOT NULL DEFAULT now(),
    updated_at                timestamptz  NOT NULL DEFAULT now(),
    deleted_at                timestamptz,

    CONSTRAINT agents_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE agents IS
    'The agent side of a user: skills, capacity, availability, performance, game points.';

CREATE UNIQUE INDEX agents_user_id_key ON agents (user_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX agents_agent_code_key ON agents (organization_id, agent_code) WHERE deleted_at IS NULL;
-- the agents that a user was
CREATE INDEX agents_user_id_idx ON agents (user_id);
-- pick the least busy agent who is online
CREATE INDEX agents_available_idx
    ON agents (organization_id, availability_status, current_active_chats, last_assigned_at)
    WHERE status = 'active' AND deleted_at IS NULL;
-- team list
CREATE INDEX agents_department_idx ON agents (organization_id, department);
-- skill routing
CREATE INDEX agents_skills_idx ON agents USING gin (skills);

CALL stamp_updates('agents');
CALL keep_to_tenant('agents');
CALL open_to('switchboard_gate', 'agents', 'SELECT');
CALL open_to('switchboard_ingest', 'agents', 'SELECT');

-- backwards
DROP TABLE agents;
