"""The world of a test: two organizations, each with an administrator and a WAHA channel."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import asyncpg
from argon2 import PasswordHasher

from gateway.secrets import Keyring
from gateway.settings import Settings
from gateway.tenancy.found import NewOrganization, NewUser, add_user, found_organization
from gateway.waha.connect import NewSession, connect_session

# The real parameters cost 0.1 s a hash; the hash names its own parameters, so verifying works alike.
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Tenant:
    """One organization and what it begins with."""

    organization_id: UUID
    user_id: UUID
    agent_id: UUID
    email: str
    password: str
    channel_config_id: UUID
    waha_session_id: UUID
    session_name: str
    webhook_token: str
    hmac_key: str
    base_url: str


@dataclass(frozen=True)
class World(Tenant):
    """The organization under test, and another one that must never notice."""

    other: Tenant


async def make_world(owner_url: str, settings: Settings) -> World:
    """Found both organizations."""
    connection = await asyncpg.connect(owner_url)
    try:
        async with connection.transaction():
            first = await make_tenant(connection, Keyring(settings.secret_keys), "acme")
            other = await make_tenant(connection, Keyring(settings.secret_keys), "rival")
    finally:
        await connection.close()
    return World(**vars(first), other=other)


async def make_tenant(
    connection: asyncpg.Connection[asyncpg.Record],
    keyring: Keyring,
    code: str,
    *,
    base_url: str | None = None,
    engine: str = "GOWS",
) -> Tenant:
    """Found an organization with an administrator, who is an agent, and a WAHA channel."""
    base_url = base_url or f"http://waha.{code}.invalid:3000"
    email, password = f"admin@{code}.example", f"password of {code}"
    organization_id = await found_organization(
        connection,
        NewOrganization(
            name=code.title(), code=code, email=email, timezone="Asia/Jakarta", locale="id", currency="IDR"
        ),
    )
    person = await add_user(
        connection,
        organization_id,
        NewUser(email=email, password=password, name=f"{code.title()} Admin", role="org_admin"),
        hasher=CHEAP_HASHER,
    )
    assert person.agent_id is not None
    session = NewSession(
        name="WhatsApp", session_name="default", base_url=base_url, engine=engine, api_key=f"key of {code}"
    )
    connected = await connect_session(connection, keyring, organization_id, session)
    return Tenant(
        organization_id=organization_id,
        user_id=person.user_id,
        agent_id=person.agent_id,
        email=email,
        password=password,
        channel_config_id=connected.channel_config_id,
        waha_session_id=connected.waha_session_id,
        session_name=session.session_name,
        webhook_token=connected.webhook_token,
        hmac_key=connected.hmac_key,
        base_url=base_url,
    )
