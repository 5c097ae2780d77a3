"""Tables: the knowledge base."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import (
    NO_ACTION,
    SET_NULL,
    boolean,
    integer,
    jsonb,
    long_text,
    now,
    numeric,
    real_array,
    reference,
    smallint,
    text_array,
    timestamptz,
    varchar,
)
from orm.identity.tables import User
from orm.tenancy.tables import OfOrganization


class KnowledgeBaseCategory(OfOrganization, Table, tablename="knowledge_base_categories"):
    """Tree of categories with the content types each accepts."""

    parent = reference("parent_id", "self", NO_ACTION, null=True)
    name = varchar(255)
    slug = varchar(255)
    description = long_text(null=True)
    icon = varchar(100, null=True)
    color = varchar(7, null=True)

    order_index = integer(default=0)
    is_public = boolean(default=True)
    is_featured = boolean(default=False)
    is_system_category = boolean(default=False)

    supports_articles = boolean(default=True)
    supports_qa = boolean(default=True)
    supports_faq = boolean(default=True)

    meta_title = varchar(255, null=True)
    meta_description = long_text(null=True)
    meta_keywords = text_array()

    total_content_count = integer(default=0)
    article_count = integer(default=0)
    qa_count = integer(default=0)
    view_count = integer(default=0)
    search_count = integer(default=0)

    is_ai_trainable = boolean(default=True)
    ai_category_embeddings = jsonb({})
    ai_processing_priority = smallint(default=5)
    auto_categorize = boolean(default=False)
    category_rules = jsonb({})

    metadata = jsonb({})
    status = varchar(20, default="active")


class KnowledgeBaseTag(OfOrganization, Table, tablename="knowledge_base_tags"):
    """Curated tags, in a tree, with suggestion rules."""

    name = varchar(100)
    slug = varchar(100)
    description = long_text(null=True)
    color = varchar(7, default="#6B7280")
    icon = varchar(50, null=True)

    tag_type = varchar(20, default="general")
    parent_tag = reference("parent_tag_id", "self", SET_NULL, null=True)

    usage_count = integer(default=0)
    item_count = integer(default=0)

    is_system_tag = boolean(default=False)
    is_auto_suggested = boolean(default=True)
    auto_apply_rules = jsonb({})
    status = varchar(20, default="active")


class KnowledgeBaseItem(OfOrganization, Table, tablename="knowledge_base_items"):
    """Articles, guides and Q&A collections with editorial workflow, versions, search and embeddings.

    Every version is a row.
    """

    category = reference("category_id", KnowledgeBaseCategory, NO_ACTION)
    title = varchar(500)
    slug = varchar(500)
    description = long_text(null=True)
    content_type = varchar(20, default="article")

    content = long_text(null=True)
    summary = long_text(null=True)
    excerpt = long_text(null=True)

    tags = text_array()
    keywords = text_array()
    language = varchar(10, default="en")
    difficulty_level = varchar(20, default="basic")
    priority = varchar(20, default="medium")

    estimated_read_time = integer(null=True)
    word_count = integer(default=0)
    meta_title = varchar(255, null=True)
    meta_description = long_text(null=True)
    featured_image_url = varchar(500, null=True)

    is_featured = boolean(default=False)
    is_public = boolean(default=True)
    is_searchable = boolean(default=True)
    is_ai_trainable = boolean(default=True)
    requires_approval = boolean(default=False)

    workflow_status = varchar(20, default="draft")
    approval_status = varchar(20, default="pending")
    rejection_reason = long_text(null=True)

    author = reference("author_id", User, SET_NULL, null=True)
    reviewer = reference("reviewer_id", User, SET_NULL, null=True)
    approved_by = reference("approved_by", User, SET_NULL, null=True)
    published_at = timestamptz(null=True)
    last_reviewed_at = timestamptz(null=True)
    approved_at = timestamptz(null=True)

    view_count = integer(default=0)
    helpful_count = integer(default=0)
    not_helpful_count = integer(default=0)
    share_count = integer(default=0)
    comment_count = integer(default=0)
    search_hit_count = integer(default=0)
    ai_usage_count = integer(default=0)

    source_type = varchar(20, default="manual")
    source_url = varchar(1000, null=True)
    content_hash = varchar(64, null=True)

    embeddings_data = jsonb({})
    embeddings_vector = real_array()

    ai_generated = boolean(default=False)
    ai_confidence_score = numeric(3, 2, null=True)
    ai_last_processed_at = timestamptz(null=True)

    version = integer(default=1)
    previous_version = reference("previous_version_id", "self", SET_NULL, null=True)
    is_latest_version = boolean(default=True)
    change_summary = long_text(null=True)

    quality_score = numeric(3, 2, null=True)
    effectiveness_score = numeric(3, 2, null=True)
    last_effectiveness_update = timestamptz(null=True)

    metadata = jsonb({})
    configuration = jsonb({})

    deleted_at = timestamptz(null=True)


class KnowledgeQaItem(OfOrganization, Table, tablename="knowledge_qa_items"):
    """Question and answer pairs of an item, with variations, matching rules and usage results."""

    knowledge_item = reference("knowledge_item_id", KnowledgeBaseItem)
    question = long_text()
    answer = long_text()

    question_variations = text_array()
    answer_variations = text_array()

    context = long_text(null=True)
    intent = varchar(100, null=True)
    language = varchar(10, default="en")
    confidence_level = varchar(20, default="high")

    keywords = text_array()
    search_keywords = text_array()
    trigger_phrases = text_array()

    conditions = jsonb({})
    response_rules = jsonb({})

    usage_count = integer(default=0)
    success_rate = numeric(5, 2, default="0")
    user_satisfaction = numeric(3, 2, default="0")
    last_used_at = timestamptz(null=True)

    ai_confidence = numeric(3, 2, null=True)
    ai_embeddings = jsonb({})
    ai_last_trained_at = timestamptz(null=True)

    order_index = integer(default=0)
    is_primary = boolean(default=False)
    is_active = boolean(default=True)

    metadata = jsonb({})


class KnowledgeBaseItemTag(OfOrganization, Table, tablename="knowledge_base_item_tags"):
    """Which tag is on which item, and who or what put it there."""

    knowledge_item = reference("knowledge_item_id", KnowledgeBaseItem)
    tag = reference("tag_id", KnowledgeBaseTag)

    assigned_by = reference("assigned_by", User, SET_NULL, null=True)
    assigned_at = now()
    is_auto_assigned = boolean(default=False)
    confidence_score = numeric(3, 2, null=True)


class KnowledgeBaseItemRelationship(OfOrganization, Table, tablename="knowledge_base_item_relationships"):
    """Directed links between items, set by people or found automatically."""

    source_item = reference("source_item_id", KnowledgeBaseItem)
    target_item = reference("target_item_id", KnowledgeBaseItem)
    relationship_type = varchar(50)

    strength = numeric(3, 2, default="0.5")
    description = long_text(null=True)
    is_auto_discovered = boolean(default=False)
    discovery_method = varchar(50, null=True)
    discovery_confidence = numeric(3, 2, null=True)
    created_by = reference("created_by", User, SET_NULL, null=True)
