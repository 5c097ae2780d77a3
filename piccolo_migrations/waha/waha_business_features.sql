CREATE TABLE waha_business_features (
    id                   uuid         PRIMARY KEY DEFAULT uuid_v7(),
    organization_id      uuid         NOT NULL REFERENCES organizations ON DELETE CASCADE,

    session_id           uuid         NOT NULL,
    business_name        varchar(255) NOT NULL,
    business_category    varchar(100),
    business_description text,
    business_website     varchar(255),
    business_email       varchar(255),
    business_address     text,

    is_verified          boolean      NOT NULL DEFAULT false,
    verification_status  varchar(50)  NOT NULL DEFAULT 'unverified'
        CHECK (verification_status IN ('unverified', 'pending', 'verified', 'rejected')),
    verified_at          timestamptz,

    business_hours       jsonb        NOT NULL DEFAULT '{}',
    has_catalog          boolean      NOT NULL DEFAULT false,
    catalog_enabled      boolean      NOT NULL DEFAULT false,
    product_count        integer      NOT NULL DEFAULT 0 CHECK (product_count >= 0),

    labels               jsonb        NOT NULL DEFAULT '[]',
    label_colors         jsonb        NOT NULL DEFAULT '{}',
    quick_replies        jsonb        NOT NULL DEFAULT '[]',

    greeting_message     text,
    away_message         text,

    shopping_enabled     boolean      NOT NULL DEFAULT false,
    payment_enabled      boolean      NOT NULL DEFAULT false,
    cart_enabled         boolean      NOT NULL DEFAULT false,

    synced_at            timestamptz,
    metadata             jsonb        NOT NULL DEFAULT '{}',

    created_at           timestamptz  NOT NULL DEFAULT now(),
    updated_at           timestamptz  NOT NULL DEFAULT now(),

    FOREIGN KEY (organization_id, session_id) REFERENCES waha_sessions (organization_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE waha_business_features IS
    'WhatsApp Business profile, verification, catalogue and shop switches of a session.';

-- one profile per number
CREATE UNIQUE INDEX waha_business_features_session_id_key ON waha_business_features (session_id);
-- list
CREATE INDEX waha_business_features_organization_id_idx ON waha_business_features (organization_id);

CALL stamp_updates('waha_business_features');
CALL keep_to_tenant('waha_business_features');

-- backwards
DROP TABLE waha_business_features;
