-- The roles that every organization begins with. Called inside the transaction that founds it, with its rights.
CREATE FUNCTION begin_roles(p_organization uuid) RETURNS void
LANGUAGE sql VOLATILE SET search_path = public, pg_temp
AS $$
    INSERT INTO roles (organization_id, code, name, description, level, is_system_role, is_default)
    VALUES
        (p_organization, 'org_admin', 'Administrator', 'May do everything in the organization.', 80, true, false),
        (p_organization, 'manager', 'Manager', 'Leads the team: sees and assigns all conversations.', 60, true, false),
        (p_organization, 'agent', 'Agent', 'Answers customers.', 40, true, true),
        (p_organization, 'viewer', 'Viewer', 'Reads along.', 10, true, false)
    ON CONFLICT (organization_id, code) DO NOTHING;

    INSERT INTO role_permissions (organization_id, role_id, permission_id)
    SELECT p_organization, r.id, p.id
    FROM roles r JOIN permissions p ON p.organization_id IS NULL AND p.is_system_permission
    WHERE r.organization_id = p_organization AND p.category <> 'platform' AND (
        r.code = 'org_admin'
        OR r.code = 'manager' AND p.category IN ('conversations', 'knowledge')
        OR r.code = 'manager' AND p.code IN ('agents.manage', 'analytics.export', 'workflows.execute')
        OR r.code IN ('manager', 'agent', 'viewer') AND p.action = 'read'
            AND p.category IN ('conversations', 'knowledge', 'team', 'channels')
        OR r.code IN ('manager', 'viewer') AND p.code IN ('inbox.view_all', 'analytics.read')
        OR r.code = 'agent' AND p.code IN (
            'inbox.view_own', 'chat_sessions.update', 'messages.create', 'customers.update',
            'knowledge_articles.create'))
    ON CONFLICT (role_id, permission_id) DO NOTHING;
$$;
COMMENT ON FUNCTION begin_roles(uuid) IS 'Gives a new organization its roles: administrator, manager, agent, viewer.';

-- backwards
DROP FUNCTION begin_roles(uuid);
