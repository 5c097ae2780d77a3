"""Founding: a new organization, and the people it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import msgspec

from gateway.errors import Conflict, Invalid
from gateway.identity import passwords
from gateway.ids import new_id
from orm.tenancy import queries

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from orm.connection import Connection


class NewOrganization(msgspec.Struct, frozen=True, kw_only=True):
    """What an organization is called and where it lives."""

    name: str
    code: str
    email: str
    timezone: str = "UTC"
    locale: str = "en"
    currency: str = "USD"


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may sign in; `is_agent` puts them into the console's team."""

    email: str
    password: str
    name: str
    role: str = "agent"
    is_agent: bool = True


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of a new person."""

    user_id: UUID
    agent_id: UUID | None


async def found_organization(connection: Connection, new: NewOrganization) -> UUID:
    """Add an organization and return its id."""
    organization_id = new_id()
    # An owner that is no superuser is held by row-level security like anybody else.
    await queries.enter(connection, organization_id)
    try:
        await queries.insert_organization(
            connection,
            organization_id,
            org_code=new.code.upper(),
            name=new.name,
            email=new.email,
            timezone=new.timezone,
            locale=new.locale,
            currency=new.currency,
        )
    except asyncpg.UniqueViolationError as error:
        raise Conflict(f"An organization with the code {new.code.upper()} or the address {new.email} exists") from error
    except asyncpg.DataError as error:
        raise Invalid(f"The organization cannot be stored: {error}") from error
    return organization_id


async def add_user(
    connection: Connection, organization_id: UUID, new: NewUser, *, hasher: PasswordHasher | None = None
) -> Added:
    """Add a person, as an agent too unless told otherwise."""
    user_id = new_id()
    password_hash = hasher.hash(new.password) if hasher else await passwords.hash_password(new.password)
    await queries.enter(connection, organization_id)
    try:
        await queries.insert_user(
            connection,
            organization_id,
            user_id=user_id,
            email=new.email,
            username=new.email.partition("@")[0],
            password_hash=password_hash,
            full_name=new.name,
            role=new.role,
        )
    except asyncpg.UniqueViolationError as error:
        raise Conflict(f"Somebody with the address {new.email} exists") from error
    except asyncpg.CheckViolationError as error:
        raise Invalid(f"There is no role {new.role}") from error
    return Added(user_id=user_id, agent_id=await _add_agent(connection, organization_id, user_id, new))


async def _add_agent(connection: Connection, organization_id: UUID, user_id: UUID, new: NewUser) -> UUID | None:
    if not new.is_agent:
        return None
    agent_id = new_id()
    await queries.insert_agent(
        connection,
        organization_id,
        agent_id=agent_id,
        user_id=user_id,
        agent_code=f"A{agent_id.hex[-8:].upper()}",
        display_name=new.name,
    )
    return agent_id
