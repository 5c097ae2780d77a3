"""Before the tenant is known: each gate tells who is calling, and nothing to those who should get nothing."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from orm.connection import Connection
from tests.orm.schema.conftest import Planted

UNKNOWN = "0" * 64


async def ask(owner: Connection, query: str, *values: Any) -> list[asyncpg.Record]:
    """What the app gets, with no tenant set, inside this test's transaction."""
    await owner.execute("SET LOCAL ROLE switchboard_app")
    answer = await owner.fetch(query, *values)
    await owner.execute("RESET ROLE")
    return answer


async def ours(owner: Connection, planted: Planted, table: str) -> asyncpg.Record:
    row = await owner.fetchrow(f"SELECT * FROM {table} WHERE organization_id = $1", planted.ours)
    assert row is not None
    return row


@pytest.fixture
async def signed_in(owner: Connection, planted: Planted) -> str:
    """The hash of a session token that is good."""
    await owner.execute("UPDATE user_sessions SET expires_at = now() + interval '1 day'")
    return str((await ours(owner, planted, "user_sessions"))["session_token_hash"])


@pytest.fixture
async def key(owner: Connection, planted: Planted) -> str:
    """The hash of an API key that is good."""
    return str((await ours(owner, planted, "api_keys"))["key_hash"])


async def test_a_webhooks_token_finds_its_account(owner: Connection, planted: Planted) -> None:
    account = await ours(owner, planted, "waha_sessions")
    (found,) = await ask(owner, "SELECT * FROM gate_waha_endpoint($1)", account["webhook_token_hash"])
    assert (found["waha_session_id"], found["organization_id"]) == (account["id"], planted.ours)
    for name in ("channel_config_id", "session_name", "engine", "base_url", "webhook_secret_enc"):
        assert found[name] == account[name]
    assert await ask(owner, "SELECT * FROM gate_waha_endpoint($1)", UNKNOWN) == []


async def test_the_token_of_a_removed_channel_finds_nothing(owner: Connection, planted: Planted) -> None:
    account = await ours(owner, planted, "waha_sessions")
    await owner.execute("UPDATE channel_configs SET deleted_at = now()")
    assert await ask(owner, "SELECT * FROM gate_waha_endpoint($1)", account["webhook_token_hash"]) == []


async def test_an_address_finds_its_person_however_it_is_written(owner: Connection, planted: Planted) -> None:
    user = await ours(owner, planted, "users")
    (found,) = await ask(owner, "SELECT * FROM gate_user_by_email($1)", user["email"].upper())
    assert (found["user_id"], found["organization_id"]) == (user["id"], planted.ours)
    assert found["password_hash"] == user["password_hash"]
    assert (found["status"], found["organization_status"]) == ("active", "active")


async def test_a_person_who_was_removed_is_not_found(owner: Connection, planted: Planted) -> None:
    user = await ours(owner, planted, "users")
    await owner.execute("UPDATE users SET deleted_at = now()")
    assert await ask(owner, "SELECT * FROM gate_user_by_email($1)", user["email"]) == []


async def test_a_session_token_tells_person_agent_and_organization(
    owner: Connection, planted: Planted, signed_in: str
) -> None:
    user, agent = [await ours(owner, planted, table) for table in ("users", "agents")]
    (found,) = await ask(owner, "SELECT * FROM gate_session($1)", signed_in)
    assert (found["user_id"], found["agent_id"], found["organization_id"]) == (user["id"], agent["id"], planted.ours)
    assert (found["role"], found["email"]) == (user["role"], user["email"])
    assert await ask(owner, "SELECT * FROM gate_session($1)", UNKNOWN) == []


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE user_sessions SET is_active = false",
        "UPDATE user_sessions SET revoked_at = now()",
        "UPDATE user_sessions SET expires_at = now()",
        "UPDATE users SET status = 'suspended'",
        "UPDATE users SET deleted_at = now()",
        "UPDATE users SET password_changed_at = now()",
        "UPDATE organizations SET status = 'suspended'",
        "UPDATE organizations SET deleted_at = now()",
    ],
)
async def test_a_session_that_has_ended_opens_nothing(owner: Connection, signed_in: str, ended: str) -> None:
    await owner.execute(ended)
    assert await ask(owner, "SELECT * FROM gate_session($1)", signed_in) == []


async def test_a_key_tells_whose_it_is(owner: Connection, planted: Planted, key: str) -> None:
    user, agent = [await ours(owner, planted, table) for table in ("users", "agents")]
    (found,) = await ask(owner, "SELECT * FROM gate_api_key($1)", key)
    assert (found["organization_id"], found["user_id"], found["agent_id"]) == (planted.ours, user["id"], agent["id"])
    assert await ask(owner, "SELECT * FROM gate_api_key($1)", UNKNOWN) == []


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE api_keys SET status = 'revoked'",
        "UPDATE api_keys SET expires_at = now()",
        "UPDATE organizations SET status = 'suspended'",
    ],
)
async def test_a_key_that_has_ended_opens_nothing(owner: Connection, key: str, ended: str) -> None:
    await owner.execute(ended)
    assert await ask(owner, "SELECT * FROM gate_api_key($1)", key) == []


async def test_heads_of_logs_are_told_of_the_organizations_asked_for(owner: Connection, planted: Planted) -> None:
    await owner.execute("UPDATE event_streams SET seq = 7, last_event_id = uuid_v7()")
    heads = await ask(owner, "SELECT organization_id, seq FROM sweep_heads($1)", [planted.ours])
    assert [tuple(head) for head in heads] == [(planted.ours, 7)]


async def test_what_has_expired_is_swept_over_all_organizations(owner: Connection) -> None:
    for table in ("parked_receipts", "idempotency_keys"):
        assert await owner.fetchval(f"SELECT count(DISTINCT organization_id) FROM {table}") == 2
    assert [tuple(row) for row in await ask(owner, "SELECT sweep_expired(100)")] == [(0,)]
    await owner.execute("UPDATE parked_receipts SET expires_at = now() - interval '1 hour'")
    await owner.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
    assert [tuple(row) for row in await ask(owner, "SELECT sweep_expired(100)")] == [(4,)]
    assert await owner.fetchval("SELECT count(*) FROM parked_receipts") == 0


async def test_the_owner_of_a_gate_cannot_log_in(owner: Connection) -> None:
    keepers = await owner.fetch(
        "SELECT rolcanlogin, rolbypassrls FROM pg_roles WHERE rolname = ANY ($1)",
        ["switchboard_gate", "switchboard_sweep", "switchboard_ingest"],
    )
    assert [tuple(keeper) for keeper in keepers] == [(False, False)] * 3


async def test_an_organization_begins_with_four_roles(owner: Connection, planted: Planted) -> None:
    await owner.execute("DELETE FROM roles WHERE organization_id = $1", planted.ours)
    for _ in range(2):
        await owner.execute("SELECT begin_roles($1)", planted.ours)
    roles = await owner.fetch(
        "SELECT code, is_default, (SELECT count(*) FROM role_permissions p WHERE p.role_id = r.id) AS rights"
        " FROM roles r WHERE organization_id = $1 ORDER BY level DESC",
        planted.ours,
    )
    assert [role["code"] for role in roles] == ["org_admin", "manager", "agent", "viewer"]
    assert [role["code"] for role in roles if role["is_default"]] == ["agent"]
    admin, manager, agent, viewer = (role["rights"] for role in roles)
    assert admin > manager > agent > viewer > 0
