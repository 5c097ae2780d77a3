"""How a row of a conversation reads as JSON: the one serializer behind REST, snapshot and events.

Each constant is an SQL expression over fixed aliases, and gives exactly the fields of the struct of the same name in
`gateway/events.py`. The functions are in `state.sql`, because events are also made inside PostgreSQL.
"""

from __future__ import annotations

CUSTOMER = "customer_state(c)"
SESSION = "session_state(s, of.customer)"
MESSAGE = "message_state(m)"
CHANNEL = "channel_state(k, w.status)"
AGENT = """json_build_object(
    'id', a.id, 'user_id', a.user_id, 'name', coalesce(a.display_name, u.full_name),
    'availability', a.availability_status, 'rev', a.rev)"""

# What the expressions above are selected from.
FROM_CUSTOMERS = "customers c"
# Looked up one by one: as a join, in tables that were filled a moment ago and not analysed yet, every session was held
# against every customer of the organization.
FROM_SESSIONS = """chat_sessions s CROSS JOIN LATERAL (
    SELECT c AS customer FROM customers c WHERE c.id = s.customer_id LIMIT 1) of"""
FROM_MESSAGES = "messages m"
FROM_AGENTS = "agents a JOIN users u ON u.id = a.user_id"
FROM_CHANNELS = "channel_configs k LEFT JOIN waha_sessions w ON w.channel_config_id = k.id"

# By id: `id` and the state as JSON text.
CUSTOMERS_BY_ID = f"SELECT c.id, {CUSTOMER} FROM {FROM_CUSTOMERS} WHERE c.id = ANY($1)"
SESSIONS_BY_ID = f"SELECT s.id, {SESSION} FROM {FROM_SESSIONS} WHERE s.id = ANY($1)"
MESSAGES_BY_ID = f"SELECT m.id, {MESSAGE} FROM {FROM_MESSAGES} WHERE m.id = ANY($1)"
AGENTS_BY_ID = f"SELECT a.id, {AGENT} FROM {FROM_AGENTS} WHERE a.id = ANY($1)"
CHANNELS_BY_ID = f"SELECT k.id, {CHANNEL} FROM {FROM_CHANNELS} WHERE k.id = ANY($1)"
