-- Who is calling? Asked before the tenant is known, and answered with no more than that.

CREATE FUNCTION gate_user_by_email(p_email text)
RETURNS TABLE (user_id uuid, organization_id uuid, full_name text, role text, password_hash text, status text,
               organization_status text, locked_until timestamptz, failed_login_attempts integer,
               two_factor_enabled boolean, must_change_password boolean, max_concurrent_sessions integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT u.id, u.organization_id, u.full_name, u.role, u.password_hash, u.status, o.status, u.locked_until,
           u.failed_login_attempts, u.two_factor_enabled, u.must_change_password, u.max_concurrent_sessions
    FROM users u LEFT JOIN organizations o ON o.id = u.organization_id AND o.deleted_at IS NULL
    WHERE lower(u.email) = lower(p_email) AND u.deleted_at IS NULL AND (o.id IS NULL) = (u.organization_id IS NULL)
$$;
COMMENT ON FUNCTION gate_user_by_email(text) IS 'What signing in needs to know of whoever has this address.';
CALL entrust('gate_user_by_email(text)', 'switchboard_gate');

-- plpgsql, because the table of agents comes with a later app.
CREATE FUNCTION gate_session(p_token_hash text)
RETURNS TABLE (sign_in_id uuid, user_id uuid, organization_id uuid, agent_id uuid, name text, email text, role text,
               organization_name text, permissions jsonb, last_activity_at timestamptz, expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT s.id, u.id, u.organization_id, a.id, coalesce(a.display_name, u.full_name)::text, u.email::text,
               u.role::text, o.name::text, u.permissions, s.last_activity_at, s.expires_at
        FROM user_sessions s
        JOIN users u ON u.id = s.user_id
        LEFT JOIN organizations o ON o.id = u.organization_id AND o.status = 'active' AND o.deleted_at IS NULL
        LEFT JOIN agents a ON a.user_id = u.id AND a.status = 'active' AND a.deleted_at IS NULL
        WHERE s.session_token_hash = p_token_hash AND s.is_active AND s.revoked_at IS NULL AND s.expires_at > now()
          AND u.status = 'active' AND u.deleted_at IS NULL AND s.created_at >= u.password_changed_at
          AND (o.id IS NULL) = (u.organization_id IS NULL);
END $$;
COMMENT ON FUNCTION gate_session(text) IS 'Who holds this session token, if it is still good.';
CALL entrust('gate_session(text)', 'switchboard_gate');

CREATE FUNCTION gate_api_key(p_key_hash text)
RETURNS TABLE (api_key_id uuid, organization_id uuid, name text, scopes text[], permissions jsonb, allowed_ips text[],
               rate_limit_per_minute integer, user_id uuid, agent_id uuid, last_used_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT k.id, k.organization_id, k.name::text, k.scopes, k.permissions, k.allowed_ips, k.rate_limit_per_minute,
               u.id, a.id, k.last_used_at
        FROM api_keys k
        JOIN organizations o ON o.id = k.organization_id AND o.status = 'active' AND o.deleted_at IS NULL
        LEFT JOIN users u ON u.id = k.created_by AND u.status = 'active' AND u.deleted_at IS NULL
        LEFT JOIN agents a ON a.user_id = u.id AND a.status = 'active' AND a.deleted_at IS NULL
        WHERE k.key_hash = p_key_hash AND k.status = 'active' AND (k.expires_at IS NULL OR k.expires_at > now());
END $$;
COMMENT ON FUNCTION gate_api_key(text) IS 'Whose key this is, if it is still good.';
CALL entrust('gate_api_key(text)', 'switchboard_gate');

-- backwards
DROP FUNCTION gate_api_key(text), gate_session(text), gate_user_by_email(text);
