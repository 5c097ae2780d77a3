"""People, sign-ins, API keys and rights."""

from __future__ import annotations

from pathlib import Path

from piccolo.columns import JSONB, UUID, Array, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from orm.columns import Inet, UuidV7
from piccolo_migrations import Handwritten, reference

ID = "2026-11-22T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "People, sign-ins, API keys and rights"


class Identified:
    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


class Organization(Table, tablename="organizations"):
    id = UUID(primary_key=True)


class OfOrganization(Stamped):
    organization = reference("organization_id", Organization)


class OfOrganizationOrPlatform(Stamped):
    organization = reference("organization_id", Organization, null=True)


class User(OfOrganizationOrPlatform, Table, tablename="users"):
    email = Varchar(length=255, default=None, null=False)
    username = Varchar(length=100, default=None, null=False)
    password_hash = Varchar(length=255, default=None, null=False)
    full_name = Varchar(length=255, default=None, null=False)
    first_name = Varchar(length=100, default=None, null=True)
    last_name = Varchar(length=100, default=None, null=True)
    phone = Varchar(length=20, default=None, null=True)
    avatar_url = Varchar(length=500, default=None, null=True)
    role = Varchar(length=20, default="viewer", null=False)
    email_verified_at = Timestamptz(default=None, null=True)
    phone_verified_at = Timestamptz(default=None, null=True)
    two_factor_enabled = Boolean(default=False, null=False)
    two_factor_secret_enc = Text(default=None, null=True)
    backup_code_hashes = Array(base_column=Text(), default=[])
    two_factor_last_step = BigInt(default=None, null=True)
    last_login_at = Timestamptz(default=None, null=True)
    last_login_ip = Inet(null=True)
    login_count = Integer(default=0, null=False)
    failed_login_attempts = Integer(default=0, null=False)
    locked_until = Timestamptz(default=None, null=True)
    password_changed_at = Timestamptz(default=TimestamptzNow(), null=False)
    must_change_password = Boolean(default=False, null=False)
    max_concurrent_sessions = Integer(default=3, null=False)
    ui_preferences = JSONB(
        default={"theme": "light", "language": "en", "timezone": "UTC", "notifications": {"push": True, "email": True}},
        null=False,
    )
    dashboard_config = JSONB(default={}, null=False)
    notification_preferences = JSONB(default={}, null=False)
    bio = Text(default=None, null=True)
    location = Varchar(length=255, default=None, null=True)
    department = Varchar(length=100, default=None, null=True)
    job_title = Varchar(length=100, default=None, null=True)
    skills = Array(base_column=Text(), default=[])
    languages = Array(base_column=Text(), default=["en"])
    api_access_enabled = Boolean(default=False, null=False)
    api_rate_limit = Integer(default=100, null=False)
    permissions = JSONB(default={}, null=False)
    status = Varchar(length=20, default="active", null=False)
    rev = BigInt(default=1, null=False)
    deleted_at = Timestamptz(default=None, null=True)


class UserSession(OfOrganizationOrPlatform, Table, tablename="user_sessions"):
    user = reference("user_id", User)
    session_token_hash = Varchar(length=64, default=None, null=False)
    previous_token_hash = Varchar(length=64, default=None, null=True)
    auth_method = Varchar(length=20, default="password", null=False)
    two_factor_verified_at = Timestamptz(default=None, null=True)
    ip_address = Inet(null=True)
    user_agent = Text(default=None, null=True)
    device_info = JSONB(default={}, null=False)
    location_info = JSONB(default={}, null=False)
    is_active = Boolean(default=True, null=False)
    last_activity_at = Timestamptz(default=TimestamptzNow(), null=False)
    expires_at = Timestamptz(default=None, null=False)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_reason = Varchar(length=30, default=None, null=True)


class ApiKey(OfOrganization, Table, tablename="api_keys"):
    name = Varchar(length=255, default=None, null=False)
    key_hash = Varchar(length=64, default=None, null=False)
    key_prefix = Varchar(length=20, default=None, null=False)
    scopes = Array(base_column=Text(), default=["read"])
    permissions = JSONB(default={}, null=False)
    rate_limit_per_minute = Integer(default=60, null=False)
    rate_limit_per_hour = Integer(default=1000, null=False)
    rate_limit_per_day = Integer(default=10000, null=False)
    last_used_at = Timestamptz(default=None, null=True)
    last_used_ip = Inet(null=True)
    total_requests = BigInt(default=0, null=False)
    expires_at = Timestamptz(default=None, null=True)
    allowed_ips = Array(base_column=Text(), default=[])
    user_agent_restrictions = Array(base_column=Text(), default=[])
    status = Varchar(length=20, default="active", null=False)
    revoked_at = Timestamptz(default=None, null=True)
    created_by = reference("created_by", User, "set_null", null=True)


