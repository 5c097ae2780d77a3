"""Tables: the personalities of bots."""

from __future__ import annotations

from piccolo.table import Table

from orm.ai.tables import AiModel
from orm.automation.tables import N8nWorkflow
from orm.columns import (
    SET_NULL,
    boolean,
    integer,
    jsonb,
    long_text,
    numeric,
    reference,
    text_array,
    timestamptz,
    uuid_array,
    varchar,
)
from orm.tenancy.tables import OfOrganization


class BotPersonality(OfOrganization, Table, tablename="bot_personalities"):
    """A bot's voice and behaviour: language, tone, canned messages, model, knowledge, escalation."""

    name = varchar(255)
    code = varchar(50)
    display_name = varchar(255, null=True)
    description = long_text(null=True)

    ai_model = reference("ai_model_id", AiModel, SET_NULL, null=True)
    responder_type = varchar(20, default="builtin")
    n8n_workflow = reference("n8n_workflow_id", N8nWorkflow, SET_NULL, null=True)
    knowledge_category_ids = uuid_array()

    language = varchar(10, default="en")
    tone = varchar(50, null=True)
    communication_style = varchar(50, null=True)
    formality_level = varchar(20, default="formal")

    avatar_url = varchar(500, null=True)
    color_scheme = jsonb({"primary": "#3B82F6", "secondary": "#10B981"})

    greeting_message = long_text(null=True)
    farewell_message = long_text(null=True)
    error_message = long_text(null=True)
    waiting_message = long_text(null=True)
    transfer_message = long_text(null=True)
    fallback_message = long_text(null=True)
    system_message = long_text(null=True)

    personality_traits = jsonb({})
    custom_vocabulary = jsonb({})
    response_templates = jsonb({})
    conversation_starters = text_array()

    response_delay_ms = integer(default=1000)
    typing_indicator = boolean(default=True)
    max_response_length = integer(default=1000)
    enable_small_talk = boolean(default=True)
    confidence_threshold = numeric(3, 2, default="0.7")
    escalation_config = jsonb({})

    learning_enabled = boolean(default=True)
    training_data_sources = text_array()
    last_trained_at = timestamptz(null=True)

    total_conversations = integer(default=0)
    avg_satisfaction_score = numeric(3, 2, default="0")
    success_rate = numeric(5, 2, default="0")

    is_default = boolean(default=False)
    status = varchar(20, default="active")

    deleted_at = timestamptz(null=True)
