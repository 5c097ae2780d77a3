"""What is asked of users, sign-ins, agents and API keys.

The first three are asked before the organization is known, through functions that return only what is needed; all
others are asked inside the organization's transaction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from orm.connection import Connection


class UserToSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever has an address, as far as a sign-in must know."""

    user_id: UUID
    organization_id: UUID | None
    password_hash: str
    status: str
    organization_status: str | None


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A live sign-in, with the user and the agent who signed in."""

    sign_in_id: UUID
    user_id: UUID
    organization_id: UUID | None
    agent_id: UUID | None
    name: str
    role: str
    last_activity_at: datetime


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A live API key, with the user on whose behalf it acts."""

    api_key_id: UUID
    user_id: UUID | None
    organization_id: UUID
    agent_id: UUID | None
    name: str
    scopes: list[str]
    allowed_ips: list[str]
    last_used_at: datetime | None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What the signed-in user sees of themselves."""

    user_id: UUID
    email: str
    name: str
    role: str
    agent_id: UUID | None
    organization_id: UUID
    organization_name: str


async def user_by_email(connection: Connection, email: str) -> UserToSignIn | None:
    """The user with this address, in whatever organization, before the tenant is known."""
    row = await connection.fetchrow("SELECT * FROM gate_user_by_email($1)", email)
    return None if row is None else msgspec.convert(dict(row), UserToSignIn)


async def sign_in_by_token(connection: Connection, token_hash: str) -> SignIn | None:
    """The live sign-in of a session token, if its user and organization are active."""
    row = await connection.fetchrow("SELECT * FROM gate_session($1)", token_hash)
    return None if row is None else msgspec.convert(dict(row), SignIn)


async def api_key_by_hash(connection: Connection, key_hash: str) -> ApiKey | None:
    """The live API key, with the active user on whose behalf it acts."""
    row = await connection.fetchrow("SELECT * FROM gate_api_key($1)", key_hash)
    return None if row is None else msgspec.convert(dict(row), ApiKey)


async def count_attempt(
    connection: Connection, organization_id: UUID, user_id: UUID, *, most: int, lock_s: float
) -> bool:
    """Count one attempt to sign in before it is judged; False if the user is locked, or is so by this very attempt.

    Counting first is what makes a burst of parallel guesses as short as a row of them.
    """
    return bool(
        await connection.fetchval(
            """
            UPDATE users SET
                failed_login_attempts = tried.so_far,
                locked_until = CASE WHEN tried.so_far > $3 THEN now() + make_interval(secs => $4) END
            FROM (
                SELECT id, CASE WHEN locked_until IS NULL THEN failed_login_attempts + 1 ELSE 1 END AS so_far
                FROM users
                WHERE organization_id = $1 AND id = $2 AND (locked_until IS NULL OR locked_until <= now())
                FOR NO KEY UPDATE
            ) AS tried
            WHERE users.organization_id = $1 AND users.id = tried.id
            RETURNING users.locked_until IS NULL
            """,
            organization_id,
            user_id,
            most,
            lock_s,
        )
    )


async def note_sign_in(
    connection: Connection,
    organization_id: UUID,
    user_id: UUID,
    *,
    ip_address: str | None,
    new_password_hash: str | None,
) -> int | None:
    """Note a sign-in and lock the user's row; returns how many they may have at once, None if they are not active."""
    most: int | None = await connection.fetchval(
        """
        UPDATE users SET
            failed_login_attempts = 0, locked_until = NULL, login_count = login_count + 1,
            last_login_at = now(), last_login_ip = $3::text::inet, password_hash = coalesce($4, password_hash)
        WHERE organization_id = $1 AND id = $2 AND status = 'active' AND deleted_at IS NULL
        RETURNING max_concurrent_sessions
        """,
        organization_id,
        user_id,
        ip_address,
        new_password_hash,
    )
    return most


async def insert_sign_in(
    connection: Connection,
    organization_id: UUID,
    user_id: UUID,
    *,
    id_: UUID,
    token_hash: str,
    ip_address: str | None,
    user_agent: str | None,
    lifetime_s: float,
) -> None:
    """A new sign-in of the user."""
    await connection.execute(
        """
        INSERT INTO user_sessions
            (id, organization_id, user_id, session_token_hash, ip_address, user_agent, expires_at)
        VALUES ($3, $1, $2, $4, $5::text::inet, $6, now() + make_interval(secs => $7))
        """,
        organization_id,
        user_id,
        id_,
        token_hash,
        ip_address,
        user_agent,
        lifetime_s,
    )