class Role(OfOrganizationOrPlatform, Table, tablename="roles"):
    name = Varchar(length=100, default=None, null=False)
    code = Varchar(length=50, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    description = Text(default=None, null=True)
    scope = Varchar(length=20, default="organization", null=False)
    level = Integer(default=10, null=False)
    is_system_role = Boolean(default=False, null=False)
    is_default = Boolean(default=False, null=False)
    parent_role = reference("parent_role_id", "self", "no_action", null=True)
    inherits_permissions = Boolean(default=True, null=False)
    max_users = Integer(default=None, null=True)
    current_users = Integer(default=0, null=False)
    access_limits = JSONB(default={}, null=False)
    color = Varchar(length=7, default="#6B7280", null=False)
    icon = Varchar(length=50, default=None, null=True)
    badge_text = Varchar(length=20, default=None, null=True)
    metadata = JSONB(default={}, null=False)
    status = Varchar(length=20, default="active", null=False)


class Permission(OfOrganizationOrPlatform, Table, tablename="permissions"):
    name = Varchar(length=100, default=None, null=False)
    code = Varchar(length=100, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    description = Text(default=None, null=True)
    resource = Varchar(length=40, default=None, null=False)
    action = Varchar(length=20, default=None, null=False)
    scope = Varchar(length=20, default="organization", null=False)
    conditions = JSONB(default={}, null=False)
    constraints = JSONB(default={}, null=False)
    category = Varchar(length=100, default=None, null=True)
    group_name = Varchar(length=100, default=None, null=True)
    is_system_permission = Boolean(default=False, null=False)
    is_dangerous = Boolean(default=False, null=False)
    requires_approval = Boolean(default=False, null=False)
    sort_order = Integer(default=0, null=False)
    is_visible = Boolean(default=True, null=False)
    metadata = JSONB(default={}, null=False)
    status = Varchar(length=20, default="active", null=False)


class RolePermission(OfOrganizationOrPlatform, Table, tablename="role_permissions"):
    role = reference("role_id", Role)
    permission = reference("permission_id", Permission)
    is_granted = Boolean(default=True, null=False)
    is_inherited = Boolean(default=False, null=False)
    inherited_from_role = reference("inherited_from_role_id", Role, null=True)
    conditions = JSONB(default={}, null=False)
    constraints = JSONB(default={}, null=False)
    granted_by = reference("granted_by", User, "set_null", null=True)
    granted_at = Timestamptz(default=TimestamptzNow(), null=False)
    metadata = JSONB(default={}, null=False)


class UserRole(OfOrganizationOrPlatform, Table, tablename="user_roles"):
    user = reference("user_id", User)
    role = reference("role_id", Role)
    is_active = Boolean(default=True, null=False)
    is_primary = Boolean(default=False, null=False)
    scope = Varchar(length=20, default="organization", null=False)
    scope_context = JSONB(default={}, null=False)
    effective_from = Timestamptz(default=TimestamptzNow(), null=False)
    effective_until = Timestamptz(default=None, null=True)
    assigned_by = reference("assigned_by", User, "set_null", null=True)
    assigned_reason = Text(default=None, null=True)
    revoked_by = reference("revoked_by", User, "set_null", null=True)
    revoked_at = Timestamptz(default=None, null=True)
    metadata = JSONB(default={}, null=False)


class PermissionGroup(OfOrganizationOrPlatform, Table, tablename="permission_groups"):
    name = Varchar(length=100, default=None, null=False)
    code = Varchar(length=50, default=None, null=False)
    display_name = Varchar(length=255, default=None, null=True)
    description = Text(default=None, null=True)
    category = Varchar(length=100, default=None, null=True)
    parent_group = reference("parent_group_id", "self", "set_null", null=True)
    icon = Varchar(length=50, default=None, null=True)
    color = Varchar(length=7, default="#6B7280", null=False)
    sort_order = Integer(default=0, null=False)
    status = Varchar(length=20, default="active", null=False)


class PermissionGroupPermission(OfOrganizationOrPlatform, Table, tablename="permission_group_permissions"):
    group = reference("group_id", PermissionGroup)
    permission = reference("permission_id", Permission)
    sort_order = Integer(default=0, null=False)


async def forwards() -> Handwritten:
    manager = Handwritten(
        migration_id=ID,
        app_name="identity",
        description=DESCRIPTION,
        folder=Path(__file__).parent,
        sql_files=(
            "users.sql",
            "user_sessions.sql",
            "api_keys.sql",
            "roles.sql",
            "permissions.sql",
            "role_permissions.sql",
            "user_roles.sql",
            "permission_groups.sql",
            "permission_group_permissions.sql",
            "system_roles.sql",
            "gates.sql",
        ),
    )
    return manager.remember(
        User,
        UserSession,
        ApiKey,
        Role,
        Permission,
        RolePermission,
        UserRole,
        PermissionGroup,
        PermissionGroupPermission,
    )
