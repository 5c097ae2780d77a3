CREATE TABLE payment_transactions (
    id                      uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    subscription_id         uuid,
    invoice_id              uuid,
    parent_transaction_id   uuid,

    transaction_id          varchar(255)  NOT NULL,
    external_transaction_id varchar(255),
    reference_number        varchar(100),
    idempotency_key         varchar(100),

    amount                  numeric(15,2) NOT NULL,
    currency                varchar(3)    NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
    exchange_rate           numeric(18,8) NOT NULL DEFAULT 1,
    amount_original         numeric(15,2),
    currency_original       varchar(3)    CHECK (currency_original ~ '^[A-Z]{3}$'),

    payment_method          varchar(30)   NOT NULL
        CHECK (payment_method IN (
            'credit_card', 'debit_card', 'bank_transfer', 'virtual_account', 'e_wallet', 'qris', 'retail_outlet',
            'paylater', 'direct_debit', 'crypto', 'manual')),
    payment_gateway         varchar(20)   NOT NULL
        CHECK (payment_gateway IN ('stripe', 'midtrans', 'xendit', 'paypal', 'manual')),
    payment_channel         varchar(50),
    card_last_four          varchar(4),
    card_brand              varchar(20),
    account_name            varchar(255),
    account_number_masked   varchar(50),

    status                  varchar(20)   NOT NULL DEFAULT 'pending'
        CHECK (status IN (
            'pending', 'processing', 'authorized', 'completed', 'failed', 'cancelled', 'expired', 'refunded',
            'partially_refunded', 'disputed')),
    payment_type            varchar(20)   NOT NULL DEFAULT 'one_time'
        CHECK (payment_type IN ('one_time', 'recurring', 'refund')),
    payment_url             text,
    expires_at              timestamptz,

    initiated_at            timestamptz   NOT NULL DEFAULT now(),
    authorized_at           timestamptz,
    captured_at             timestamptz,
    settled_at              timestamptz,
    failed_at               timestamptz,

    gateway_response        jsonb         NOT NULL DEFAULT '{}',
    gateway_status          varchar(50),
    gateway_message         text,
    gateway_events          jsonb         NOT NULL DEFAULT '[]',

    gateway_fee             numeric(15,2) NOT NULL DEFAULT 0 CHECK (gateway_fee >= 0),
    platform_fee            numeric(15,2) NOT NULL DEFAULT 0 CHECK (platform_fee >= 0),
    processing_fee          numeric(15,2) NOT NULL DEFAULT 0 CHECK (processing_fee >= 0),
    tax_amount              numeric(15,2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
    net_amount              numeric(15,2),

    fraud_status            varchar(20)   CHECK (fraud_status IN ('accept', 'challenge', 'deny')),
    fraud_score             numeric(5,2)  CHECK (fraud_score BETWEEN 0 AND 100),
    risk_assessment         jsonb         NOT NULL DEFAULT '{}',

    ip_address              inet,
    user_agent              text,

    refund_amount           numeric(15,2) NOT NULL DEFAULT 0 CHECK (refund_amount >= 0),
    refunded_at             timestamptz,
    refund_reason           text,
    notes                   text,
    metadata                jsonb         NOT NULL DEFAULT '{}',

    created_at              timestamptz   NOT NULL DEFAULT now(),
    updated_at              timestamptz   NOT NULL DEFAULT now(),

    CHECK (amount > 0),
    CHECK (refund_amount <= amount),
    CHECK (exchange_rate > 0),
    CHECK (payment_type <> 'refund' OR parent_transaction_id IS NOT NULL),
    CONSTRAINT payment_transactions_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES subscriptions (organization_id, id)
        ON DELETE SET NULL (subscription_id),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES billing_invoices (organization_id, id)
        ON DELETE SET NULL (invoice_id),
    FOREIGN KEY (organization_id, parent_transaction_id) REFERENCES payment_transactions (organization_id, id)
);
COMMENT ON TABLE payment_transactions IS 'Money movements with gateway state, fees, fraud result, refunds.';

CREATE UNIQUE INDEX payment_transactions_transaction_id_key ON payment_transactions (transaction_id);
-- gateway webhook look-up
CREATE UNIQUE INDEX payment_transactions_external_key
    ON payment_transactions (payment_gateway, external_transaction_id)
    WHERE external_transaction_id IS NOT NULL;
CREATE UNIQUE INDEX payment_transactions_idempotency_key_key
    ON payment_transactions (organization_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- history
CREATE INDEX payment_transactions_created_at_idx ON payment_transactions (organization_id, created_at DESC);
-- payments of a subscription
CREATE INDEX payment_transactions_subscription_id_created_at_idx
    ON payment_transactions (subscription_id, created_at DESC)
    WHERE subscription_id IS NOT NULL;
-- payments of an invoice
CREATE INDEX payment_transactions_invoice_id_idx ON payment_transactions (invoice_id) WHERE invoice_id IS NOT NULL;
-- refunds of a payment
CREATE INDEX payment_transactions_parent_transaction_id_idx ON payment_transactions (parent_transaction_id)
    WHERE parent_transaction_id IS NOT NULL;
-- polling and expiry job
CREATE INDEX payment_transactions_status_created_at_idx ON payment_transactions (status, created_at)
    WHERE status IN ('pending', 'processing', 'authorized');

CALL stamp_updates('payment_transactions');
CALL keep_to_tenant('payment_transactions');

-- backwards
DROP TABLE payment_transactions;
