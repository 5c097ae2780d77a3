CREATE TABLE billing_invoices (
    id              uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    subscription_id uuid,
    invoice_number  varchar(50)   NOT NULL,
    status          varchar(20)   NOT NULL DEFAULT 'draft'
        CHECK (status IN ('draft', 'open', 'paid', 'void', 'uncollectible', 'refunded')),

    subtotal        numeric(15,2) NOT NULL CHECK (subtotal >= 0),
    discount_amount numeric(15,2) NOT NULL DEFAULT 0 CHECK (discount_amount >= 0),
    tax_amount      numeric(15,2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
    total_amount    numeric(15,2) NOT NULL CHECK (total_amount >= 0),
    amount_paid     numeric(15,2) NOT NULL DEFAULT 0 CHECK (amount_paid >= 0),
    currency        varchar(3)    NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),

    invoice_date    timestamptz   NOT NULL DEFAULT now(),
    due_date        timestamptz,
    paid_date       timestamptz,
    period_start    timestamptz,
    period_end      timestamptz,

    payment_method  varchar(100),
    payment_gateway varchar(20)   CHECK (payment_gateway IN ('stripe', 'midtrans', 'xendit', 'paypal', 'manual')),
    transaction_id  varchar(255),

    line_items      jsonb         NOT NULL DEFAULT '[]',
    billing_address jsonb         NOT NULL DEFAULT '{}',
    reminder_count  integer       NOT NULL DEFAULT 0,
    metadata        jsonb         NOT NULL DEFAULT '{}',

    created_at      timestamptz   NOT NULL DEFAULT now(),
    updated_at      timestamptz   NOT NULL DEFAULT now(),

    CHECK (total_amount = subtotal - discount_amount + tax_amount),
    CHECK (status <> 'paid' OR paid_date IS NOT NULL),
    CONSTRAINT billing_invoices_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES subscriptions (organization_id, id)
        ON DELETE SET NULL (subscription_id)
);
COMMENT ON TABLE billing_invoices IS 'Invoices with their lines.';

CREATE UNIQUE INDEX billing_invoices_invoice_number_key ON billing_invoices (invoice_number);
-- the renewal job cannot bill a period twice
CREATE UNIQUE INDEX billing_invoices_subscription_id_period_start_key
    ON billing_invoices (subscription_id, period_start)
    WHERE status <> 'void' AND subscription_id IS NOT NULL AND period_start IS NOT NULL;
-- invoice list
CREATE INDEX billing_invoices_invoice_date_idx ON billing_invoices (organization_id, invoice_date DESC);
-- dunning job
CREATE INDEX billing_invoices_due_date_idx ON billing_invoices (due_date) WHERE status = 'open';
-- invoices of a subscription
CREATE INDEX billing_invoices_subscription_id_idx ON billing_invoices (subscription_id);

CALL stamp_updates('billing_invoices');
CALL keep_to_tenant('billing_invoices');

-- backwards
DROP TABLE billing_invoices;
