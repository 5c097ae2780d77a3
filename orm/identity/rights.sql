-- The platform's permissions and roles. They are ours: a new version changes them, and nothing else here is touched.

INSERT INTO permissions (code, resource, action, name, category, is_dangerous, is_system_permission, sort_order)
SELECT resource || '.' || action, resource, action, name, category, is_dangerous, true, row_number() OVER ()
FROM (VALUES
    ('inbox', 'view_all', 'See every conversation', 'conversations', false),
    ('inbox', 'view_own', 'See one''s own conversations and the queue', 'conversations', false),
    ('inbox', 'manage', 'Assign and transfer anybody''s conversations', 'conversations', false),
    ('chat_sessions', 'read', 'Read conversations', 'conversations', false),
    ('chat_sessions', 'update', 'Claim, resolve, snooze and label conversations', 'conversations', false),
    ('chat_sessions', 'export', 'Export conversations', 'conversations', true),
    ('messages', 'read', 'Read messages', 'conversations', false),
    ('messages', 'create', 'Answer customers, and write notes', 'conversations', false),
    ('messages', 'delete', 'Revoke messages', 'conversations', true),
    ('customers', 'read', 'See customers', 'conversations', false),
    ('customers', 'update', 'Change customers', 'conversations', false),
    ('customers', 'delete', 'Delete customers with all that they wrote', 'conversations', true),
    ('customers', 'export', 'Export customers', 'conversations', true),
    ('customers', 'import', 'Import customers', 'conversations', false),

    ('agents', 'read', 'See the team', 'team', false),
    ('agents', 'manage', 'Change skills, capacity and hours of agents', 'team', false),
    ('users', 'read', 'See people', 'team', false),
    ('users', 'create', 'Invite people', 'team', false),
    ('users', 'update', 'Change people', 'team', false),
    ('users', 'delete', 'Remove people', 'team', true),
    ('roles', 'read', 'See roles', 'team', false),
    ('roles', 'manage', 'Change roles, and give them', 'team', true),
    ('permissions', 'read', 'See permissions', 'team', false),

    ('channel_configs', 'read', 'See channels', 'channels', false),
    ('channel_configs', 'manage', 'Connect, change and remove channels', 'channels', true),
    ('waha_sessions', 'read', 'See WhatsApp accounts', 'channels', false),
    ('waha_sessions', 'manage', 'Pair, start and stop WhatsApp accounts', 'channels', true),

    ('bot_personalities', 'read', 'See bots', 'automation', false),
    ('bot_personalities', 'manage', 'Change bots', 'automation', false),
    ('ai_models', 'read', 'See AI models', 'automation', false),
    ('ai_models', 'manage', 'Change AI models and their keys', 'automation', true),
    ('workflows', 'read', 'See workflows', 'automation', false),
    ('workflows', 'execute', 'Run workflows', 'automation', false),
    ('workflows', 'manage', 'Change workflows', 'automation', false),
    ('webhooks', 'read', 'See outgoing webhooks', 'automation', false),
    ('webhooks', 'manage', 'Change outgoing webhooks', 'automation', true),
    ('api_keys', 'read', 'See API keys', 'automation', false),
    ('api_keys', 'manage', 'Make and revoke API keys', 'automation', true),

    ('knowledge_articles', 'read', 'Read the knowledge base', 'knowledge', false),
    ('knowledge_articles', 'create', 'Write articles', 'knowledge', false),
    ('knowledge_articles', 'update', 'Change articles', 'knowledge', false),
    ('knowledge_articles', 'approve', 'Approve articles', 'knowledge', false),
    ('knowledge_articles', 'publish', 'Publish articles', 'knowledge', false),
    ('knowledge_articles', 'delete', 'Delete articles', 'knowledge', true),
    ('knowledge_categories', 'manage', 'Change categories and tags', 'knowledge', false),

    ('analytics', 'read', 'See figures', 'organization', false),
    ('analytics', 'export', 'Export figures', 'organization', false),
    ('audit_logs', 'read', 'See who did what', 'organization', false),
    ('settings', 'read', 'See settings', 'organization', false),
    ('settings', 'update', 'Change settings', 'organization', false),
    ('billing', 'read', 'See invoices and payments', 'organization', false),
    ('subscriptions', 'manage', 'Buy, change and cancel the plan', 'organization', true),

    ('organizations', 'read', 'See organizations', 'platform', false),
    ('organizations', 'approve', 'Approve organizations', 'platform', false),
    ('organizations', 'manage', 'Suspend and delete organizations', 'platform', true),
    ('system_logs', 'read', 'See the log of the platform', 'platform', false)
) AS ours (resource, action, name, category, is_dangerous)
ON CONFLICT (organization_id, code) DO UPDATE
SET name = excluded.name, category = excluded.category, is_dangerous = excluded.is_dangerous,
    sort_order = excluded.sort_order
WHERE (permissions.name, permissions.category, permissions.is_dangerous, permissions.sort_order)
      IS DISTINCT FROM (excluded.name, excluded.category, excluded.is_dangerous, excluded.sort_order);

INSERT INTO permission_groups (code, name, category, sort_order)
SELECT category, initcap(category), category, min(sort_order)
FROM permissions WHERE organization_id IS NULL AND is_system_permission GROUP BY category
ON CONFLICT (organization_id, code) DO NOTHING;

INSERT INTO permission_group_permissions (group_id, permission_id, sort_order)
SELECT g.id, p.id, p.sort_order
FROM permissions p JOIN permission_groups g ON g.organization_id IS NULL AND g.code = p.category
WHERE p.organization_id IS NULL AND p.is_system_permission
ON CONFLICT (group_id, permission_id) DO UPDATE SET sort_order = excluded.sort_order
WHERE permission_group_permissions.sort_order <> excluded.sort_order;

INSERT INTO roles (code, name, description, scope, level, is_system_role, inherits_permissions)
VALUES
    ('super_admin', 'Super administrator', 'Runs the platform.', 'global', 100, true, false),
    ('system_admin', 'System administrator', 'Looks after the platform''s organizations.', 'global', 90, true, false),
    ('support_team', 'Support', 'Helps organizations, and changes nothing.', 'global', 50, true, false)
ON CONFLICT (organization_id, code) DO UPDATE
SET name = excluded.name, description = excluded.description, level = excluded.level
WHERE (roles.name, roles.description, roles.level)
      IS DISTINCT FROM (excluded.name, excluded.description, excluded.level);

INSERT INTO role_permissions (role_id, permission_id)
SELECT r.id, p.id
FROM roles r JOIN permissions p ON p.organization_id IS NULL AND p.is_system_permission
WHERE r.organization_id IS NULL AND (
    r.code = 'super_admin'
    OR r.code = 'system_admin' AND (p.category = 'platform' OR p.action = 'read')
    OR r.code = 'support_team' AND p.action = 'read')
ON CONFLICT (role_id, permission_id) DO NOTHING;
