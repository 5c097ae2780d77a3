CREATE TABLE waha_contacts (
    id                      uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id              uuid          NOT NULL,
    customer_id             uuid,

    contact_id              varchar(255)  NOT NULL,
    lid                     varchar(100),
    phone_number            varchar(20),

    name                    varchar(255),
    push_name               varchar(255),
    short_name              varchar(100),

    profile_picture_url     varchar(1000),
    profile_picture_at      timestamptz,
    status_message          text,
    status_message_at       timestamptz,

    is_me                   boolean       NOT NULL DEFAULT false,
    is_contact              boolean       NOT NULL DEFAULT false,
    is_wa_contact           boolean       NOT NULL DEFAULT true,
    is_blocked              boolean       NOT NULL DEFAULT false,

    is_business             boolean       NOT NULL DEFAULT false,
    is_verified             boolean       NOT NULL DEFAULT false,
    verified_name           varchar(255),
    business_name           varchar(255),
    business_category       varchar(100),
    business_profile        jsonb         NOT NULL DEFAULT '{}',

    labels                  text[]        NOT NULL DEFAULT '{}',

    presence                varchar(20)   CHECK (presence IN ('online', 'offline', 'typing', 'recording', 'paused')),
    last_seen               timestamptz,
    last_message_at         timestamptz,

    total_messages_sent     integer       NOT NULL DEFAULT 0,
    total_messages_received integer       NOT NULL DEFAULT 0,
    total_media_sent        integer       NOT NULL DEFAULT 0,
    total_media_received    integer       NOT NULL DEFAULT 0,

    synced_at               timestamptz,
    metadata                jsonb         NOT NULL DEFAULT '{}',

    created_at              timestamptz   NOT NULL DEFAULT now(),
    updated_at              timestamptz   NOT NULL DEFAULT now(),

    CONSTRAINT waha_contacts_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, customer_id) REFERENCES customers (organization_id, id)
        ON DELETE SET NULL (customer_id)
);
COMMENT ON TABLE waha_contacts IS 'WhatsApp contacts seen by a session.';

-- upsert
CREATE UNIQUE INDEX waha_contacts_session_id_contact_id_key ON waha_contacts (session_id, contact_id);
-- a later number ↔ lid mapping merges the two rows
CREATE UNIQUE INDEX waha_contacts_session_id_lid_key ON waha_contacts (session_id, lid) WHERE lid IS NOT NULL;
-- find the customer
CREATE INDEX waha_contacts_phone_number_idx ON waha_contacts (organization_id, phone_number)
    WHERE phone_number IS NOT NULL;
-- contact list
CREATE INDEX waha_contacts_session_id_last_message_at_idx
    ON waha_contacts (organization_id, session_id, last_message_at DESC NULLS LAST);
-- the contacts that a customer has
CREATE INDEX waha_contacts_customer_id_idx ON waha_contacts (customer_id) WHERE customer_id IS NOT NULL;

CALL stamp_updates('waha_contacts');
CALL keep_to_tenant('waha_contacts');
CALL open_to('switchboard_ingest', 'waha_contacts', 'SELECT, INSERT, UPDATE');

-- backwards
DROP TABLE waha_contacts;
