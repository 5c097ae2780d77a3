"""Settings: one struct, read from the environment once, with a line of help per field."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from gateway.errors import GatewayError


class BadSettings(GatewayError):
    """A setting that cannot be used; the sentence names it."""

    code = "bad_settings"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an operator can set. The environment name is `SWITCHBOARD_` plus the field in capitals,
    except the three that other tools know: `DATABASE_URL`, `REDIS_URL` and (with the prefix) `APP_DATABASE_URL`."""

    database_url: Annotated[str, "Owner's PostgreSQL URL: migrations, and `up`"] = ""
    app_database_url: Annotated[str, "PostgreSQL URL of gateway and worker, a login without BYPASSRLS"] = ""
    redis_url: Annotated[str, "Redis or Valkey URL"] = ""
    redis_prefix: Annotated[str, "Prefix of every Redis key and channel"] = "sb:"
    public_url: Annotated[str, "Address under which browsers and providers reach us; from host and port if unset"] = ""
    host: Annotated[str, "Address to listen on"] = "127.0.0.1"
    port: Annotated[int, "Port to listen on"] = 8000
    data_dir: Annotated[str, "Folder of the embedded servers and first-run.json"] = ".switchboard"
    secret_keys: Annotated[str, "Keys for secrets at rest, `id:base64,…`, newest first"] = ""
    log_level: Annotated[str, "debug, info, warning or error"] = "info"
    log_format: Annotated[str, "console or json"] = "console"
    pool_size: Annotated[int, "PostgreSQL connections per process"] = 10
    ingest_batch: Annotated[int, "Most webhooks in one commit"] = 256
    ingest_queue: Annotated[int, "Most webhooks waiting in one process; more are answered 503"] = 4096
    webhook_body_limit: Annotated[int, "Most bytes of a webhook body"] = 4 * 1024 * 1024
    api_body_limit: Annotated[int, "Most bytes of an API request body"] = 1024 * 1024
    sockets_per_user: Annotated[int, "Open sockets per user"] = 20
    sockets_per_address: Annotated[int, "Open sockets per address"] = 200
    sockets_per_organization: Annotated[int, "Open sockets per organization"] = 4000
    heartbeat_s: Annotated[float, "Seconds between heartbeats on a socket"] = 25.0
    lease_s: Annotated[float, "Seconds after which another worker takes over a delivery whose worker is silent"] = 15.0
    evidence_s: Annotated[float, "Seconds for which it is looked into whether a message in doubt was sent"] = 30.0
    drain_s: Annotated[float, "Seconds that a stop waits for requests and sockets"] = 10.0
    session_idle_s: Annotated[int, "Seconds without a request after which a sign-in ends"] = 14 * 86400
    events_retention_days: Annotated[int, "Days that the event log is kept"] = 30
    trusted_proxies: Annotated[int, "Reverse proxies in front of us whose X-Forwarded-For is believed"] = 0
    failpoints: Annotated[str, "Only for tests: places at which the process kills itself"] = ""


_PLAIN = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}


def environment_name(field: str) -> str:
    """The environment variable of a field."""
    return _PLAIN.get(field, f"SWITCHBOARD_{field.upper()}")


def help_line(field: str) -> str:
    """The sentence that explains a field."""
    hint = get_type_hints(Settings, include_extras=True)[field]
    return str(get_args(hint)[1]) if get_origin(hint) is Annotated else ""


def load(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment (and `.env`, which it overrules), then from `overrides` that are not None."""
    given: dict[str, Any] = {field: text for field, (text, _) in read(environment).items()}
    values = given | {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSettings(f"A setting cannot be used: {error}") from error
    return settings if settings.public_url else msgspec.structs.replace(settings, public_url=own_url(settings))


def read(environment: Mapping[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """What is set, by field: its text and where it stands."""
    places: dict[str, Mapping[str, str]] = {"environment": environment or {}}
    if environment is None:
        places = {".env": _dotenv(Path(".env")), "environment": os.environ}
    found: dict[str, tuple[str, str]] = {}
    for place, source in places.items():
        for field in Settings.__struct_fields__:
            if (text := source.get(environment_name(field), "")) != "":
                found[field] = (text, place)
    return found


def own_url(settings: Settings) -> str:
    """The address at which this process answers on its own machine."""
    # Nobody can open 0.0.0.0 in a browser.
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.removeprefix("export ").partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
