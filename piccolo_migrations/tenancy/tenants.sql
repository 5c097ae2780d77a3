-- What every table is given, by name, so that no table's file repeats it: `CALL keep_to_tenant('customers');`.
-- Only the owner calls these.

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE PROCEDURE stamp_updates(p_table text)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER set_updated_at BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION set_updated_at()',
                   p_table);
END $$;
COMMENT ON PROCEDURE stamp_updates(text) IS 'Gives a table the trigger that keeps updated_at.';

CREATE PROCEDURE keep_to_tenant(p_table text, p_rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE',
                                p_column text DEFAULT 'organization_id')
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', p_table);
    EXECUTE format(
        'CREATE POLICY tenant ON %1$I'
        ' USING (%2$I = nullif(current_setting(''app.organization_id'', true), '''')::uuid)'
        ' WITH CHECK (%2$I = nullif(current_setting(''app.organization_id'', true), '''')::uuid)',
        p_table, p_column);
    EXECUTE format('GRANT %s ON %I TO switchboard_app', p_rights, p_table);
END $$;
COMMENT ON PROCEDURE keep_to_tenant(text, text, text) IS
    'Forces row-level security on a table: its rows are there only for the organization of app.organization_id.';

CREATE PROCEDURE share_platform_rows(p_table text)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('CREATE POLICY platform ON %I FOR SELECT USING (organization_id IS NULL)', p_table);
    EXECUTE format('CREATE POLICY seed ON %I TO CURRENT_USER'
                   ' USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL)', p_table);
END $$;
COMMENT ON PROCEDURE share_platform_rows(text) IS
    'Lets every tenant read the rows of a table that have no organization, and the owner alone write them.';

CREATE PROCEDURE open_to(p_role text, p_table text, p_rights text)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('GRANT %s ON %I TO %I', p_rights, p_table, p_role);
    EXECUTE format('CREATE POLICY %1$I ON %2$I TO %1$I USING (true) WITH CHECK (true)', p_role, p_table);
END $$;
COMMENT ON PROCEDURE open_to(text, text, text) IS
    'Lets a role that cannot log in, and owns a few functions, see the rows of all organizations in a table.';

CREATE PROCEDURE entrust(p_function regprocedure, p_role text)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', p_function);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO switchboard_app', p_function);
    -- The new owner of a function must be able to create in its schema, at this moment only.
    EXECUTE format('GRANT CREATE ON SCHEMA public TO %I', p_role);
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', p_function, p_role);
    EXECUTE format('REVOKE CREATE ON SCHEMA public FROM %I', p_role);
END $$;
COMMENT ON PROCEDURE entrust(regprocedure, text) IS
    'Gives a SECURITY DEFINER function to the role whose rights it is to run with, and lets the app call it.';

-- A tenant's row may point at a row of its own or at one of the platform, which has no organization. A foreign key
-- cannot say "either", and one that carries the organization is not checked where that is null.
CREATE FUNCTION must_be_own_or_platform() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
DECLARE
    target uuid := to_jsonb(NEW) ->> TG_ARGV[0];
    is_found boolean;
BEGIN
    IF target IS NOT NULL THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I WHERE id = $1 AND (organization_id IS NULL OR organization_id = $2))',
            TG_ARGV[1])
            INTO is_found USING target, NEW.organization_id;
        IF NOT is_found THEN
            RAISE foreign_key_violation USING MESSAGE = format('%s.%s points at nothing of this organization',
                                                               TG_TABLE_NAME, TG_ARGV[0]);
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE PROCEDURE point_at_own_or_platform(p_table text, p_column text, p_target text)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OF %I, organization_id ON %I'
                   ' FOR EACH ROW EXECUTE FUNCTION must_be_own_or_platform(%L, %L)',
                   'own_or_platform_' || p_column, p_column, p_table, p_column, p_target);
END $$;
COMMENT ON PROCEDURE point_at_own_or_platform(text, text, text) IS
    'Keeps a column from pointing at a row of another organization, where a foreign key cannot.';

REVOKE ALL ON PROCEDURE stamp_updates(text), keep_to_tenant(text, text, text), share_platform_rows(text),
    open_to(text, text, text), entrust(regprocedure, text), point_at_own_or_platform(text, text, text) FROM PUBLIC;

-- backwards
DROP PROCEDURE point_at_own_or_platform(text, text, text), entrust(regprocedure, text), open_to(text, text, text),
    share_platform_rows(text), keep_to_tenant(text, text, text), stamp_updates(text);
DROP FUNCTION must_be_own_or_platform(), set_updated_at();
