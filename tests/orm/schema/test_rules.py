"""Rules that every table keeps, asked of the database itself."""

from __future__ import annotations

from orm.connection import Connection
from tests.orm.catalog import PARTITIONED, TABLES, TENANT_TABLES, foreign_keys
from tests.orm.schema.conftest import Planted

OF_THE_GATEWAY = {"event_streams", "events", "deliveries", "parked_receipts", "idempotency_keys", "cursors"}


async def names(connection: Connection, query: str, *values: object) -> set[str]:
    return {row[0] for row in await connection.fetch(query, *values)}


async def test_there_are_48_tables_of_the_product_and_six_of_the_gateway(owner: Connection) -> None:
    found = await names(
        owner,
        """
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        """,
    )
    assert found - {"migration"} == set(TABLES)
    assert len(set(TABLES) - OF_THE_GATEWAY) == 48
    assert set(TABLES) >= OF_THE_GATEWAY


async def test_every_table_says_what_it_is_for(owner: Connection) -> None:
    silent = await names(
        owner, "SELECT t FROM unnest($1::text[]) t WHERE obj_description(t::regclass) IS NULL", list(TABLES)
    )
    assert silent == set()


async def test_row_level_security_is_forced_on_every_table_of_an_organization(owner: Connection) -> None:
    unforced = await names(
        owner,
        """
        SELECT t FROM unnest($1::text[]) t JOIN pg_class c ON c.oid = t::regclass
        WHERE NOT relrowsecurity OR NOT relforcerowsecurity
           OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'tenant' AND polroles = '{0}')
        """,
        [*TENANT_TABLES, "organizations"],
    )
    assert unforced == set()


async def test_a_policy_that_shows_all_rows_is_only_for_roles_that_cannot_log_in(owner: Connection) -> None:
    open_to = await owner.fetch(
        """
        SELECT tablename, roles FROM pg_policies WHERE qual = 'true' AND NOT EXISTS (
            SELECT FROM unnest(roles) r JOIN pg_roles ON rolname = r WHERE NOT rolcanlogin AND NOT rolbypassrls)
        """
    )
    assert open_to == []


async def test_the_app_cannot_escape_row_level_security(owner: Connection) -> None:
    app = await owner.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'switchboard_app'"
    )
    assert app is not None
    assert set(app.values()) == {False}
    others = "SELECT rolname FROM pg_roles WHERE rolname <> $1 AND pg_has_role($1, oid, 'MEMBER')"
    assert await names(owner, others, "switchboard_app") == set()
    assert await owner.fetchval("SELECT has_schema_privilege('switchboard_app', 'public', 'CREATE')") is False


async def test_nobody_reaches_a_partition_past_its_table(owner: Connection) -> None:
    reachable = await owner.fetch(
        """
        SELECT relname, rolname FROM pg_class, pg_roles
        WHERE relispartition AND relkind = 'r' AND rolname LIKE 'switchboard\\_%' AND NOT rolsuper
          AND has_table_privilege(rolname, pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
        """
    )
    assert reachable == []


async def test_functions_with_more_rights_than_their_caller_are_not_for_everybody(owner: Connection) -> None:
    loose = await names(
        owner,
        """
        SELECT proname FROM pg_proc
        WHERE prosecdef AND pronamespace = 'public'::regnamespace
          AND (has_function_privilege('public', oid, 'EXECUTE')
               OR NOT EXISTS (SELECT FROM unnest(proconfig) c WHERE c LIKE 'search_path=%pg_temp'))
        """,
    )
    assert loose == set()


async def test_every_foreign_key_has_an_index_that_begins_with_it(owner: Connection) -> None:
    indexed = {
        (row["table"], row["first"])
        for row in await owner.fetch(
            """
            SELECT indrelid::regclass::text AS "table", attname::text AS first
            FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indpred IS NULL OR pg_get_expr(indpred, indrelid) = format('(%I IS NOT NULL)', attname)
            """
        )
    }
    bare = [key for key in await foreign_keys(owner) if (key.table, key.column) not in indexed]
    assert bare == []


async def test_a_foreign_key_between_tables_of_an_organization_carries_the_organization(owner: Connection) -> None:
    guarded = {
        (row["table"], row["column"])
        for row in await owner.fetch(
            """
            SELECT tgrelid::regclass::text AS "table", substr(tgname, length('own_or_platform_') + 1) AS column
            FROM pg_trigger WHERE tgname LIKE 'own\\_or\\_platform\\_%' AND tgparentid = 0
            """
        )
    }
    loose = [
        key
        for key in await foreign_keys(owner)
        if {key.table, key.target} <= set(TENANT_TABLES)
        and "organization_id" not in key.columns
        and (key.table, key.column) not in guarded
    ]
    assert loose == []


async def test_every_table_of_the_product_keeps_updated_at(owner: Connection) -> None:
    stamped = await names(owner, "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'set_updated_at'")
    assert set(TABLES) - OF_THE_GATEWAY <= stamped
    await owner.execute("UPDATE customers SET updated_at = '2020-01-01', notes = 'changed'")
    assert await owner.fetchval("SELECT bool_and(updated_at > now() - interval '1 minute') FROM customers")


async def test_what_changes_with_every_message_is_in_no_index(owner: Connection) -> None:
    """Else no update of a session is HOT, and storing a message costs a third more."""
    hot = await owner.fetch(
        """
        SELECT indexrelid::regclass, attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid
        WHERE indrelid IN ('chat_sessions'::regclass, 'customers'::regclass, 'event_streams'::regclass)
          AND (attnum = ANY (indkey) OR pg_get_expr(indpred, indrelid) ~ ('\\m' || attname || '\\M'))
          AND attname IN ('last_message_at', 'last_activity_at', 'last_message_id', 'message_seq', 'total_messages',
                          'unread_count', 'customer_messages', 'agent_messages', 'waiting_since', 'rev', 'updated_at',
                          'last_interaction_at', 'seq', 'last_event_id')
        """
    )
    assert hot == []


async def test_nothing_slow_is_done_while_a_message_is_stored(owner: Connection) -> None:
    methods = await names(
        owner,
        """
        SELECT amname FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_am ON pg_am.oid = i.relam
        WHERE indrelid = 'messages'::regclass
        """,
    )
    assert methods == {"btree"}


async def test_what_grows_for_ever_is_partitioned_over_its_id(owner: Connection) -> None:
    keys = {
        row["table"]: row["key"]
        for row in await owner.fetch(
            'SELECT partrelid::regclass::text AS "table", pg_get_partkeydef(partrelid) AS key FROM pg_partitioned_table'
        )
    }
    assert keys == dict.fromkeys(PARTITIONED, "RANGE (id)")


async def test_a_secret_is_a_hash_or_sealed(owner: Connection, planted: Planted) -> None:
    kinds = {
        row["attname"]: row["kind"]
        for row in await owner.fetch(
            """
            SELECT attname, format_type(atttypid, atttypmod) AS kind FROM pg_attribute
            WHERE attrelid = ANY ($1::text[]::regclass[]) AND (attname ~ '(secret|password|token|api_key)')
              AND format_type(atttypid, atttypmod) ~ '^(text|character)'
            """,
            sorted(TABLES),
        )
    }
    assert kinds
    assert {name for name in kinds if not name.endswith(("_enc", "_hash"))} == set()
