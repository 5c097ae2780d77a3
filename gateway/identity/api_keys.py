"""API keys: how programs act on behalf of the user who made the key."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from gateway.errors import Conflict
from gateway.identity.tokens import API_KEY_SHOWN, new_api_key, token_hash
from gateway.ids import new_id
from gateway.transaction import tenant_tx
from orm.identity import queries

if TYPE_CHECKING:
    from gateway.runtime import Runtime

READ, WRITE = "read", "write"


async def create_api_key(
    runtime: Runtime, organization_id: UUID, *, user_id: UUID, name: str, scopes: tuple[str, ...] = (READ, WRITE)
) -> str:
    """Create a key and return it; this is the only time that it can be seen."""
    key = new_api_key()
    try:
        async with tenant_tx(runtime, organization_id) as tx:
            await queries.insert_api_key(
                tx.connection,
                organization_id,
                id_=new_id(),
                name=name,
                key_hash=token_hash(key),
                key_prefix=key[:API_KEY_SHOWN],
                scopes=list(scopes),
                created_by=user_id,
            )
    except asyncpg.UniqueViolationError:
        raise Conflict(f"There is a key named {name} already", code="name_taken") from None
    return key
