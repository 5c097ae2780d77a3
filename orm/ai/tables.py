"""Tables: models, their calls, and examples to train them."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import (
    SET_NULL,
    bigint,
    boolean,
    integer,
    jsonb,
    later,
    long_text,
    numeric,
    reference,
    smallint,
    text_array,
    timestamptz,
    uuid,
    uuid_array,
    varchar,
)
from orm.identity.tables import User
from orm.tenancy.tables import OfOrganization


class AiModel(OfOrganization, Table, tablename="ai_models"):
    """An AI model an organization may call, with endpoint, parameters and measured performance."""

    name = varchar(255)
    provider = varchar(30, default="openai")
    model_type = varchar(100)
    purpose = varchar(20, default="chat")

    api_endpoint = varchar(500, null=True)
    api_key_enc = long_text(null=True)
    model_version = varchar(50, null=True)
    api_config = jsonb({})

    temperature = numeric(3, 2, default="0.7")
    max_tokens = integer(default=1024)
    top_p = numeric(3, 2, default="1.0")
    frequency_penalty = numeric(3, 2, default="0")
    presence_penalty = numeric(3, 2, default="0")

    system_prompt = long_text(null=True)
    context_prompt = long_text(null=True)
    fallback_responses = text_array()

    total_requests = bigint(default=0)
    avg_response_time_ms = integer(default=0)
    success_rate = numeric(5, 2, default="0")
    cost_per_request = numeric(15, 6, default="0")
    input_cost_per_1k = numeric(15, 6, default="0")
    output_cost_per_1k = numeric(15, 6, default="0")

    is_default = boolean(default=False)
    status = varchar(20, default="active")


class AiTrainingData(OfOrganization, Table, tablename="ai_training_data"):
    """Examples for tuning and evaluation: input, wanted output, validation."""

    source_type = varchar(50)
    source_id = uuid(null=True)

    input_text = long_text()
    expected_output = long_text(null=True)
    context = long_text(null=True)
    intent = varchar(100, null=True)
    entities = jsonb({})

    is_validated = boolean(default=False)
    validation_score = numeric(3, 2, null=True)
    human_reviewed = boolean(default=False)
    reviewed_by = reference("reviewed_by", User, SET_NULL, null=True)
    reviewed_at = timestamptz(null=True)
    quality_metrics = jsonb({})
    is_redacted = boolean(default=False)

    language = varchar(10, default="en")
    difficulty_level = varchar(20, default="basic")
    training_tags = text_array()
    content_hash = varchar(64)
    status = varchar(20, default="pending")


class AiConversation(OfOrganization, Table, tablename="ai_conversations_log"):
    """One row per call to an AI model."""

    session_id = uuid(null=True)
    message_id = uuid(null=True)
    response_message_id = uuid(null=True)

    ai_model = reference("ai_model_id", AiModel, SET_NULL, null=True)
    model_name = varchar(100, null=True)
    bot_personality = reference("bot_personality_id", later("bots", "BotPersonality"), SET_NULL, null=True)
    purpose = varchar(20, default="reply")

    prompt = long_text()
    response = long_text(null=True)
    knowledge_item_ids = uuid_array()

    response_time_ms = integer(null=True)
    token_count_input = integer(null=True)
    token_count_output = integer(null=True)
    cost_usd = numeric(15, 6, null=True)
    confidence_score = numeric(3, 2, null=True)

    user_feedback = smallint(null=True)
    feedback_at = timestamptz(null=True)

    status = varchar(20, default="success")
    error_code = varchar(50, null=True)
    error_message = long_text(null=True)
    retry_count = smallint(default=0)
    metadata = jsonb({})
