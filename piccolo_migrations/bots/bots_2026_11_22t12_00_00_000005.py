"""The personalities of bots."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, Numeric, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "The personalities of bots"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class AiModel(Table, tablename="ai_models"):
    id = UUID(primary_key=True)


class N8nWorkflow(Table, tablename="n8n_workflows"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class BotPersonality(OfOrganization, Table, tablename="bot_personalities"):
    name = Varchar(length=255, default=None, null=False)
    code = Varchar(length=50, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    description = Text(default=None, null=True)
    ai_model = reference("ai_model_id", AiModel, "set_null", null=True)
    responder_type = Varchar(length=20, default="builtin", null=False)
    n8n_workflow = reference("n8n_workflow_id", N8nWorkflow, "set_null", null=True)
    knowledge_category_ids = Array(base_column=UUID(), default=[])
    language = Varchar(length=10, default="en", null=False)
    tone = Varchar(length=50, default=None, null=True)
    communication_style = Varchar(length=50, default=None, null=True)
    formality_level = Varchar(length=20, default="formal", null=False)
    avatar_url = Varchar(length=500, default=None, null=True)
    color_scheme = JSONB(default={"primary": "#3B82F6", "secondary": "#10B981"}, null=False)
    greeting_message = Text(default=None, null=True)
    farewell_message = Text(default=None, null=True)
    error_message = Text(default=None, null=True)
    waiting_message = Text(default=None, null=True)
    transfer_message = Text(default=None, null=True)
    fallback_message = Text(default=None, null=True)
    system_message = Text(default=None, null=True)
    personality_traits = JSONB(default={}, null=False)
    custom_vocabulary = JSONB(default={}, null=False)
    response_templates = JSONB(default={}, null=False)
    conversation_starters = Array(base_column=Text(), default=[])
    response_delay_ms = Integer(default=1000, null=False)
    typing_indicator = Boolean(default=True, null=False)
    max_response_length = Integer(default=1000, null=False)
    enable_small_talk = Boolean(default=True, null=False)
    confidence_threshold = Numeric(digits=(3, 2), default=Decimal("0.7"), null=False)
    escalation_config = JSONB(default={}, null=False)
    learning_enabled = Boolean(default=True, null=False)
    training_data_sources = Array(base_column=Text(), default=[])
    last_trained_at = Timestamptz(default=None, null=True)
    total_conversations = Integer(default=0, null=False)
    avg_satisfaction_score = Numeric(digits=(3, 2), default=Decimal(0), null=False)
    success_rate = Numeric(digits=(5, 2), default=Decimal(0), null=False)
    is_default = Boolean(default=False, null=False)
    status = Varchar(length=20, default="active", null=False)
    deleted_at = Timestamptz(default=None, null=True)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="bots",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=("bot_personalities.sql",),
    )
    return manager.remember(BotPersonality)
