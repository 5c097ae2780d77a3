"""Models, their calls, and examples to train them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "Models, their calls, and examples to train them"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class User(Table, tablename="users"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class AiModel(OfOrganization, Table, tablename="ai_models"):
    name = Varchar(length=255, default=None, null=False)
    provider = Varchar(length=30, default="openai", null=False)
    model_type = Varchar(length=100, default=None, null=False)
    purpose = Varchar(length=20, default="chat", null=False)
    api_endpoint = Varchar(length=500, default=None, null=True)
    api_key_enc = Text(default=None, null=True)
    model_version = Varchar(length=50, default=None, null=True)
    api_config = JSONB(default={}, null=False)
    temperature = Numeric(digits=(3, 2), default=Decimal("0.7"), null=False)
    max_tokens = Integer(default=1024, null=False)
    top_p = Numeric(digits=(3, 2), default=Decimal("1.0"), null=False)
    frequency_penalty = Numeric(digits=(3, 2), default=Decimal(0), null=False)
    presence_penalty = Numeric(digits=(3, 2), default=Decimal(0), null=False)
    system_prompt = Text(default=None, null=True)
    context_prompt = Text(default=None, null=True)
    fallback_responses = Array(base_column=Text(), default=[])
    total_requests = BigInt(default=0, null=False)
    avg_response_time_ms = Integer(default=0, null=False)
    success_rate = Numeric(digits=(5, 2), default=Decimal(0), null=False)
    cost_per_request = Numeric(digits=(15, 6), default=Decimal(0), null=False)
    input_cost_per_1k = Numeric(digits=(15, 6), default=Decimal(0), null=False)
    output_cost_per_1k = Numeric(digits=(15, 6), default=Decimal(0), null=False)
    is_default = Boolean(default=False, null=False)
    status = Varchar(length=20, default="active", null=False)


class AiTrainingData(OfOrganization, Table, tablename="ai_training_data"):
    source_type = Varchar(length=50, default=None, null=False)
    source_id = UUID(default=None, null=True)
    input_text = Text(default=None, null=False)
    expected_output = Text(default=None, null=True)
    context = Text(default=None, null=True)
    intent = Varchar(length=100, default=None, null=True)
    entities = JSONB(default={}, null=False)
    is_validated = Boolean(default=False, null=False)
    validation_score = Numeric(digits=(3, 2), default=None, null=True)
    human_reviewed = Boolean(default=False, null=False)
    reviewed_by = reference("reviewed_by", User, "set_null", null=True)
    reviewed_at = Timestamptz(default=None, null=True)
    quality_metrics = JSONB(default={}, null=False)
    is_redacted = Boolean(default=False, null=False)
    language = Varchar(length=10, default="en", null=False)
    difficulty_level = Varchar(length=20, default="basic", null=False)
    training_tags = Array(base_column=Text(), default=[])
    content_hash = Varchar(length=64, default=None, null=False)
    status = Varchar(length=20, default="pending", null=False)


class AiConversation(OfOrganization, Table, tablename="ai_conversations_log"):
    session_id = UUID(default=None, null=True)
    message_id = UUID(default=None, null=True)
    response_message_id = UUID(default=None, null=True)
    ai_model = reference("ai_model_id", AiModel, "set_null", null=True)
    model_name = Varchar(length=100, default=None, null=True)
    bot_personality = reference(
        "bot_personality_id", LazyTableReference("BotPersonality", module_path="orm.bots.tables"), "set_null", null=True
    )
    purpose = Varchar(length=20, default="reply", null=False)
    prompt = Text(default=None, null=False)
    response = Text(default=None, null=True)
    knowledge_item_ids = Array(base_column=UUID(), default=[])
    response_time_ms = Integer(default=None, null=True)
    token_count_input = Integer(default=None, null=True)
    token_count_output = Integer(default=None, null=True)
    cost_usd = Numeric(digits=(15, 6), default=None, null=True)
    confidence_score = Numeric(digits=(3, 2), default=None, null=True)
    user_feedback = SmallInt(default=None, null=True)
    feedback_at = Timestamptz(default=None, null=True)
    status = Varchar(length=20, default="success", null=False)
    error_code = Varchar(length=50, default=None, null=True)
    error_message = Text(default=None, null=True)
    retry_count = SmallInt(default=0, null=False)
    metadata = JSONB(default={}, null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="ai",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "ai_models.sql",
            "ai_training_data.sql",
            "ai_conversations_log.sql",
        ),
    )
    return manager.remember(AiModel, AiTrainingData, AiConversation)
