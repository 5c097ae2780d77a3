"""How a row of a conversation reads as JSON: the one serializer behind REST, snapshot and events.

Each constant is an SQL expression over fixed aliases, and gives exactly the fields of the struct of the same name in
`gateway/events.py`. What is hidden (the text of a revoked message) is hidden here, so nothing shows it by mistake.
"""

from __future__ import annotations

CUSTOMER = """json_build_object(
    'id', c.id, 'channel_config_id', c.channel_config_id, 'name', c.name, 'phone', c.phone,
    'channel_user_id', c.channel_user_id, 'avatar_url', c.avatar_url, 'is_blocked', c.is_blocked, 'rev', c.rev)"""

SESSION = f"""json_build_object(
    'id', s.id, 'customer', {CUSTOMER}, 'channel_config_id', s.channel_config_id,
    'external_chat_id', s.external_chat_id, 'agent_id', s.agent_id, 'status', s.status, 'priority', s.priority,
    'tags', s.tags, 'unread_count', s.unread_count, 'total_messages', s.total_messages, 'message_seq', s.message_seq,
    'last_message_id', s.last_message_id, 'last_message_at', s.last_message_at,
    'last_message_preview', s.last_message_preview, 'last_message_sender', s.last_message_sender,
    'waiting_since', s.waiting_since, 'queued_at', s.queued_at, 'snoozed_until', s.snoozed_until,
    'started_at', s.started_at, 'ended_at', s.ended_at, 'rev', s.rev)"""

AGENT = """json_build_object(
    'id', a.id, 'user_id', a.user_id, 'name', coalesce(a.display_name, u.full_name),
    'availability', a.availability_status, 'rev', a.rev)"""

CHANNEL = """json_build_object(
    'id', k.id, 'channel', k.channel, 'name', coalesce(k.display_name, k.name), 'identifier', k.channel_identifier,
    'is_active', k.is_active, 'health', k.health_status, 'status', coalesce(w.status, 'none'), 'rev', k.rev)"""

_MEDIA = """CASE WHEN m.revoked_at IS NULL AND (m.media_url IS NOT NULL OR m.media_type IS NOT NULL)
    THEN json_build_object(
        'url', m.media_url, 'mimetype', m.media_type, 'filename', m.media_metadata->>'filename',
        'size', m.media_size, 'error', m.media_metadata->>'error') END"""

_REPLY_TO = """CASE WHEN m.reply_to_message_id IS NOT NULL OR m.reply_to_external_id IS NOT NULL
    THEN json_build_object(
        'id', m.reply_to_message_id, 'external_id', coalesce(m.reply_to_external_id, q.external_id),
        'text', CASE WHEN q.revoked_at IS NULL THEN left(q.message_text, 300) END,
        'sender_name', q.sender_name) END"""

# A message that waits in the queue for a reason says so.
_ERROR = """CASE WHEN m.delivery_status IN ('failed', 'unknown')
        OR m.delivery_status IN ('queued', 'sending') AND m.error_code IS NOT NULL
    THEN json_build_object(
        'code', coalesce(m.error_code, m.delivery_status), 'message', coalesce(m.failed_reason, '')) END"""

_TRACE = """json_build_object(
    'provider', CASE WHEN m.direction = 'inbound' THEN m.sent_at END, 'received', m.received_at,
    'committed', m.created_at, 'accepted', m.accepted_at,
    'sent', CASE WHEN m.direction = 'outbound' THEN m.sent_at END,
    'delivered', m.delivered_at, 'read', m.read_at)"""

MESSAGE = f"""json_build_object(
    'id', m.id, 'session_id', m.session_id, 'seq', m.seq, 'direction', m.direction, 'sender_type', m.sender_type,
    'sender_id', m.sender_id, 'sender_name', m.sender_name, 'type', m.message_type,
    'text', CASE WHEN m.revoked_at IS NULL THEN m.message_text END,
    'content', CASE WHEN m.revoked_at IS NULL THEN m.content END,
    'media', {_MEDIA}, 'reply_to', {_REPLY_TO}, 'reactions', m.reactions, 'status', m.delivery_status,
    'error', {_ERROR}, 'client_message_id', m.client_message_id, 'external_id', m.external_id,
    'sent_at', m.sent_at, 'created_at', m.created_at, 'edited_at', m.edited_at, 'revoked_at', m.revoked_at,
    'rev', m.rev, 'trace', {_TRACE})"""

# What the expressions above are selected from.
FROM_CUSTOMERS = "customers c"
FROM_SESSIONS = "chat_sessions s JOIN customers c ON c.id = s.customer_id"
FROM_MESSAGES = "messages m LEFT JOIN messages q ON q.id = m.reply_to_message_id"
FROM_AGENTS = "agents a JOIN users u ON u.id = a.user_id"
FROM_CHANNELS = "channel_configs k LEFT JOIN waha_sessions w ON w.channel_config_id = k.id"

# By id: `id` and the state as JSON text.
CUSTOMERS_BY_ID = f"SELECT c.id, {CUSTOMER} FROM {FROM_CUSTOMERS} WHERE c.id = ANY($1)"
SESSIONS_BY_ID = f"SELECT s.id, {SESSION} FROM {FROM_SESSIONS} WHERE s.id = ANY($1)"
MESSAGES_BY_ID = f"SELECT m.id, {MESSAGE} FROM {FROM_MESSAGES} WHERE m.id = ANY($1)"
AGENTS_BY_ID = f"SELECT a.id, {AGENT} FROM {FROM_AGENTS} WHERE a.id = ANY($1)"
CHANNELS_BY_ID = f"SELECT k.id, {CHANNEL} FROM {FROM_CHANNELS} WHERE k.id = ANY($1)"
