"""The knowledge base."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, Numeric, Real, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "The knowledge base"


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


class KnowledgeBaseCategory(OfOrganization, Table, tablename="knowledge_base_categories"):
    parent = reference("parent_id", "self", "no_action", null=True)
    name = Varchar(length=255, default=None, null=False)
    slug = Varchar(length=255, default=None, null=False)
    description = Text(default=None, null=True)
    icon = Varchar(length=100, default=None, null=True)
    color = Varchar(length=7, default=None, null=True)
    order_index = Integer(default=0, null=False)
    is_public = Boolean(default=True, null=False)
    is_featured = Boolean(default=False, null=False)
    is_system_category = Boolean(default=False, null=False)
    supports_articles = Boolean(default=True, null=False)
    supports_qa = Boolean(default=True, null=False)
    supports_faq = Boolean(default=True, null=False)
    meta_title = Varchar(length=255, default=None, null=True)
    meta_description = Text(default=None, null=True)
    meta_keywords = Array(base_column=Text(), default=[])
    total_content_count = Integer(default=0, null=False)
    article_count = Integer(default=0, null=False)
    qa_count = Integer(default=0, null=False)
    view_count = Integer(default=0, null=False)
    search_count = Integer(default=0, null=False)
    is_ai_trainable = Boolean(default=True, null=False)
    ai_category_embeddings = JSONB(default={}, null=False)
    ai_processing_priority = SmallInt(default=5, null=False)
    auto_categorize = Boolean(default=False, null=False)
    category_rules = JSONB(default={}, null=False)
    metadata = JSONB(default={}, null=False)
    status = Varchar(length=20, default="active", null=False)


class KnowledgeBaseTag(OfOrganization, Table, tablename="knowledge_base_tags"):
    name = Varchar(length=100, default=None, null=False)
    slug = Varchar(length=100, default=None, null=False)
    description = Text(default=None, null=True)
    color = Varchar(length=7, default="#6B7280", null=False)
    icon = Varchar(length=50, default=None, null=True)
    tag_type = Varchar(length=20, default="general", null=False)
    parent_tag = reference("parent_tag_id", "self", "set_null", null=True)
    usage_count = Integer(default=0, null=False)
    item_count = Integer(default=0, null=False)
    is_system_tag = Boolean(default=False, null=False)
    is_auto_suggested = Boolean(default=True, null=False)
    auto_apply_rules = JSONB(default={}, null=False)
    status = Varchar(length=20, default="active", null=False)


class KnowledgeBaseItem(OfOrganization, Table, tablename="knowledge_base_items"):
    category = reference("category_id", KnowledgeBaseCategory, "no_action")
    title = Varchar(length=500, default=None, null=False)
    slug = Varchar(length=500, default=None, null=False)
    description = Text(default=None, null=True)
    content_type = Varchar(length=20, default="article", null=False)
    content = Text(default=None, null=True)
    summary = Text(default=None, null=True)
    excerpt = Text(default=None, null=True)
    tags = Array(base_column=Text(), default=[])
    keywords = Array(base_column=Text(), default=[])
    language = Varchar(length=10, default="en", null=False)
    difficulty_level = Varchar(length=20, default="basic", null=False)
    priority = Varchar(length=20, default="medium", null=False)
    estimated_read_time = Integer(default=None, null=True)
    word_count = Integer(default=0, null=False)
    meta_title = Varchar(length=255, default=None, null=True)
    meta_description = Text(default=None, null=True)
    featured_image_url = Varchar(length=500, default=None, null=True)
    is_featured = Boolean(default=False, null=False)
    is_public = Boolean(default=True, null=False)
    is_searchable = Boolean(default=True, null=False)
    is_ai_trainable = Boolean(default=True, null=False)
    requires_approval = Boolean(default=False, null=False)
    workflow_status = Varchar(length=20, default="draft", null=False)
    approval_status = Varchar(length=20, default="pending", null=False)
    rejection_reason = Text(default=None, null=True)
    author = reference("author_id", User, "set_null", null=True)
    reviewer = reference("reviewer_id", User, "set_null", null=True)
    approved_by = reference("approved_by", User, "set_null", null=True)
    published_at = Timestamptz(default=None, null=True)
    last_reviewed_at = Timestamptz(default=None, null=True)
    approved_at = Timestamptz(default=None, null=True)
    view_count = Integer(default=0, null=False)
    helpful_count = Integer(default=0, null=False)
    not_helpful_count = Integer(default=0, null=False)
    share_count = Integer(default=0, null=False)
    comment_count = Integer(default=0, null=False)
    search_hit_count = Integer(default=0, null=False)
    ai_usage_count = Integer(default=0, null=False)
    source_type = Varchar(length=20, default="manual", null=False)
    source_url = Varchar(length=1000, default=None, null=True)
    content_hash = Varchar(length=64, default=None, null=True)
    embeddings_data = JSONB(default={}, null=False)
    embeddings_vector = Array(base_column=Real(), default=None, null=True)
    ai_generated = Boolean(default=False, null=False)
    ai_confidence_score = Numeric(digits=(3, 2), default=None, null=True)
    ai_last_processed_at = Timestamptz(default=None, null=True)
    version = Integer(default=1, null=False)
    previous_version = reference("previous_version_id", "self", "set_null", null=True)
    is_latest_version = Boolean(default=True, null=False)
    change_summary = Text(default=None, null=True)
    quality_score = Numeric(digits=(3, 2), default=None, null=True)
    effectiveness_score = Numeric(digits=(3, 2), default=None, null=True)
    last_effectiveness_update = Timestamptz(default=None, null=True)
    metadata = JSONB(default={}, null=False)
    configuration = JSONB(default={}, null=False)
    deleted_at = Timestamptz(default=None, null=True)


class KnowledgeQaItem(OfOrganization, Table, tablename="knowledge_qa_items"):
    knowledge_item = reference("knowledge_item_id", KnowledgeBaseItem)
    question = Text(default=None, null=False)
    answer = Text(default=None, null=False)
    question_variations = Array(base_column=Text(), default=[])
    answer_variations = Array(base_column=Text(), default=[])
    context = Text(default=None, null=True)
    intent = Varchar(length=100, default=None, null=True)
    language = Varchar(length=10, default="en", null=False)
    confidence_level = Varchar(length=20, default="high", null=False)
    keywords = Array(base_column=Text(), default=[])
    search_keywords = Array(base_column=Text(), default=[])
    trigger_phrases = Array(base_column=Text(), default=[])
    conditions = JSONB(default={}, null=False)
    response_rules = JSONB(default={}, null=False)
    usage_count = Integer(default=0, null=False)
    success_rate = Numeric(digits=(5, 2), default=Decimal(0), null=False)
    user_satisfaction = Numeric(digits=(3, 2), default=Decimal(0), null=False)
    last_used_at = Timestamptz(default=None, null=True)
    ai_confidence = Numeric(digits=(3, 2), default=None, null=True)
    ai_embeddings = JSONB(default={}, null=False)
    ai_last_trained_at = Timestamptz(default=None, null=True)
    order_index = Integer(default=0, null=False)
    is_primary = Boolean(default=False, null=False)
    is_active = Boolean(default=True, null=False)
    metadata = JSONB(default={}, null=False)


class KnowledgeBaseItemTag(OfOrganization, Table, tablename="knowledge_base_item_tags"):
    knowledge_item = reference("knowledge_item_id", KnowledgeBaseItem)
    tag = reference("tag_id", KnowledgeBaseTag)
    assigned_by = reference("assigned_by", User, "set_null", null=True)
    assigned_at = Timestamptz(default=TimestamptzNow(), null=False)
    is_auto_assigned = Boolean(default=False, null=False)
    confidence_score = Numeric(digits=(3, 2), default=None, null=True)


class KnowledgeBaseItemRelationship(OfOrganization, Table, tablename="knowledge_base_item_relationships"):
    source_item = reference("source_item_id", KnowledgeBaseItem)
    target_item = reference("target_item_id", KnowledgeBaseItem)
    relationship_type = Varchar(length=50, default=None, null=False)
    strength = Numeric(digits=(3, 2), default=Decimal("0.5"), null=False)
    description = Text(default=None, null=True)
    is_auto_discovered = Boolean(default=False, null=False)
    discovery_method = Varchar(length=50, default=None, null=True)
    discovery_confidence = Numeric(digits=(3, 2), default=None, null=True)
    created_by = reference("created_by", User, "set_null", null=True)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="knowledge",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "search.sql",
            "knowledge_base_categories.sql",
            "knowledge_base_tags.sql",
            "knowledge_base_items.sql",
            "knowledge_qa_items.sql",
            "knowledge_base_item_tags.sql",
            "knowledge_base_item_relationships.sql",
        ),
    )
    return manager.remember(
        KnowledgeBaseCategory,
        KnowledgeBaseTag,
        KnowledgeBaseItem,
        KnowledgeQaItem,
        KnowledgeBaseItemTag,
        KnowledgeBaseItemRelationship,
    )
