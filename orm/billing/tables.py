"""Tables: plans, subscriptions, invoices, payments and use."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import (
    NO_ACTION,
    SET_NULL,
    Stamped,
    bigint,
    boolean,
    day,
    inet,
    integer,
    jsonb,
    long_text,
    now,
    numeric,
    reference,
    timestamptz,
    varchar,
)
from orm.tenancy.tables import OfOrganization


class SubscriptionPlan(Stamped, Table, tablename="subscription_plans"):
    """Global catalogue of what can be bought: price per cycle, limits, feature flags.

    The only table without an organization.
    """

    name = varchar(100)
    display_name = varchar(255)
    description = long_text(null=True)
    tier = varchar(20)

    price_monthly = numeric(15, 2, default="0")
    price_quarterly = numeric(15, 2, default="0")
    price_yearly = numeric(15, 2, default="0")
    price_lifetime = numeric(15, 2, null=True)
    currency = varchar(3, default="USD")

    max_agents = integer(default=1)
    max_channels = integer(default=1)
    max_knowledge_articles = integer(default=100)
    max_monthly_messages = integer(default=1000)
    max_monthly_ai_requests = integer(default=100)
    max_storage_gb = numeric(8, 2, default="1")
    max_api_calls_per_day = integer(default=1000)

    features = jsonb(
        {
            "sso": False,
            "webhook": False,
            "api_access": False,
            "ai_assistant": False,
            "custom_branding": False,
            "auto_translation": False,
            "priority_support": False,
            "advanced_analytics": False,
            "sentiment_analysis": False,
            "custom_integrations": False,
        }
    )

    trial_days = integer(default=14)
    is_popular = boolean(default=False)
    is_custom = boolean(default=False)
    sort_order = integer(default=0)
    status = varchar(20, default="active")
    metadata = jsonb({})


class Subscription(OfOrganization, Table, tablename="subscriptions"):
    """What an organization has bought, its period and renewal state."""

    plan = reference("plan_id", SubscriptionPlan, NO_ACTION)
    status = varchar(20, default="incomplete")
    billing_cycle = varchar(20, default="monthly")

    current_period_start = now()
    current_period_end = timestamptz(null=True)
    trial_start = timestamptz(null=True)
    trial_end = timestamptz(null=True)

    unit_amount = numeric(15, 2)
    currency = varchar(3, default="USD")
    discount_amount = numeric(15, 2, default="0")
    tax_amount = numeric(15, 2, default="0")

    payment_gateway = varchar(20, null=True)
    payment_method_id = varchar(255, null=True)
    gateway_customer_id = varchar(255, null=True)
    gateway_subscription_id = varchar(255, null=True)

    last_payment_date = timestamptz(null=True)
    next_payment_date = timestamptz(null=True)
    grace_until = timestamptz(null=True)

    cancel_at_period_end = boolean(default=False)
    canceled_at = timestamptz(null=True)
    cancellation_reason = long_text(null=True)
    metadata = jsonb({})


class BillingInvoice(OfOrganization, Table, tablename="billing_invoices"):
    """Invoices with their lines."""

    subscription = reference("subscription_id", Subscription, SET_NULL, null=True)
    invoice_number = varchar(50)
    status = varchar(20, default="draft")

    subtotal = numeric(15, 2)
    discount_amount = numeric(15, 2, default="0")
    tax_amount = numeric(15, 2, default="0")
    total_amount = numeric(15, 2)
    amount_paid = numeric(15, 2, default="0")
    currency = varchar(3, default="USD")

    invoice_date = now()
    due_date = timestamptz(null=True)
    paid_date = timestamptz(null=True)
    period_start = timestamptz(null=True)
    period_end = timestamptz(null=True)

    payment_method = varchar(100, null=True)
    payment_gateway = varchar(20, null=True)
    transaction_id = varchar(255, null=True)

    line_items = jsonb([])
    billing_address = jsonb({})
    reminder_count = integer(default=0)
    metadata = jsonb({})


class PaymentTransaction(OfOrganization, Table, tablename="payment_transactions"):
    """Money movements with gateway state, fees, fraud result, refunds."""

    subscription = reference("subscription_id", Subscription, SET_NULL, null=True)
    invoice = reference("invoice_id", BillingInvoice, SET_NULL, null=True)
    parent_transaction = reference("parent_transaction_id", "self", NO_ACTION, null=True)

    transaction_id = varchar(255)
    external_transaction_id = varchar(255, null=True)
    reference_number = varchar(100, null=True)
    idempotency_key = varchar(100, null=True)

    amount = numeric(15, 2)
    currency = varchar(3, default="USD")
    exchange_rate = numeric(18, 8, default="1")
    amount_original = numeric(15, 2, null=True)
    currency_original = varchar(3, null=True)

    payment_method = varchar(30)
    payment_gateway = varchar(20)
    payment_channel = varchar(50, null=True)
    card_last_four = varchar(4, null=True)
    card_brand = varchar(20, null=True)
    account_name = varchar(255, null=True)
    account_number_masked = varchar(50, null=True)

    status = varchar(20, default="pending")
    payment_type = varchar(20, default="one_time")
    payment_url = long_text(null=True)
    expires_at = timestamptz(null=True)

    initiated_at = now()
    authorized_at = timestamptz(null=True)
    captured_at = timestamptz(null=True)
    settled_at = timestamptz(null=True)
    failed_at = timestamptz(null=True)

    gateway_response = jsonb({})
    gateway_status = varchar(50, null=True)
    gateway_message = long_text(null=True)
    gateway_events = jsonb([])

    gateway_fee = numeric(15, 2, default="0")
    platform_fee = numeric(15, 2, default="0")
    processing_fee = numeric(15, 2, default="0")
    tax_amount = numeric(15, 2, default="0")
    net_amount = numeric(15, 2, null=True)

    fraud_status = varchar(20, null=True)
    fraud_score = numeric(5, 2, null=True)
    risk_assessment = jsonb({})

    ip_address = inet()
    user_agent = long_text(null=True)

    refund_amount = numeric(15, 2, default="0")
    refunded_at = timestamptz(null=True)
    refund_reason = long_text(null=True)
    notes = long_text(null=True)
    metadata = jsonb({})


class UsageTracking(OfOrganization, Table, tablename="usage_tracking"):
    """Use per day and quota, for limits and overage billing."""

    date = day()
    quota_type = varchar(30)

    used_amount = bigint(default=0)
    quota_limit = bigint(default=0)
    overage_amount = bigint(default=0)
    unit_cost = numeric(15, 6, default="0")
    total_cost = numeric(15, 2, default="0")
    currency = varchar(3, default="USD")