async def revoke_oldest(connection: Connection, organization_id: UUID, user_id: UUID, *, keep: int) -> list[UUID]:
    """End all but the `keep` latest-used sign-ins of the user; returns those that were ended."""
    rows = await connection.fetch(
        """
        UPDATE user_sessions SET is_active = false, revoked_at = now(), revoked_reason = 'concurrent_limit'
        WHERE organization_id = $1 AND id IN (
            SELECT id FROM user_sessions
            WHERE organization_id = $1 AND user_id = $2 AND is_active
            ORDER BY last_activity_at DESC, id DESC
            OFFSET $3
        )
        RETURNING id
        """,
        organization_id,
        user_id,
        keep,
    )
    return [row["id"] for row in rows]


async def revoke(connection: Connection, organization_id: UUID, sign_in_id: UUID, *, reason: str) -> bool:
    """End one sign-in; False if it had ended before."""
    status: str = await connection.execute(
        """
        UPDATE user_sessions SET is_active = false, revoked_at = now(), revoked_reason = $3
        WHERE organization_id = $1 AND id = $2 AND is_active
        """,
        organization_id,
        sign_in_id,
        reason,
    )
    return status != "UPDATE 0"


async def touch_sign_in(connection: Connection, organization_id: UUID, sign_in_id: UUID) -> None:
    """The sign-in was used just now."""
    await connection.execute(
        "UPDATE user_sessions SET last_activity_at = now() WHERE organization_id = $1 AND id = $2 AND is_active",
        organization_id,
        sign_in_id,
    )


async def touch_api_key(connection: Connection, organization_id: UUID, api_key_id: UUID) -> None:
    """The key was used just now."""
    await connection.execute(
        "UPDATE api_keys SET last_used_at = now(), total_requests = total_requests + 1"
        " WHERE organization_id = $1 AND id = $2",
        organization_id,
        api_key_id,
    )


async def insert_api_key(
    connection: Connection,
    organization_id: UUID,
    *,
    id_: UUID,
    name: str,
    key_hash: str,
    key_prefix: str,
    scopes: list[str],
    created_by: UUID,
) -> None:
    """A new API key that acts on behalf of the user who made it."""
    await connection.execute(
        """
        INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix, scopes, created_by)
        VALUES ($2, $1, $3, $4, $5, $6, $7)
        """,
        organization_id,
        id_,
        name,
        key_hash,
        key_prefix,
        scopes,
        created_by,
    )


async def profile(connection: Connection, organization_id: UUID, user_id: UUID) -> Profile | None:
    """The user, their agent and their organization, as they see themselves."""
    row = await connection.fetchrow(
        """
        SELECT users.id AS user_id, users.email, users.full_name AS name, users.role, agents.id AS agent_id,
               organizations.id AS organization_id,
               coalesce(organizations.display_name, organizations.name) AS organization_name
        FROM users
        JOIN organizations ON organizations.id = users.organization_id
        LEFT JOIN agents ON agents.organization_id = $1 AND agents.user_id = users.id AND agents.deleted_at IS NULL
        WHERE users.organization_id = $1 AND users.id = $2
        """,
        organization_id,
        user_id,
    )
    return None if row is None else msgspec.convert(dict(row), Profile)


async def permissions(connection: Connection, organization_id: UUID, user_id: UUID) -> list[str]:
    """What a user may do: by their role and the roles that they were given, with their own additions and denials."""
    rows = await connection.fetch(
        """
        WITH me AS (
            SELECT id, role, permissions FROM users WHERE organization_id = $1 AND id = $2
        ), held AS (
            SELECT r.id FROM roles r JOIN me ON r.code = me.role WHERE r.organization_id = $1
            UNION
            SELECT u.role_id FROM user_roles u
            WHERE u.organization_id = $1 AND u.user_id = $2 AND u.is_active
              AND u.effective_from <= now() AND (u.effective_until IS NULL OR u.effective_until > now())
        )
        SELECT p.code FROM held
        JOIN role_permissions g ON g.role_id = held.id AND g.is_granted
        JOIN permissions p ON p.id = g.permission_id
        UNION
        SELECT jsonb_array_elements_text(me.permissions->'grant') FROM me
        EXCEPT
        SELECT jsonb_array_elements_text(me.permissions->'deny') FROM me
        ORDER BY 1
        """,
        organization_id,
        user_id,
    )
    return [row["code"] for row in rows]
