"""Plans, subscriptions, invoices, payments and use."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Date, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import Inet, UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Plans, subscriptions, invoices, payments and use"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class SubscriptionPlan(Stamped, Table, tablename="subscription_plans"):
    name = Varchar(length=100, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=False)
    description = Text(default=None, null=True)
    tier = Varchar(length=20, default=None, null=False)
    price_monthly = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    price_quarterly = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    price_yearly = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    price_lifetime = Numeric(digits=(15, 2), default=None, null=True)
    currency = Varchar(length=3, default="USD", null=False)
    max_agents = Integer(default=1, null=False)
    max_channels = Integer(default=1, null=False)
    max_knowledge_articles = Integer(default=100, null=False)
    max_monthly_messages = Integer(default=1000, null=False)
    max_monthly_ai_requests = Integer(default=100, null=False)
    max_storage_gb = Numeric(digits=(8, 2), default=Decimal(1), null=False)
    max_api_calls_per_day = Integer(default=1000, null=False)
    features = JSONB(
        default={
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
        },
        null=False,
    )
    trial_days = Integer(default=14, null=False)
    is_popular = Boolean(default=False, null=False)
    is_custom = Boolean(default=False, null=False)
    sort_order = Integer(default=0, null=False)
    status = Varchar(length=20, default="active", null=False)
    metadata = JSONB(default={}, null=False)


class Subscription(OfOrganization, Table, tablename="subscriptions"):
    plan = reference("plan_id", SubscriptionPlan, "no_action")
    status = Varchar(length=20, default="incomplete", null=False)
    billing_cycle = Varchar(length=20, default="monthly", null=False)
    current_period_start = Timestamptz(default=TimestamptzNow(), null=False)
    current_period_end = Timestamptz(default=None, null=True)
    trial_start = Timestamptz(default=None, null=True)
    trial_end = Timestamptz(default=None, null=True)
    unit_amount = Numeric(digits=(15, 2), default=None, null=False)
    currency = Varchar(length=3, default="USD", null=False)
    discount_amount = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    tax_amount = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    payment_gateway = Varchar(length=20, default=None, null=True)
    payment_method_id = Varchar(length=255, default=None, null=True)
    gateway_customer_id = Varchar(length=255, default=None, null=True)
    gateway_subscription_id = Varchar(length=255, default=None, null=True)
    last_payment_date = Timestamptz(default=None, null=True)
    next_payment_date = Timestamptz(default=None, null=True)
    grace_until = Timestamptz(default=None, null=True)
    cancel_at_period_end = Boolean(default=False, null=False)
    canceled_at = Timestamptz(default=None, null=True)
    cancellation_reason = Text(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class BillingInvoice(OfOrganization, Table, tablename="billing_invoices"):
    subscription = reference("subscription_id", Subscription, "set_null", null=True)
    invoice_number = Varchar(length=50, default=None, null=False)
    status = Varchar(length=20, default="draft", null=False)
    subtotal = Numeric(digits=(15, 2), default=None, null=False)
    discount_amount = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    tax_amount = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    total_amount = Numeric(digits=(15, 2), default=None, null=False)
    amount_paid = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    currency = Varchar(length=3, default="USD", null=False)
    invoice_date = Timestamptz(default=TimestamptzNow(), null=False)
    due_date = Timestamptz(default=None, null=True)
    paid_date = Timestamptz(default=None, null=True)
    period_start = Timestamptz(default=None, null=True)
    period_end = Timestamptz(default=None, null=True)
    payment_method = Varchar(length=100, default=None, null=True)
    payment_gateway = Varchar(length=20, default=None, null=True)
    transaction_id = Varchar(length=255, default=None, null=True)
    line_items = JSONB(default=[], null=False)
    billing_address = JSONB(default={}, null=False)
    reminder_count = Integer(default=0, null=False)
    metadata = JSONB(default={}, null=False)


class PaymentTransaction(OfOrganization, Table, tablename="payment_transactions"):
    subscription = reference("subscription_id", Subscription, "set_null", null=True)
    invoice = reference("invoice_id", BillingInvoice, "set_null", null=True)
    parent_transaction = reference("parent_transaction_id", "self", "no_action", null=True)
    transaction_id = Varchar(length=255, default=None, null=False)
    external_transaction_id = Varchar(length=255, default=None, null=True)
    reference_number = Varchar(length=100, default=None, null=True)
    idempotency_key = Varchar(length=100, default=None, null=True)
    amount = Numeric(digits=(15, 2), default=None, null=False)
    currency = Varchar(length=3, default="USD", null=False)
    exchange_rate = Numeric(digits=(18, 8), default=Decimal(1), null=False)
    amount_original = Numeric(digits=(15, 2), default=None, null=True)
    currency_original = Varchar(length=3, default=None, null=True)
    payment_method = Varchar(length=30, default=None, null=False)
    payment_gateway = Varchar(length=20, default=None, null=False)
    payment_channel = Varchar(length=50, default=None, null=True)
    card_last_four = Varchar(length=4, default=None, null=True)
    card_brand = Varchar(length=20, default=None, null=True)
    account_name = Varchar(length=255, default=None, null=True)
    account_number_masked = Varchar(length=50, default=None, null=True)
    status = Varchar(length=20, default="pending", null=False)
    payment_type = Varchar(length=20, default="one_time", null=False)
    payment_url = Text(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    initiated_at = Timestamptz(default=TimestamptzNow(), null=False)
    authorized_at = Timestamptz(default=None, null=True)
    captured_at = Timestamptz(default=None, null=True)
    settled_at = Timestamptz(default=None, null=True)
    failed_at = Timestamptz(default=None, null=True)
    gateway_response = JSONB(default={}, null=False)
    gateway_status = Varchar(length=50, default=None, null=True)
    gateway_message = Text(default=None, null=True)
    gateway_events = JSONB(default=[], null=False)
    gateway_fee = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    platform_fee = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    processing_fee = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    tax_amount = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    net_amount = Numeric(digits=(15, 2), default=None, null=True)
    fraud_status = Varchar(length=20, default=None, null=True)
    fraud_score = Numeric(digits=(5, 2), default=None, null=True)
    risk_assessment = JSONB(default={}, null=False)
    ip_address = Inet(null=True)
    user_agent = Text(default=None, null=True)
    refund_amount = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    refunded_at = Timestamptz(default=None, null=True)
    refund_reason = Text(default=None, null=True)
    notes = Text(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class UsageTracking(OfOrganization, Table, tablename="usage_tracking"):
    date = Date(default=None, null=False)
    quota_type = Varchar(length=30, default=None, null=False)
    used_amount = BigInt(default=0, null=False)
    quota_limit = BigInt(default=0, null=False)
    overage_amount = BigInt(default=0, null=False)
    unit_cost = Numeric(digits=(15, 6), default=Decimal(0), null=False)
    total_cost = Numeric(digits=(15, 2), default=Decimal(0), null=False)
    currency = Varchar(length=3, default="USD", null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="billing",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "subscription_plans.sql",
            "subscriptions.sql",
            "billing_invoices.sql",
            "payment_transactions.sql",
            "usage_tracking.sql",
        ),
    )
    return manager.remember(SubscriptionPlan, Subscription, BillingInvoice, PaymentTransaction, UsageTracking)
