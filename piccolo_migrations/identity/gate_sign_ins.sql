-- Which of these sign-ins still let somebody into a console? Asked for every open socket, again and again.

CREATE FUNCTION gate_sign_ins(p_ids uuid[], p_idle_since timestamptz)
RETURNS TABLE (sign_in_id uuid, user_id uuid, organization_id uuid, agent_id uuid, name text, role text,
               last_activity_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT s.id, u.id, u.organization_id, a.id, coalesce(a.display_name, u.full_name)::text, u.role::text,
               s.last_activity_at
        FROM user_sessions s
        JOIN users u ON u.id = s.user_id
        JOIN organizations o ON o.id = u.organization_id AND o.status = 'active' AND o.deleted_at IS NULL
        LEFT JOIN agents a ON a.user_id = u.id AND a.status = 'active' AND a.deleted_at IS NULL
        WHERE s.id = ANY (p_ids) AND s.is_active AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.last_activity_at >= p_idle_since
          AND u.status = 'active' AND u.deleted_at IS NULL AND s.created_at >= u.password_changed_at;
END $$;
COMMENT ON FUNCTION gate_sign_ins(uuid[], timestamptz) IS 'Those of these sign-ins that are still good.';
CALL entrust('gate_sign_ins(uuid[], timestamptz)', 'switchboard_gate');

-- backwards
DROP FUNCTION gate_sign_ins(uuid[], timestamptz);
