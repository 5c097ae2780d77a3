-- Which organization is meant? Asked by an operator's command, before it acts for one.

CREATE FUNCTION gate_organization(p_code text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT id FROM organizations WHERE upper(org_code) = upper(p_code) AND deleted_at IS NULL
$$;
COMMENT ON FUNCTION gate_organization(text) IS 'The organization with this code.';
CALL entrust('gate_organization(text)', 'switchboard_gate');

CREATE FUNCTION gate_first_organization() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT id FROM organizations ORDER BY created_at, id LIMIT 1
$$;
COMMENT ON FUNCTION gate_first_organization() IS 'The oldest organization; none means that this is the first start.';
CALL entrust('gate_first_organization()', 'switchboard_gate');

-- backwards
DROP FUNCTION gate_organization(text), gate_first_organization();
