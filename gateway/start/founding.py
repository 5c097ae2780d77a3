"""The first start: the first organization, its administrator, and the file that tells of them."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from gateway.errors import Conflict
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


async def ensure_first_run(settings: Settings, *, is_demo: bool) -> FirstRun | None:
    """What the first start made: now, or long ago; nothing where the file of the first start is gone."""
    data_dir = Path(settings.data_dir)
    async with checks.connected(settings.app_database_url) as connection, connection.transaction():
        if await queries.any_organization(connection):
            return first_run.read(data_dir)
        first = await _found(connection, settings, is_demo=is_demo)
        # Before the commit: an administrator whose password nobody was told could never sign in.
        first_run.write(data_dir, first)
    return first


async def refresh_access(runtime: Runtime, first: FirstRun) -> FirstRun:
    """Today's addresses, a fresh login link, and on the first start an API key."""
    async with tenant_tx(runtime, first.organization_id) as tx:
        user_id = await queries.user_id_of(tx.connection, first.organization_id, first.admin.email)
    values: dict[str, str] = {}
    if user_id is not None:
        values["login_link"] = await create_login_link(runtime, first.organization_id, user_id)
        if first.api_key is None:
            values["api_key"] = await _api_key(runtime, first, user_id)
    settings = runtime.settings
    return msgspec.structs.replace(
        first, url=settings.public_url, database_url=settings.database_url, redis_url=settings.redis_url, **values
    )


async def _api_key(runtime: Runtime, first: FirstRun, user_id: UUID) -> str:
    for name in ("Administrator", f"Administrator {secrets.token_hex(2)}"):
        # A start that was killed may have made a key that it could not write down.
        with contextlib.suppress(Conflict):
            return await create_api_key(runtime, first.organization_id, user_id=user_id, name=name)
    raise Conflict("The first API key could not be made")


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
