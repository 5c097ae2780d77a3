"""Connecting a WAHA session to an organization: its channel, its webhook token and its key."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import msgspec

from gateway.errors import Conflict
from gateway.ids import new_id
from gateway.secrets import Keyring
from orm.tenancy import queries

if TYPE_CHECKING:
    from orm.connection import Connection


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """Which session of which WAHA server, and what the channel is called."""

    name: str
    session_name: str
    base_url: str
    engine: str = "GOWS"
    api_key: str | None = None
    webhook_token: str | None = None
    hmac_key: str | None = None


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """A connected session; token and key are shown here once, and kept hashed and sealed."""

    channel_config_id: UUID
    waha_session_id: UUID
    webhook_token: str
    hmac_key: str


async def connect_session(
    connection: Connection, keyring: Keyring, organization_id: UUID, new: NewSession
) -> Connected:
    """Add a WhatsApp channel whose messages come from a WAHA session."""
    made = Connected(
        channel_config_id=new_id(),
        waha_session_id=new_id(),
        webhook_token=new.webhook_token or secrets.token_urlsafe(32),
        hmac_key=new.hmac_key or secrets.token_urlsafe(32),
    )
    await queries.enter(connection, organization_id)
    try:
        await _insert(connection, keyring, organization_id, new, made)
    except asyncpg.UniqueViolationError as error:
        known = f"the session {new.session_name} of {new.base_url}, or a channel named {new.name}"
        raise Conflict(f"There is {known} already") from error
    return made


async def _insert(
    connection: Connection, keyring: Keyring, organization_id: UUID, new: NewSession, made: Connected
) -> None:
    await queries.insert_channel_config(
        connection,
        organization_id,
        channel_config_id=made.channel_config_id,
        channel="whatsapp",
        channel_identifier=new.session_name,
        name=new.name,
    )
    await queries.insert_waha_session(
        connection,
        organization_id,
        waha_session_id=made.waha_session_id,
        channel_config_id=made.channel_config_id,
        session_name=new.session_name,
        base_url=new.base_url.rstrip("/"),
        engine=new.engine,
        api_key_enc=_sealed(keyring, "api_key_enc", made.waha_session_id, new.api_key),
        webhook_secret_enc=_sealed(keyring, "webhook_secret_enc", made.waha_session_id, made.hmac_key),
        webhook_token_hash=hashlib.sha256(made.webhook_token.encode()).hexdigest(),
    )


def _sealed(keyring: Keyring, column: str, row_id: UUID, text: str | None) -> str | None:
    return keyring.seal(text, column=f"waha_sessions.{column}", row_id=row_id) if text else None
