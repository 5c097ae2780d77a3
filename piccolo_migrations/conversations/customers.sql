CREATE TABLE customers (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    channel_config_id    uuid         NOT NULL,
    channel              varchar(20)  NOT NULL
        CHECK (channel IN (
            'whatsapp', 'wordpress_sdk', 'telegram', 'webchat', 'api', 'facebook', 'instagram', 'line', 'slack',
            'discord', 'teams', 'viber', 'wechat')),
    channel_user_id      varchar(255) NOT NULL,

    external_id          varchar(255),
    name                 varchar(255),
    first_name           varchar(100),
    last_name            varchar(100),
    email                varchar(255),
    phone                varchar(20),

    merged_into_id       uuid,
    active_session_id    uuid,

    avatar_url           varchar(500),
    language             varchar(10)  NOT NULL DEFAULT 'en' CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$'),
    timezone             varchar(64)  NOT NULL DEFAULT 'UTC',

    profile_data         jsonb        NOT NULL DEFAULT '{}',
    preferences          jsonb        NOT NULL DEFAULT '{}',
    tags                 text[]       NOT NULL DEFAULT '{}',
    segments             text[]       NOT NULL DEFAULT '{}',
    source               varchar(100),
    utm_data             jsonb        NOT NULL DEFAULT '{}',

    is_blocked           boolean      NOT NULL DEFAULT false,
    blocked_at           timestamptz,

    first_interaction_at timestamptz,
    last_interaction_at  timestamptz,
    total_interactions   integer      NOT NULL DEFAULT 0,
    total_messages       integer      NOT NULL DEFAULT 0,

    avg_response_time    integer,
    satisfaction_score   numeric(3,2) CHECK (satisfaction_score BETWEEN 1 AND 5),
    interaction_patterns jsonb        NOT NULL DEFAULT '{}',
    interests            text[]       NOT NULL DEFAULT '{}',
    purchase_history     jsonb        NOT NULL DEFAULT '[]',

    sentiment_label      varchar(20)  CHECK (sentiment_label IN ('positive', 'neutral', 'negative', 'mixed')),
    sentiment_history    jsonb        NOT NULL DEFAULT '[]',
    intent_patterns      jsonb        NOT NULL DEFAULT '{}',
    engagement_score     numeric(3,2) NOT NULL DEFAULT 0 CHECK (engagement_score BETWEEN 0 AND 1),

    notes                text,
    status               varchar(20)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'archived')),

    rev                  bigint       NOT NULL DEFAULT 1,

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),
    deleted_at           timestamptz,

    CHECK (merged_into_id IS NULL OR merged_into_id <> id),
    CONSTRAINT customers_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, channel_config_id) REFERENCES channel_configs (organization_id, id),
    FOREIGN KEY (organization_id, merged_into_id) REFERENCES customers (organization_id, id)
        ON DELETE SET NULL (merged_into_id)
) WITH (fillfactor = 80);
COMMENT ON TABLE customers IS
    'People who write in: a row per channel and identity on it; the rows of one person can be merged. A group chat is '
    'a customer of its own.';

-- find or make on an inbound message
CREATE UNIQUE INDEX customers_channel_config_id_channel_user_id_key ON customers (channel_config_id, channel_user_id)
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customers_external_id_key ON customers (organization_id, external_id)
    WHERE external_id IS NOT NULL AND deleted_at IS NULL AND merged_into_id IS NULL;
-- one person on two channels: neither is unique
CREATE INDEX customers_phone_idx ON customers (organization_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX customers_email_idx ON customers (organization_id, lower(email)) WHERE email IS NOT NULL;
-- filter by tag
CREATE INDEX customers_tags_idx ON customers USING gin (tags) WHERE tags <> '{}';
-- members of a merge
CREATE INDEX customers_merged_into_id_idx ON customers (merged_into_id) WHERE merged_into_id IS NOT NULL;
-- people of a channel
CREATE INDEX customers_channel_config_id_idx ON customers (channel_config_id);

-- search of the console, by a part of a name, a number or an address
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
        CREATE INDEX customers_search_idx ON customers
            USING gin (name gin_trgm_ops, phone gin_trgm_ops, email gin_trgm_ops) WITH (fastupdate = off);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pg_trgm may not be created here: searching customers reads all of an organization''s';
END $$;

CALL stamp_updates('customers');
CALL keep_to_tenant('customers');
CALL open_to('switchboard_ingest', 'customers', 'SELECT, INSERT, UPDATE');

-- backwards
DROP TABLE customers;
