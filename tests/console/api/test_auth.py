"""Signing in and out over HTTP: cookies, CSRF, API keys, and everything that is refused."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from gateway.identity.api_keys import READ, create_api_key
from gateway.identity.links import create_login_link
from gateway.runtime import Runtime
from tests.console.api.conftest import Client
from tests.databases import Database
from tests.wait import eventually
from tests.world import World


async def test_a_person_signs_in_and_is_told_who_they_are(stranger: Client, world: World) -> None:
    answer = await stranger.sign_in(world)
    assert answer.body["user"]["email"] == world.email
    assert answer.body["user"]["agent_id"] == str(world.agent_id)
    assert answer.body["organization"]["id"] == str(world.organization_id)
    assert {"messages.create", "roles.manage"} <= set(answer.body["permissions"])
    assert "organizations.manage" not in answer.body["permissions"], "that is the platform's"
    session = await stranger.get("/api/v1/auth/session")
    assert (session.status, session.body) == (200, answer.body)


async def test_what_a_person_may_do_follows_their_role_and_their_own_exceptions(
    agent: Client, world: World, database: Database
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(
        """UPDATE users SET role = 'agent', permissions = '{"grant": ["webhooks.read"], "deny": ["messages.create"]}'"""
    )
    await owner.close()
    permissions = (await agent.get("/api/v1/auth/session")).body["permissions"]
    assert "chat_sessions.update" in permissions
    assert "webhooks.read" in permissions
    assert not {"messages.create", "roles.manage"} & set(permissions)


async def test_the_cookie_is_kept_from_scripts_and_other_sites(stranger: Client, world: World) -> None:
    answer = await stranger.sign_in(world)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sb=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


async def test_what_is_stored_is_not_what_is_in_the_cookie(stranger: Client, world: World, database: Database) -> None:
    await stranger.sign_in(world)
    token = next(iter(stranger.http.cookie_jar)).value
    owner = await asyncpg.connect(database.owner_url)
    stored = await owner.fetchval("SELECT session_token_hash FROM user_sessions")
    await owner.close()
    assert len(stored) == 64
    assert token not in stored


@pytest.mark.parametrize(
    "credentials",
    [
        {"email": "admin@acme.example", "password": "not this one"},
        {"email": "nobody@acme.example", "password": "password of acme"},
        {"email": "admin@acme.example", "password": "password of rival"},
        {"email": "", "password": ""},
        {"email": "admin@acme.example\u0000", "password": "x"},
    ],
)
async def test_every_wrong_sign_in_has_the_same_answer(
    stranger: Client, world: World, credentials: dict[str, str]
) -> None:
    answer = await stranger.ask("POST", "/api/v1/auth/login", credentials)
    assert (answer.status, answer.body["code"]) == (401, "wrong_credentials")
    assert answer.body["detail"] == "E-mail or password is wrong"
    assert "set-cookie" not in answer.headers


async def test_without_a_sign_in_nothing_is_told(stranger: Client, world: World) -> None:
    for path in ("/api/v1/auth/session", "/api/v1/chat-sessions"):
        answer = await stranger.get(path)
        assert (answer.status, answer.body["code"]) == (401, "not_signed_in")


async def test_a_made_up_cookie_is_no_sign_in(stranger: Client, world: World) -> None:
    answer = await stranger.get("/api/v1/auth/session", Cookie="sb=made-up")
    assert answer.status == 401


async def test_a_write_needs_the_csrf_token_of_its_own_session(agent: Client, rival: Client) -> None:
    right, agent.csrf = agent.csrf, None
    assert (await agent.ask("POST", "/api/v1/auth/logout")).body["code"] == "csrf"
    agent.csrf = rival.csrf
    refused = await agent.ask("POST", "/api/v1/auth/logout")
    assert (refused.status, refused.body["code"]) == (403, "csrf")
    agent.csrf = right
    assert (await agent.ask("POST", "/api/v1/auth/logout")).status == 204


async def test_signing_out_ends_the_session_and_says_so_in_the_log(
    agent: Client, world: World, database: Database
) -> None:
    token = next(iter(agent.http.cookie_jar)).value
    answer = await agent.ask("POST", "/api/v1/auth/logout")
    assert answer.status == 204
    assert 'sb=""' in answer.headers["set-cookie"]
    assert (await agent.get("/api/v1/auth/session", Cookie=f"sb={token}")).status == 401
    owner = await asyncpg.connect(database.owner_url)
    told = await owner.fetch("SELECT type, audience, body::json->'d'->>'user_id' AS user_id FROM events")
    await owner.close()
    assert [tuple(row) for row in told] == [("access.changed", f"user:{world.user_id}", str(world.user_id))]


async def test_another_site_cannot_sign_a_visitor_in(stranger: Client, world: World) -> None:
    answer = await stranger.ask(
        "POST",
        "/api/v1/auth/login",
        {"email": world.email, "password": world.password},
        Sec_Fetch_Site="cross-site",
    )
    assert (answer.status, answer.body["code"]) == (403, "cross_site")


async def test_an_unknown_field_is_refused(stranger: Client, world: World) -> None:
    body = {"email": world.email, "password": world.password, "remember": True}
    assert (await stranger.ask("POST", "/api/v1/auth/login", body)).status == 422


async def test_a_row_of_wrong_passwords_locks_the_account_for_a_while(
    stranger: Client, world: World, database: Database
) -> None:
    wrong = {"email": world.email, "password": "not this one"}
    right = {"email": world.email, "password": world.password}
    answers = await asyncio.gather(*(stranger.ask("POST", "/api/v1/auth/login", wrong) for _ in range(12)))
    assert {answer.status for answer in answers} == {401}
    assert (await stranger.ask("POST", "/api/v1/auth/login", right)).status == 401, "locked, and the answer is the same"

    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE users SET locked_until = now() - interval '1 second' WHERE id = $1", world.user_id)
    await owner.close()
    assert (await stranger.ask("POST", "/api/v1/auth/login", right)).status == 200


async def test_the_oldest_session_ends_when_there_are_too_many(agent: Client, world: World, runtime: Runtime) -> None:
    assert (await agent.get("/api/v1/auth/session")).status == 200
    others = []
    for _ in range(3):
        other = Client(agent.http)
        await other.sign_in(world)
        others.append(next(iter(agent.http.cookie_jar)).value)
    agent.http.cookie_jar.clear()
    alive = [(await agent.get("/api/v1/auth/session", Cookie=f"sb={token}")).status for token in others]
    assert alive == [200, 200, 200]
    sessions = await runtime.pool.fetchval("SELECT count(*) FROM user_sessions")
    assert sessions == 0, "nobody sees sessions outside a tenant"


async def test_an_idle_session_ends(agent: Client, database: Database, runtime: Runtime) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(
        "UPDATE user_sessions SET last_activity_at = now() - make_interval(secs => $1)",
        runtime.settings.session_idle_s + 1.0,
    )
    await owner.close()
    assert (await agent.get("/api/v1/auth/session")).status == 401


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET status = 'suspended'",
        "UPDATE users SET deleted_at = now()",
        "UPDATE users SET password_changed_at = now() + interval '1 second'",
        "UPDATE organizations SET status = 'suspended'",
        "UPDATE user_sessions SET expires_at = now()",
    ],
)
async def test_a_session_ends_with_its_user_password_organization_or_time(
    agent: Client, database: Database, change: str
) -> None:
    assert (await agent.get("/api/v1/auth/session")).status == 200
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(change)
    await owner.close()
    assert (await agent.get("/api/v1/auth/session")).status == 401


async def test_a_disabled_user_cannot_sign_in_and_learns_nothing(
    stranger: Client, world: World, database: Database
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE users SET status = 'suspended'")
    await owner.close()
    answer = await stranger.ask("POST", "/api/v1/auth/login", {"email": world.email, "password": world.password})
    assert (answer.status, answer.body["code"]) == (401, "wrong_credentials")


async def test_a_password_with_old_parameters_is_hashed_anew_at_sign_in(
    stranger: Client, world: World, database: Database
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    before = await owner.fetchval("SELECT password_hash FROM users WHERE id = $1", world.user_id)
    await stranger.sign_in(world)
    after = await owner.fetchval("SELECT password_hash FROM users WHERE id = $1", world.user_id)
    await owner.close()
    assert "m=8," in before
    assert "m=19456," in after
    await stranger.sign_in(world)


async def test_an_api_key_reads_and_writes_without_cookie_and_csrf(
    stranger: Client, world: World, runtime: Runtime
) -> None:
    key = await create_api_key(runtime, world.organization_id, user_id=world.user_id, name="a script")
    answer = await stranger.get("/api/v1/auth/session", Authorization=f"Bearer {key}")
    assert (answer.status, answer.body["csrf_token"]) == (200, None)
    wrong = await stranger.get("/api/v1/auth/session", Authorization=f"Bearer {key[:-1]}")
    assert wrong.status == 401


async def test_an_api_key_may_do_no_more_than_its_scopes(stranger: Client, world: World, runtime: Runtime) -> None:
    key = await create_api_key(runtime, world.organization_id, user_id=world.user_id, name="a reader", scopes=(READ,))
    assert (await stranger.get("/api/v1/auth/session", Authorization=f"Bearer {key}")).status == 200
    refused = await stranger.ask("POST", "/api/v1/auth/logout", Authorization=f"Bearer {key}")
    assert (refused.status, refused.body["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE api_keys SET status = 'revoked'",
        "UPDATE api_keys SET expires_at = now()",
        "UPDATE api_keys SET allowed_ips = '{10.0.0.0/8}'",
        "UPDATE users SET status = 'inactive'",
    ],
)
async def test_an_api_key_ends_with_its_time_its_user_or_another_address(
    stranger: Client, world: World, runtime: Runtime, database: Database, change: str
) -> None:
    key = await create_api_key(runtime, world.organization_id, user_id=world.user_id, name="a script")
    assert (await stranger.get("/api/v1/auth/session", Authorization=f"Bearer {key}")).status == 200
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(change)
    await owner.close()
    assert (await stranger.get("/api/v1/auth/session", Authorization=f"Bearer {key}")).status == 401


async def test_a_key_beside_a_cookie_is_judged_alone(agent: Client) -> None:
    assert (await agent.get("/api/v1/auth/session", Authorization="Bearer wrong")).status == 401


async def test_a_login_link_works_once(stranger: Client, world: World, runtime: Runtime) -> None:
    link = await create_login_link(runtime, world.organization_id, world.user_id)
    first = await stranger.get(link.removeprefix(runtime.settings.public_url))
    assert (first.status, first.headers["location"]) == (303, "/console/")
    assert (await stranger.get("/api/v1/auth/session")).status == 200
    stranger.http.cookie_jar.clear()
    again = await stranger.get(link.removeprefix(runtime.settings.public_url))
    assert (again.status, again.headers["location"]) == (303, "/console/login")
    assert (await stranger.get("/api/v1/auth/session")).status == 401


async def test_a_login_link_expires(stranger: Client, world: World, runtime: Runtime) -> None:
    link = await create_login_link(runtime, world.organization_id, world.user_id, lifetime_s=1)
    await eventually(lambda: _has_no_link(runtime), what="the link is forgotten")
    answer = await stranger.get(link.removeprefix(runtime.settings.public_url))
    assert answer.headers["location"] == "/console/login"


async def _has_no_link(runtime: Runtime) -> bool:
    return not [key async for key in runtime.redis.scan_iter(f"{runtime.settings.redis_prefix}link:*")]
