CREATE TABLE subscription_plans (
    id                      uuid          PRIMARY KEY DEFAULT uuid_v7(),

    name                    varchar(100)  NOT NULL,
    display_name            varchar(255)  NOT NULL,
    description             text,
    tier                    varchar(20)   NOT NULL
        CHECK (tier IN ('trial', 'starter', 'professional', 'enterprise', 'custom')),

    price_monthly           numeric(15,2) NOT NULL DEFAULT 0 CHECK (price_monthly >= 0),
    price_quarterly         numeric(15,2) NOT NULL DEFAULT 0 CHECK (price_quarterly >= 0),
    price_yearly            numeric(15,2) NOT NULL DEFAULT 0 CHECK (price_yearly >= 0),
    price_lifetime          numeric(15,2) CHECK (price_lifetime >= 0),
    currency                varchar(3)    NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),

    max_agents              integer       NOT NULL DEFAULT 1 CHECK (max_agents >= -1),
    max_channels            integer       NOT NULL DEFAULT 1 CHECK (max_channels >= -1),
    max_knowledge_articles  integer       NOT NULL DEFAULT 100 CHECK (max_knowledge_articles >= -1),
    max_monthly_messages    integer       NOT NULL DEFAULT 1000 CHECK (max_monthly_messages >= -1),
    max_monthly_ai_requests integer       NOT NULL DEFAULT 100 CHECK (max_monthly_ai_requests >= -1),
    max_storage_gb          numeric(8,2)  NOT NULL DEFAULT 1 CHECK (max_storage_gb >= -1),
    max_api_calls_per_day   integer       NOT NULL DEFAULT 1000 CHECK (max_api_calls_per_day >= -1),

    features                jsonb         NOT NULL DEFAULT
        '{"ai_assistant": false, "sentiment_analysis": false, "auto_translation": false, "advanced_analytics": false,
          "custom_branding": false, "api_access": false, "priority_support": false, "sso": false, "webhook": false,
          "custom_integrations": false}',

    trial_days              integer       NOT NULL DEFAULT 14 CHECK (trial_days >= 0),
    is_popular              boolean       NOT NULL DEFAULT false,
    is_custom               boolean       NOT NULL DEFAULT false,
    sort_order              integer       NOT NULL DEFAULT 0,
    status                  varchar(20)   NOT NULL DEFAULT 'active'
        CHECK (status IN ('active', 'inactive', 'archived')),
    metadata                jsonb         NOT NULL DEFAULT '{}',

    created_at              timestamptz   NOT NULL DEFAULT now(),
    updated_at              timestamptz   NOT NULL DEFAULT now()
);
COMMENT ON TABLE subscription_plans IS
    'Global catalogue of what can be bought: price per cycle, limits, feature flags. The only table without an '
    'organization.';

CREATE UNIQUE INDEX subscription_plans_name_key ON subscription_plans (name);
-- public price list
CREATE INDEX subscription_plans_status_sort_order_idx ON subscription_plans (status, sort_order);

ALTER TABLE organizations
    ADD CONSTRAINT organizations_subscription_plan_id_fkey
    FOREIGN KEY (subscription_plan_id) REFERENCES subscription_plans;

CALL stamp_updates('subscription_plans');
GRANT SELECT ON subscription_plans TO switchboard_app;

-- backwards
ALTER TABLE organizations DROP CONSTRAINT organizations_subscription_plan_id_fkey;
DROP TABLE subscription_plans;
