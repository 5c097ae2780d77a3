CREATE TABLE waha_analytics_daily (
    id                          uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id             uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id                  uuid         NOT NULL,
    date                        date         NOT NULL,

    total_messages_sent         integer      NOT NULL DEFAULT 0,
    total_messages_received     integer      NOT NULL DEFAULT 0,
    total_media_sent            integer      NOT NULL DEFAULT 0,
    total_media_received        integer      NOT NULL DEFAULT 0,

    total_text_messages         integer      NOT NULL DEFAULT 0,
    total_voice_messages        integer      NOT NULL DEFAULT 0,
    total_video_messages        integer      NOT NULL DEFAULT 0,
    total_file_messages         integer      NOT NULL DEFAULT 0,
    total_location_messages     integer      NOT NULL DEFAULT 0,
    total_contact_messages      integer      NOT NULL DEFAULT 0,
    total_sticker_messages      integer      NOT NULL DEFAULT 0,
    total_template_messages     integer      NOT NULL DEFAULT 0,
    total_interactive_messages  integer      NOT NULL DEFAULT 0,

    total_contacts              integer      NOT NULL DEFAULT 0,
    new_contacts                integer      NOT NULL DEFAULT 0,
    active_contacts             integer      NOT NULL DEFAULT 0,
    business_contacts           integer      NOT NULL DEFAULT 0,
    verified_contacts           integer      NOT NULL DEFAULT 0,

    total_groups                integer      NOT NULL DEFAULT 0,
    new_groups                  integer      NOT NULL DEFAULT 0,
    active_groups               integer      NOT NULL DEFAULT 0,
    announcement_groups         integer      NOT NULL DEFAULT 0,
    community_groups            integer      NOT NULL DEFAULT 0,
    ephemeral_groups            integer      NOT NULL DEFAULT 0,

    business_metrics            jsonb        NOT NULL DEFAULT '{}',
    avg_response_time_ms        integer,
    uptime_percentage           numeric(5,2) CHECK (uptime_percentage BETWEEN 0 AND 100),

    total_api_requests          integer      NOT NULL DEFAULT 0,
    successful_api_requests     integer      NOT NULL DEFAULT 0,
    failed_api_requests         integer      NOT NULL DEFAULT 0,
    rate_limited_requests       integer      NOT NULL DEFAULT 0,

    total_webhook_events        integer      NOT NULL DEFAULT 0,
    processed_webhook_events    integer      NOT NULL DEFAULT 0,
    failed_webhook_events       integer      NOT NULL DEFAULT 0,

    total_errors                integer      NOT NULL DEFAULT 0,
    connection_errors           integer      NOT NULL DEFAULT 0,
    authentication_errors       integer      NOT NULL DEFAULT 0,
    rate_limit_errors           integer      NOT NULL DEFAULT 0,
    webhook_errors              integer      NOT NULL DEFAULT 0,

    hourly_message_distribution jsonb        NOT NULL DEFAULT '{}',
    peak_hours                  jsonb        NOT NULL DEFAULT '{}',
    daily_trends                jsonb        NOT NULL DEFAULT '{}',
    is_final                    boolean      NOT NULL DEFAULT false,
    metadata                    jsonb        NOT NULL DEFAULT '{}',

    created_at                  timestamptz  NOT NULL DEFAULT now(),
    updated_at                  timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE waha_analytics_daily IS 'One row per session and day.';

-- upsert, range of a dashboard
CREATE UNIQUE INDEX waha_analytics_daily_session_id_date_key
    ON waha_analytics_daily (organization_id, session_id, date);
-- one session
CREATE INDEX waha_analytics_daily_session_id_date_idx ON waha_analytics_daily (session_id, date);

CALL stamp_updates('waha_analytics_daily');
CALL keep_to_tenant('waha_analytics_daily');

-- backwards
DROP TABLE waha_analytics_daily;
