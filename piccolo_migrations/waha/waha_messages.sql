CREATE TABLE waha_messages (
    id                uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id   uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id        uuid         NOT NULL,
    chat_message_id   uuid,
    contact_ref       uuid,
    group_ref         uuid,

    message_id        varchar(255) NOT NULL,
    message_key       varchar(128) NOT NULL,

    chat_id           varchar(255) NOT NULL,
    chat_type         varchar(20)  NOT NULL DEFAULT 'individual'
        CHECK (chat_type IN ('individual', 'group', 'channel', 'status', 'broadcast')),

    from_me           boolean      NOT NULL DEFAULT false,
    from_id           varchar(255) NOT NULL,
    to_id             varchar(255),
    participant_id    varchar(255),
    source            varchar(10)  NOT NULL DEFAULT 'app' CHECK (source IN ('app', 'api')),

    type              varchar(20)  NOT NULL DEFAULT 'text'
        CHECK (type IN (
            'text', 'image', 'audio', 'voice', 'video', 'document', 'sticker', 'location', 'contact', 'poll',
            'event', 'reaction', 'button', 'list', 'template', 'order', 'product', 'payment', 'call', 'system',
            'unknown')),
    text              text,
    has_media         boolean      NOT NULL DEFAULT false,
    media_data        jsonb        NOT NULL DEFAULT '{}',
    content_data      jsonb        NOT NULL DEFAULT '{}',
    quoted_data       jsonb        NOT NULL DEFAULT '{}',
    business_data     jsonb        NOT NULL DEFAULT '{}',
    raw_payload       jsonb,

    status            varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'sent', 'delivered', 'read', 'played', 'failed')),
    ack               smallint     CHECK (ack BETWEEN -1 AND 4),

    sent_at           timestamptz,
    delivered_at      timestamptz,
    read_at           timestamptz,
    played_at         timestamptz,
    failed_at         timestamptz,
    failure_reason    text,

    is_forwarded      boolean      NOT NULL DEFAULT false,
    is_reply          boolean      NOT NULL DEFAULT false,
    is_edited         boolean      NOT NULL DEFAULT false,
    is_deleted        boolean      NOT NULL DEFAULT false,
    is_starred        boolean      NOT NULL DEFAULT false,
    is_pinned         boolean      NOT NULL DEFAULT false,
    is_broadcast      boolean      NOT NULL DEFAULT false,
    is_ephemeral      boolean      NOT NULL DEFAULT false,
    ephemeral_timer   integer,

    reactions         jsonb        NOT NULL DEFAULT '[]',
    processing_status varchar(20)  NOT NULL DEFAULT 'pending'
        CHECK (processing_status IN ('pending', 'processed', 'skipped', 'failed')),
    metadata          jsonb        NOT NULL DEFAULT '{}',

    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, contact_ref) REFERENCES waha_contacts (organization_id, id)
        ON DELETE SET NULL (contact_ref),
    FOREIGN KEY (organization_id, group_ref) REFERENCES waha_groups (organization_id, id)
        ON DELETE SET NULL (group_ref)
);
COMMENT ON TABLE waha_messages IS 'The WhatsApp side of a message: what only WhatsApp has.';

CREATE UNIQUE INDEX waha_messages_session_id_message_id_key ON waha_messages (session_id, message_id);
-- edited, revoked, ack from another engine's id form
CREATE INDEX waha_messages_session_id_message_key_idx ON waha_messages (session_id, message_key);
-- raw chat view
CREATE INDEX waha_messages_session_id_chat_id_sent_at_idx ON waha_messages (session_id, chat_id, sent_at DESC);
-- daily roll-up
CREATE INDEX waha_messages_created_at_idx ON waha_messages (organization_id, created_at DESC);
-- from our message to WhatsApp's
CREATE INDEX waha_messages_chat_message_id_idx ON waha_messages (chat_message_id) WHERE chat_message_id IS NOT NULL;
-- messages of a contact
CREATE INDEX waha_messages_contact_ref_idx ON waha_messages (contact_ref) WHERE contact_ref IS NOT NULL;
-- messages of a group
CREATE INDEX waha_messages_group_ref_idx ON waha_messages (group_ref) WHERE group_ref IS NOT NULL;
-- payload clean-up job
CREATE INDEX waha_messages_raw_payload_idx ON waha_messages (created_at) WHERE raw_payload IS NOT NULL;

CALL stamp_updates('waha_messages');
CALL keep_to_tenant('waha_messages');

-- backwards
DROP TABLE waha_messages;
