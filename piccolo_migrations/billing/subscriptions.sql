CREATE TABLE subscriptions (
    id                      uuid          PRIMARY KEY DEFAULT uuid_v7(),
    organization_id         uuid          NOT NULL REFERENCES organizations ON DELETE CASCADE,

    plan_id                 uuid          NOT NULL,
    status                  varchar(20)   NOT NULL DEFAULT 'incomplete'
        CHECK (status IN ('incomplete', 'trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired')),
    billing_cycle           varchar(20)   NOT NULL DEFAULT 'monthly'
        CHECK (billing_cycle IN ('monthly', 'quarterly', 'yearly', 'lifetime')),

    current_period_start    timestamptz   NOT NULL DEFAULT now(),
    current_period_end      timestamptz,
    trial_start             timestamptz,
    trial_end               timestamptz,

    unit_amount             numeric(15,2) NOT NULL CHECK (unit_amount >= 0),
    currency                varchar(3)    NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
    discount_amount         numeric(15,2) NOT NULL DEFAULT 0 CHECK (discount_amount >= 0),
    tax_amount              numeric(15,2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),

    payment_gateway         varchar(20)
        CHECK (payment_gateway IN ('stripe', 'midtrans', 'xendit', 'paypal', 'manual')),
    payment_method_id       varchar(255),
    gateway_customer_id     varchar(255),
    gateway_subscription_id varchar(255),

    last_payment_date       timestamptz,
    next_payment_date       timestamptz,
    grace_until             timestamptz,

    cancel_at_period_end    boolean       NOT NULL DEFAULT false,
    canceled_at             timestamptz,
    cancellation_reason     text,
    metadata                jsonb         NOT NULL DEFAULT '{}',

    created_at              timestamptz   NOT NULL DEFAULT now(),
    updated_at              timestamptz   NOT NULL DEFAULT now(),

    CHECK (current_period_end IS NULL OR current_period_end > current_period_start),
    CONSTRAINT subscriptions_tenant_key UNIQUE (organization_id, id),
    FOREIGN KEY (plan_id) REFERENCES subscription_plans
);
COMMENT ON TABLE subscriptions IS 'What an organization has bought, its period and renewal state.';

-- one live subscription
CREATE UNIQUE INDEX subscriptions_organization_id_key ON subscriptions (organization_id)
    WHERE status IN ('incomplete', 'trialing', 'active', 'past_due', 'paused');
-- webhook look-up
CREATE UNIQUE INDEX subscriptions_payment_gateway_gateway_subscription_id_key
    ON subscriptions (payment_gateway, gateway_subscription_id)
    WHERE gateway_subscription_id IS NOT NULL;
-- history
CREATE INDEX subscriptions_created_at_idx ON subscriptions (organization_id, created_at DESC);
-- subscribers of a plan
CREATE INDEX subscriptions_plan_id_idx ON subscriptions (plan_id);
-- renewal job
CREATE INDEX subscriptions_next_payment_date_idx ON subscriptions (next_payment_date)
    WHERE status IN ('active', 'past_due', 'trialing') AND NOT cancel_at_period_end;

CALL stamp_updates('subscriptions');
CALL keep_to_tenant('subscriptions');

-- backwards
DROP TABLE subscriptions;
