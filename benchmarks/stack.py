"""The whole product under measurement: durable servers of its own, tenants, and gateway processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen
from uuid import UUID

import asyncpg
import psutil

from gateway.embedded import Embedded
from gateway.secrets import Keyring, new_key
from gateway.tenancy.found import NewOrganization, NewUser, add_user, found_organization
from gateway.waha.connect import NewSession, connect_session
from orm.migrate import migrate

PASSWORD = "a password for benchmarks"


@dataclass(frozen=True)
class Tenant:
    """One organization: where its webhooks go, with which key, and who signs in."""

    organization_id: UUID
    channel_config_id: UUID
    token: str
    hmac_key: str
    email: str


@dataclass
class Stack:
    """Running servers, and the gateways started on them."""

    owner_url: str
    app_url: str
    redis_url: str
    secret_keys: str
    folder: Path
    tenants: list[Tenant] = field(default_factory=list)

    def postgres_cpu_s(self) -> float:
        """Seconds of CPU that PostgreSQL has used, ended backends by their parent."""
        here = str(self.folder)
        server = next(each for each in psutil.process_iter(["name", "cmdline"]) if _is_postmaster(each, here))
        times = [each.cpu_times() for each in (server, *server.children(recursive=True))]
        return float(sum(each.user + each.system for each in times)) + times[0].children_user + times[0].children_system

    def environment(self, **settings: str) -> dict[str, str]:
        """What a gateway process reads."""
        return {
            **os.environ,
            "DATABASE_URL": self.owner_url,
            "SWITCHBOARD_APP_DATABASE_URL": self.app_url,
            "REDIS_URL": self.redis_url,
            "SWITCHBOARD_SECRET_KEYS": self.secret_keys,
            "SWITCHBOARD_LOG_LEVEL": "warning",
            **{f"SWITCHBOARD_{name.upper()}": value for name, value in settings.items()},
        }


def _is_postmaster(process: psutil.Process, folder: str) -> bool:
    return process.info["name"] == "postgres" and any(part.startswith(folder) for part in process.info["cmdline"] or ())


@dataclass(frozen=True)
class Gateway:
    """A gateway process and where it listens."""

    url: str
    port: int
    process: psutil.Process

    def cpu_s(self) -> float:
        """Seconds of CPU that it has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rss(self) -> int:
        """Bytes of memory that it holds."""
        return int(self.process.memory_info().rss)


@contextmanager
def stack(*, tenants: int = 1) -> Iterator[Stack]:
    """PostgreSQL with fsync and Valkey, migrated, with `tenants` organizations that each have a WAHA channel."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-bench-", dir="/tmp"))
    folder.chmod(0o711)
    embedded = Embedded(folder / "data")
    embedded.lock()
    try:
        owner_url, redis_url = embedded.start_postgres(), embedded.start_valkey()
        scheme, _, rest = owner_url.partition("://")
        app_url = f"{scheme}://switchboard_app:bench@{rest.rpartition('@')[2]}"
        made = Stack(owner_url, app_url, redis_url, new_key(), folder)
        asyncio.run(_prepare(made, tenants))
        yield made
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _prepare(made: Stack, tenants: int) -> None:
    await migrate(made.owner_url, app_url=made.app_url)
    connection = await asyncpg.connect(made.owner_url)
    keyring = Keyring(made.secret_keys)
    try:
        for number in range(tenants):
            made.tenants.append(await _tenant(connection, keyring, number))
    finally:
        await connection.close()


async def _tenant(connection: asyncpg.Connection[asyncpg.Record], keyring: Keyring, number: int) -> Tenant:
    email = f"bench{number}@example.org"
    organization_id = await found_organization(
        connection, NewOrganization(name=f"Bench {number}", code=f"BENCH{number}", email=email)
    )
    await add_user(connection, organization_id, NewUser(email=email, password=PASSWORD, name="Bench", role="org_admin"))
    new = NewSession(name="WhatsApp", session_name=f"bench{number}", base_url="http://127.0.0.1:9")
    connected = await connect_session(connection, keyring, organization_id, new)
    return Tenant(organization_id, connected.channel_config_id, connected.webhook_token, connected.hmac_key, email)


@contextmanager
def gateway(on: Stack, **settings: str) -> Iterator[Gateway]:
    """One gateway process, ready, ended with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"host": "127.0.0.1", "port": str(port), "public_url": url, **settings}
    command = [sys.executable, "-m", "gateway", "gateway"]
    log = on.folder / f"gateway-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=on.environment(**settings), stdout=out, stderr=out)
    try:
        _wait_ready(url, process, log)
        yield Gateway(url, port, psutil.Process(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"The gateway ended:\n{log.read_text()[-2000:]}")
        try:
            with urlopen(f"{url}/health/ready", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"The gateway is not ready:\n{log.read_text()[-2000:]}")


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
