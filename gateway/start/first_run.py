"""first-run.json: what somebody needs who has just started Switchboard for the first time."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import msgspec

from gateway.embedded.folders import write_secret

NAME = "first-run.json"


class Admin(msgspec.Struct, kw_only=True):
    """The administrator's login."""

    email: str
    password: str


class Waha(msgspec.Struct, kw_only=True):
    """The sample channel: where WAHA calls us, and the simulator that does."""

    webhook_url: str
    hmac_key: str
    session: str
    simulator_url: str
    api_key: str


class FirstRun(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The file, mode 600; a later start renews the addresses in it."""

    url: str
    organization_id: UUID
    database_url: str
    redis_url: str
    admin: Admin
    login_link: str | None = None
    api_key: str | None = None
    waha: Waha | None = None


def read(data_dir: Path) -> FirstRun | None:
    """What an earlier start wrote."""
    path = data_dir / NAME
    return msgspec.json.decode(path.read_bytes(), type=FirstRun) if path.is_file() else None


def write(data_dir: Path, content: FirstRun) -> Path:
    """Write the file, readable for its owner alone."""
    path = data_dir / NAME
    write_secret(path, msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n")
    return path
