"""What a new tenant is made of: the organization, its first person, its first channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from orm.connection import Connection


async def enter(connection: Connection, organization_id: UUID) -> None:
    """See this organization's rows, and no others, until the transaction ends."""
    await connection.execute("select set_config('app.organization_id', $1, true)", str(organization_id))


async def insert_organization(connection: Connection, organization_id: UUID, **values: Any) -> None:
    """A new organization, with its roles."""
    await connection.execute(
        """
        insert into organizations (id, org_code, name, email, timezone, locale, currency)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        organization_id,
        *(values[name] for name in ("org_code", "name", "email", "timezone", "locale", "currency")),
    )
    await connection.execute("select begin_roles($1)", organization_id)


async def organization_by_code(connection: Connection, org_code: str) -> UUID | None:
    """The organization with this code."""
    found: UUID | None = await connection.fetchval("select gate_organization($1)", org_code)
    return found


async def insert_user(connection: Connection, organization_id: UUID, **values: Any) -> None:
    """A new person of the organization."""
    await connection.execute(
        """
        insert into users (id, organization_id, email, username, password_hash, full_name, role, email_verified_at)
        values ($2, $1, $3, $4, $5, $6, $7, now())
        """,
        organization_id,
        *(values[name] for name in ("user_id", "email", "username", "password_hash", "full_name", "role")),
    )


async def insert_agent(connection: Connection, organization_id: UUID, **values: Any) -> None:
    """The agent side of a person."""
    await connection.execute(
        """
        insert into agents (id, organization_id, user_id, agent_code, display_name)
        values ($2, $1, $3, $4, $5)
        """,
        organization_id,
        *(values[name] for name in ("agent_id", "user_id", "agent_code", "display_name")),
    )


async def insert_channel_config(connection: Connection, organization_id: UUID, **values: Any) -> None:
    """A new channel."""
    await connection.execute(
        """
        insert into channel_configs (id, organization_id, channel, channel_identifier, name)
        values ($2, $1, $3, $4, $5)
        """,
        organization_id,
        *(values[name] for name in ("channel_config_id", "channel", "channel_identifier", "name")),
    )


async def insert_waha_session(connection: Connection, organization_id: UUID, **values: Any) -> None:
    """A WhatsApp account behind a channel."""
    await connection.execute(
        """
        insert into waha_sessions (id, organization_id, channel_config_id, session_name, base_url, engine,
                                   api_key_enc, webhook_secret_enc, webhook_token_hash)
        values ($2, $1, $3, $4, $5, $6, $7, $8, $9)
        """,
        organization_id,
        *(
            values[name]
            for name in (
                "waha_session_id",
                "channel_config_id",
                "session_name",
                "base_url",
                "engine",
                "api_key_enc",
                "webhook_secret_enc",
                "webhook_token_hash",
            )
        ),
    )


async def any_organization(connection: Connection) -> UUID | None:
    """The oldest organization, if there is one."""
    found: UUID | None = await connection.fetchval("select gate_first_organization()")
    return found


async def user_id_of(connection: Connection, organization_id: UUID, email: str) -> UUID | None:
    """The person of the organization who signs in with this address."""
    found: UUID | None = await connection.fetchval(
        "select id from users where organization_id = $1 and lower(email) = lower($2) and deleted_at is null",
        organization_id,
        email,
    )
    return found


async def move_waha_server(connection: Connection, organization_id: UUID, session_name: str, base_url: str) -> None:
    """The WAHA server of a session has another address now."""
    await connection.execute(
        "update waha_sessions set base_url = $3 where organization_id = $1 and session_name = $2 and base_url <> $3",
        organization_id,
        session_name,
        base_url,
    )


async def has_sessions(connection: Connection, organization_id: UUID) -> bool:
    """Whether anybody ever wrote to the organization."""
    return bool(
        await connection.fetchval(
            "select exists (select from chat_sessions where organization_id = $1)", organization_id
        )
    )
