-- Who may do what. The owner (who runs this) makes tables; `switchboard_app` is what gateway and worker log in as, and
-- is bound by row-level security. The others cannot log in: they own the few SECURITY DEFINER functions that must look
-- across tenants, and have a policy on just the tables that those functions touch.
--   switchboard_ingest   writes a batch of webhooks of many organizations in one call
--   switchboard_gate     looks up who is calling, before the tenant is known
--   switchboard_sweep    finds work, heads of logs and leftovers of all organizations
-- Roles belong to the whole cluster: another database may be making them at this moment; going backwards leaves them.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        VALUES ('switchboard_app', 'LOGIN'), ('switchboard_ingest', 'NOLOGIN'),
               ('switchboard_gate', 'NOLOGIN'), ('switchboard_sweep', 'NOLOGIN')
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.column1) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I %s NOINHERIT', wanted.column1, wanted.column2);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
        -- To give a function to a role, an owner that is no superuser must be able to become it. It need not inherit
        -- its rights, and from PostgreSQL 16 on does not: so the owner, too, is held by row-level security.
        CONTINUE WHEN wanted.column2 = 'LOGIN' OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
        IF current_setting('server_version_num')::integer < 160000 THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted.column1);
        ELSIF NOT pg_has_role(wanted.column1, 'SET') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', wanted.column1);
        END IF;
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO switchboard_app, switchboard_ingest, switchboard_gate, switchboard_sweep;

-- backwards
REVOKE USAGE ON SCHEMA public FROM switchboard_app, switchboard_ingest, switchboard_gate, switchboard_sweep;
