"""Tables: people, sign-ins, API keys and rights."""

from __future__ import annotations

from piccolo.table import Table

from orm.columns import (
    NO_ACTION,
    SET_NULL,
    bigint,
    boolean,
    inet,
    integer,
    jsonb,
    long_text,
    now,
    reference,
    text_array,
    timestamptz,
    varchar,
)
from orm.tenancy.tables import OfOrganization, OfOrganizationOrPlatform


class User(OfOrganizationOrPlatform, Table, tablename="users"):
    """Staff accounts of the console and the API: authentication, security state, preferences."""

    email = varchar(255)
    username = varchar(100)
    password_hash = varchar(255)

    full_name = varchar(255)
    first_name = varchar(100, null=True)
    last_name = varchar(100, null=True)
    phone = varchar(20, null=True)
    avatar_url = varchar(500, null=True)

    role = varchar(20, default="viewer")

    email_verified_at = timestamptz(null=True)
    phone_verified_at = timestamptz(null=True)
    two_factor_enabled = boolean(default=False)
    two_factor_secret_enc = long_text(null=True)
    backup_code_hashes = text_array()
    two_factor_last_step = bigint(null=True)

    last_login_at = timestamptz(null=True)
    last_login_ip = inet()
    login_count = integer(default=0)
    failed_login_attempts = integer(default=0)
    locked_until = timestamptz(null=True)
    password_changed_at = now()
    must_change_password = boolean(default=False)
    max_concurrent_sessions = integer(default=3)

    ui_preferences = jsonb(
        {"theme": "light", "language": "en", "timezone": "UTC", "notifications": {"push": True, "email": True}}
    )
    dashboard_config = jsonb({})
    notification_preferences = jsonb({})

    bio = long_text(null=True)
    location = varchar(255, null=True)
    department = varchar(100, null=True)
    job_title = varchar(100, null=True)
    skills = text_array()
    languages = text_array("en")

    api_access_enabled = boolean(default=False)
    api_rate_limit = integer(default=100)
    permissions = jsonb({})

    status = varchar(20, default="active")
    rev = bigint(default=1)

    deleted_at = timestamptz(null=True)


class UserSession(OfOrganizationOrPlatform, Table, tablename="user_sessions"):
    """Where a user is signed in: the session token is kept as a hash, and every sign-in can be ended by itself."""

    user = reference("user_id", User)
    session_token_hash = varchar(64)
    previous_token_hash = varchar(64, null=True)

    auth_method = varchar(20, default="password")
    two_factor_verified_at = timestamptz(null=True)

    ip_address = inet()
    user_agent = long_text(null=True)
    device_info = jsonb({})
    location_info = jsonb({})

    is_active = boolean(default=True)
    last_activity_at = now()
    expires_at = timestamptz()
    revoked_at = timestamptz(null=True)
    revoked_reason = varchar(30, null=True)


class ApiKey(OfOrganization, Table, tablename="api_keys"):
    """Keys for programmatic access."""

    name = varchar(255)
    key_hash = varchar(64)
    key_prefix = varchar(20)
    scopes = text_array("read")
    permissions = jsonb({})

    rate_limit_per_minute = integer(default=60)
    rate_limit_per_hour = integer(default=1000)
    rate_limit_per_day = integer(default=10000)

    last_used_at = timestamptz(null=True)
    last_used_ip = inet()
    total_requests = bigint(default=0)
    expires_at = timestamptz(null=True)
    allowed_ips = text_array()
    user_agent_restrictions = text_array()

    status = varchar(20, default="active")
    revoked_at = timestamptz(null=True)
    created_by = reference("created_by", User, SET_NULL, null=True)


class Role(OfOrganizationOrPlatform, Table, tablename="roles"):
    """Named sets of permissions, in a hierarchy. Rows without an organization are platform roles."""

    name = varchar(100)
    code = varchar(50)
    display_name = varchar(255, null=True)
    description = long_text(null=True)

    scope = varchar(20, default="organization")
    level = integer(default=10)

    is_system_role = boolean(default=False)
    is_default = boolean(default=False)

    parent_role = reference("parent_role_id", "self", NO_ACTION, null=True)
    inherits_permissions = boolean(default=True)

    max_users = integer(null=True)
    current_users = integer(default=0)
    access_limits = jsonb({})

    color = varchar(7, default="#6B7280")
    icon = varchar(50, null=True)
    badge_text = varchar(20, null=True)

    metadata = jsonb({})
    status = varchar(20, default="active")


class Permission(OfOrganizationOrPlatform, Table, tablename="permissions"):
    """Atomic rights: resource by action by scope."""

    name = varchar(100)
    code = varchar(100)
    display_name = varchar(255, null=True)
    description = long_text(null=True)

    resource = varchar(40)
    action = varchar(20)
    scope = varchar(20, default="organization")

    conditions = jsonb({})
    constraints = jsonb({})

    category = varchar(100, null=True)
    group_name = varchar(100, null=True)

    is_system_permission = boolean(default=False)
    is_dangerous = boolean(default=False)
    requires_approval = boolean(default=False)

    sort_order = integer(default=0)
    is_visible = boolean(default=True)

    metadata = jsonb({})
    status = varchar(20, default="active")


class RolePermission(OfOrganizationOrPlatform, Table, tablename="role_permissions"):
    """Rights of a role."""

    role = reference("role_id", Role)
    permission = reference("permission_id", Permission)

    is_granted = boolean(default=True)
    is_inherited = boolean(default=False)
    inherited_from_role = reference("inherited_from_role_id", Role, null=True)

    conditions = jsonb({})
    constraints = jsonb({})

    granted_by = reference("granted_by", User, SET_NULL, null=True)
    granted_at = now()

    metadata = jsonb({})


class UserRole(OfOrganizationOrPlatform, Table, tablename="user_roles"):
    """Roles of a user, in a scope, for a time."""

    user = reference("user_id", User)
    role = reference("role_id", Role)

    is_active = boolean(default=True)
    is_primary = boolean(default=False)
    scope = varchar(20, default="organization")
    scope_context = jsonb({})

    effective_from = now()
    effective_until = timestamptz(null=True)

    assigned_by = reference("assigned_by", User, SET_NULL, null=True)
    assigned_reason = long_text(null=True)
    revoked_by = reference("revoked_by", User, SET_NULL, null=True)
    revoked_at = timestamptz(null=True)

    metadata = jsonb({})


class PermissionGroup(OfOrganizationOrPlatform, Table, tablename="permission_groups"):
    """Folders of permissions for the rights screen."""

    name = varchar(100)
    code = varchar(50)
    display_name = varchar(255, null=True)
    description = long_text(null=True)

    category = varchar(100, null=True)
    parent_group = reference("parent_group_id", "self", SET_NULL, null=True)

    icon = varchar(50, null=True)
    color = varchar(7, default="#6B7280")
    sort_order = integer(default=0)
    status = varchar(20, default="active")


class PermissionGroupPermission(OfOrganizationOrPlatform, Table, tablename="permission_group_permissions"):
    """Which permission is in which group."""

    group = reference("group_id", PermissionGroup)
    permission = reference("permission_id", Permission)
    sort_order = integer(default=0)
