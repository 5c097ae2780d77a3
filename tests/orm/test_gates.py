"""Before the tenant is known: each gate tells who is calling, and nothing to those who should get nothing."""

from __future__ import annotations

import hashlib

import pytest

from orm.connection import Connection
from tests.world import World


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
async def signed_in(owner: Connection, world: World) -> str:
    """The hash of a session token of the administrator."""
    await owner.execute(
        """
        INSERT INTO user_sessions (organization_id, user_id, session_token_hash, expires_at)
        VALUES ($1, $2, $3, now() + interval '1 day')
        """,
        world.organization_id,
        world.user_id,
        sha256("session"),
    )
    return sha256("session")


@pytest.fixture
async def key(owner: Connection, world: World) -> str:
    """The hash of an API key of the administrator."""
    await owner.execute(
        "INSERT INTO api_keys (organization_id, name, key_hash, key_prefix, created_by)"
        " VALUES ($1, 'key', $2, 'sb_', $3)",
        world.organization_id,
        sha256("key"),
        world.user_id,
    )
    return sha256("key")


async def test_a_webhooks_token_finds_its_account(app: Connection, world: World) -> None:
    (found,) = await app.fetch("SELECT * FROM gate_waha_endpoint($1)", sha256(world.webhook_token))
    assert found["waha_session_id"] == world.waha_session_id
    assert (found["organization_id"], found["channel_config_id"]) == (world.organization_id, world.channel_config_id)
    assert (found["session_name"], found["base_url"]) == (world.session_name, world.base_url)
    assert found["webhook_secret_enc"].startswith("v1:")


async def test_another_token_and_a_removed_channel_find_nothing(
    app: Connection, owner: Connection, world: World
) -> None:
    assert await app.fetch("SELECT * FROM gate_waha_endpoint($1)", sha256("guessed")) == []
    await owner.execute("UPDATE channel_configs SET deleted_at = now() WHERE id = $1", world.channel_config_id)
    assert await app.fetch("SELECT * FROM gate_waha_endpoint($1)", sha256(world.webhook_token)) == []


async def test_an_address_finds_its_person_however_it_is_written(app: Connection, world: World) -> None:
    (found,) = await app.fetch("SELECT * FROM gate_user_by_email($1)", world.email.upper())
    assert (found["user_id"], found["organization_id"]) == (world.user_id, world.organization_id)
    assert found["password_hash"].startswith("$argon2id$")
    assert (found["status"], found["organization_status"]) == ("active", "active")


async def test_a_person_who_was_removed_is_not_found(app: Connection, owner: Connection, world: World) -> None:
    await owner.execute("UPDATE users SET deleted_at = now() WHERE id = $1", world.user_id)
    assert await app.fetch("SELECT * FROM gate_user_by_email($1)", world.email) == []


async def test_a_session_token_tells_person_agent_and_organization(
    app: Connection, world: World, signed_in: str
) -> None:
    (found,) = await app.fetch("SELECT * FROM gate_session($1)", signed_in)
    assert (found["user_id"], found["agent_id"]) == (world.user_id, world.agent_id)
    assert (found["organization_id"], found["role"]) == (world.organization_id, "org_admin")
    assert await app.fetch("SELECT * FROM gate_session($1)", sha256("guessed")) == []


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
async def test_a_session_that_has_ended_opens_nothing(
    app: Connection, owner: Connection, signed_in: str, ended: str
) -> None:
    await owner.execute(ended)
    assert await app.fetch("SELECT * FROM gate_session($1)", signed_in) == []


async def test_a_key_tells_whose_it_is(app: Connection, world: World, key: str) -> None:
    (found,) = await app.fetch("SELECT * FROM gate_api_key($1)", key)
    assert (found["organization_id"], found["user_id"], found["agent_id"]) == (
        world.organization_id,
        world.user_id,
        world.agent_id,
    )
    assert await app.fetch("SELECT * FROM gate_api_key($1)", sha256("guessed")) == []


@pytest.mark.parametrize(
    "ended",
    [
        "UPDATE api_keys SET status = 'revoked'",
        "UPDATE api_keys SET expires_at = now()",
        "UPDATE organizations SET status = 'suspended'",
    ],
)
async def test_a_key_that_has_ended_opens_nothing(app: Connection, owner: Connection, key: str, ended: str) -> None:
    await owner.execute(ended)
    assert await app.fetch("SELECT * FROM gate_api_key($1)", key) == []


async def test_what_has_expired_is_swept_over_all_organizations(
    app: Connection, owner: Connection, world: World
) -> None:
    for tenant in (world, world.other):
        await owner.execute(
            "INSERT INTO parked_receipts (organization_id, channel_config_id, external_key, kind, body, expires_at)"
            " SELECT $1, $2, 'KEY', 'receipt', '{}', now() + n * interval '1 hour' FROM unnest(ARRAY[-1, 1]) n",
            tenant.organization_id,
            tenant.channel_config_id,
        )
        await owner.execute(
            "INSERT INTO idempotency_keys (organization_id, key, request_hash, created_at)"
            " SELECT $1, n::text, $2, now() - n * interval '1 hour' FROM unnest(ARRAY[23, 25]) n",
            tenant.organization_id,
            sha256("request"),
        )
    assert await app.fetchval("SELECT sweep_expired(100)") == 4
    assert await owner.fetchval("SELECT count(*) FROM parked_receipts") == 2
    assert [row["key"] for row in await owner.fetch("SELECT key FROM idempotency_keys")] == ["23", "23"]


async def test_the_owner_of_a_gate_cannot_log_in(owner: Connection) -> None:
    keepers = await owner.fetch(
        "SELECT rolname, rolcanlogin, rolbypassrls FROM pg_roles WHERE rolname = ANY ($1)",
        ["switchboard_gate", "switchboard_sweep", "switchboard_ingest"],
    )
    assert len(keepers) == 3
    assert {(row["rolcanlogin"], row["rolbypassrls"]) for row in keepers} == {(False, False)}


async def test_a_new_organization_begins_with_its_roles(owner: Connection, world: World) -> None:
    roles = await owner.fetch(
        "SELECT code, level, is_default, (SELECT count(*) FROM role_permissions p WHERE p.role_id = r.id) AS rights"
        " FROM roles r WHERE organization_id = $1 ORDER BY level DESC",
        world.organization_id,
    )
    assert [(role["code"], role["is_default"]) for role in roles] == [
        ("org_admin", False), ("manager", False), ("agent", True), ("viewer", False),
    ]  # fmt: skip
    rights = [role["rights"] for role in roles]
    assert rights[0] > rights[1] > rights[2] > 0
