"""The first start: the first organization, its administrator, and the file that tells of them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gateway.identity.api_keys import create_api_key
from gateway.identity.links import create_login_link
from gateway.start import checks, first_run
from gateway.start.first_run import Admin, FirstRun
from gateway.tenancy.found import NewOrganization, NewUser, add_user, found_organization
from gateway.transaction import tenant_tx
from orm.tenancy import queries

if TYPE_CHECKING:
    from gateway.runtime import Runtime
    from gateway.settings import Settings
    from orm.connection import Connection

_ADMIN = "admin@example.com"
_PLAIN = NewOrganization(name="My organization", code="MAIN", email=_ADMIN)
_DEMO = NewOrganization(
    name="Toko Melati", code="DEMO", email=_ADMIN, timezone="Asia/Jakarta", locale="id", currency="IDR"
)
_TEAM = (("Dewi Lestari", "dewi@example.com"), ("Budi Santoso", "budi@example.com"))


async def ensure_first_run(settings: Settings, data_dir: Path, *, is_demo: bool) -> FirstRun | None:
    """What the first start made: now, or long ago; nothing where somebody else has founded organizations already."""
    known = first_run.read(data_dir)
    async with checks.connected(settings.app_database_url) as connection, connection.transaction():
        if await queries.any_organization(connection):
            return known
        return await _found(connection, settings, is_demo=is_demo)


async def refresh_access(runtime: Runtime, first: FirstRun) -> FirstRun:
    """Today's addresses, a fresh login link, and on the first start an API key."""
    async with tenant_tx(runtime, first.organization_id) as tx:
        user_id = await queries.user_id_of(tx.connection, first.organization_id, first.admin.email)
    values: dict[str, str] = {}
    if user_id is not None:
        values["login_link"] = await create_login_link(runtime, first.organization_id, user_id)
        if first.api_key is None:
            values["api_key"] = await create_api_key(
                runtime, first.organization_id, user_id=user_id, name="Administrator"
            )
    settings = runtime.settings
    return msgspec.structs.replace(
        first, url=settings.public_url, database_url=settings.database_url, redis_url=settings.redis_url, **values
    )


async def _found(connection: Connection, settings: Settings, *, is_demo: bool) -> FirstRun:
    organization_id = await found_organization(connection, _DEMO if is_demo else _PLAIN)
    admin = Admin(email=_ADMIN, password=secrets.token_urlsafe(12))
    await add_user(
        connection,
        organization_id,
        NewUser(email=admin.email, password=admin.password, name="Administrator", role="org_admin"),
    )
    for name, email in _TEAM if is_demo else ():
        password = secrets.token_urlsafe(12)
        await add_user(connection, organization_id, NewUser(email=email, password=password, name=name))
    return FirstRun(
        url=settings.public_url,
        organization_id=organization_id,
        database_url=settings.database_url,
        redis_url=settings.redis_url,
        admin=admin,
    )
