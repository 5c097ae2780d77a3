"""Columns in the words of SQL, so that `tables.py` reads line by line like the migration beside it.

Without `null` or `default` a column is required: a row cannot be made without it.
"""

from __future__ import annotations

import uuid as uuid_module
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeVar, overload

import uuid_utils.compat
from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    OnDelete,
    OnUpdate,
    Real,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID7
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

CASCADE, SET_NULL, NO_ACTION = OnDelete.cascade, OnDelete.set_null, OnDelete.no_action

T = TypeVar("T", bound=Table)


class UuidV7(UUID7):
    """UUIDv7 on every Python and every PostgreSQL that we run on."""

    @property
    def postgres(self) -> str:
        return "uuid_v7()"

    def python(self) -> uuid_module.UUID:
        return uuid_utils.compat.uuid7()


class Inet(Column):
    """An internet address."""

    value_type = IPv4Address | IPv6Address

    def __init__(self, default: None = None, **kwargs: Any) -> None:
        self.default = default
        super().__init__(default=default, **kwargs)

    @property
    def column_type(self) -> str:
        return "INET"


class Identified:
    """A table whose rows have an id."""

    id = UUID(primary_key=True, default=UuidV7())


class Stamped(Identified):
    """And whose rows know when they were made and changed: `updated_at` is kept by a trigger."""

    created_at = Timestamptz(default=TimestamptzNow())
    updated_at = Timestamptz(default=TimestamptzNow())


def varchar(length: int, *, default: str | None = None, null: bool = False) -> Varchar:
    """Text of a bounded length."""
    return Varchar(length=length, default=default, null=null)


def long_text(*, default: str | None = None, null: bool = False) -> Text:
    """Text."""
    return Text(default=default, null=null)


def boolean(*, default: bool | None = None, null: bool = False) -> Boolean:
    """True or false."""
    return Boolean(default=default, null=null)


def smallint(*, default: int | None = None, null: bool = False) -> SmallInt:
    """A small whole number."""
    return SmallInt(default=default, null=null)


def integer(*, default: int | None = None, null: bool = False) -> Integer:
    """A whole number."""
    return Integer(default=default, null=null)


def bigint(*, default: int | None = None, null: bool = False) -> BigInt:
    """A large whole number."""
    return BigInt(default=default, null=null)


def numeric(digits: int, scale: int, *, default: str | None = None, null: bool = False) -> Numeric:
    """An exact number: money, rates, scores."""
    return Numeric(digits=(digits, scale), default=None if default is None else Decimal(default), null=null)


def day(*, null: bool = False) -> Date:
    """A day in the organization's zone."""
    return Date(default=None, null=null)


def timestamptz(*, null: bool = False) -> Timestamptz:
    """A moment."""
    return Timestamptz(default=None, null=null)


def now(*, null: bool = False) -> Timestamptz:
    """A moment: now, unless it is said."""
    return Timestamptz(default=TimestamptzNow(), null=null)


def bytea(*, null: bool = False) -> Bytea:
    """Bytes, as they came."""
    return Bytea(default=None, null=null)


def jsonb(default: dict[str, Any] | list[Any] | None = None, *, null: bool = False) -> JSONB:
    """A JSON document."""
    return JSONB(default=default, null=null)


def inet() -> Inet:
    """An internet address, or none."""
    return Inet(null=True)


def uuid(*, null: bool = False) -> UUID:
    """The id of a row that no foreign key holds to: its table is partitioned, or history must outlive it."""
    return UUID(default=None, null=null)


def text_array(*default: str, required: bool = False) -> Array:
    """A list of words, empty unless it is said."""
    return Array(base_column=Text(), default=None if required else list(default))


def uuid_array() -> Array:
    """A list of ids."""
    return Array(base_column=UUID(), default=[])


def real_array() -> Array:
    """A vector, or none."""
    return Array(base_column=Real(), default=None, null=True)


def later(app: str, table: str) -> LazyTableReference:
    """A table of an app that comes after this one."""
    return LazyTableReference(table, module_path=f"orm.{app}.tables")


@overload
def reference(column: str, to: type[T], on_delete: OnDelete = ..., *, null: bool = ...) -> ForeignKey[T]: ...
@overload
def reference(
    column: str, to: LazyTableReference | str, on_delete: OnDelete = ..., *, null: bool = ...
) -> ForeignKey[Any]: ...
def reference(
    column: str, to: type[Table] | LazyTableReference | str, on_delete: OnDelete = CASCADE, *, null: bool = False
) -> ForeignKey[Any]:
    """A row of another table. Between tables of tenants the database's own key carries the organization too."""
    return ForeignKey(to, null=null, on_delete=on_delete, on_update=OnUpdate.no_action, db_column_name=column)
