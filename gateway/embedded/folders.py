"""Folders, the account the servers run under, and the lock that keeps two of us out of one data folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from gateway.embedded.errors import CannotStart

_SHARED_ROOT = Path("/var/lib/switchboard")


@dataclass(frozen=True)
class Account:
    """Who a server runs as: root hands over to an ordinary account, anyone else stays who they are."""

    name: str
    uid: int
    gid: int
    is_other: bool

    @classmethod
    def choose(cls) -> Account:
        """The account for a server started by this process."""
        if os.geteuid() != 0:
            return cls(name="", uid=os.geteuid(), gid=os.getegid(), is_other=False)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(name=name, uid=entry.pw_uid, gid=entry.pw_gid, is_other=True)
        raise CannotStart("PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody` to use")

    def can_reach(self, path: Path) -> bool:
        """Whether this account may pass through every folder above `path`, links resolved."""
        return not self.is_other or all(self._may_pass(folder) for folder in path.resolve().parents if folder.exists())

    def own(self, path: Path, mode: int) -> Path:
        """Make the folder `path`, give it to this account, and set its mode."""
        path.mkdir(parents=True, exist_ok=True)
        if self.is_other:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)
        return path

    def _may_pass(self, folder: Path) -> bool:
        info = folder.stat()
        if info.st_uid == self.uid:
            return bool(info.st_mode & stat.S_IXUSR)
        if info.st_gid == self.gid:
            return bool(info.st_mode & stat.S_IXGRP)
        return bool(info.st_mode & stat.S_IXOTH)


def prepare(data_dir: Path) -> None:
    """Make the data folder; one sentence when that is not possible."""
    try:
        if not data_dir.exists():
            # Root's servers run under another account and must be able to pass through; what is secret is 0600.
            data_dir.mkdir(parents=True, mode=0o711 if os.geteuid() == 0 else 0o700)
            data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        probe = data_dir / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise CannotStart(f"The data folder {data_dir} cannot be written: {error.strerror}") from error


def home(data_dir: Path, account: Account) -> Path:
    """The folder of the servers' files: in the data folder, or beside it all when that lies in a private home.

    As root the servers run under an ordinary account, which cannot pass through /root. Opening somebody's home to
    the world is no way out, so the files go to /var/lib/switchboard, and the data folder remembers where.
    """
    inside = data_dir / "servers"
    remembered = data_dir / "servers.at"
    if remembered.is_file():
        return Path(remembered.read_text(encoding="utf-8").strip())
    if account.can_reach(inside / "x"):
        return inside
    elsewhere = _SHARED_ROOT / os.urandom(6).hex()
    try:
        elsewhere.mkdir(parents=True, mode=0o711)
    except OSError as error:
        raise CannotStart(
            f"{data_dir} cannot be reached by the account `{account.name}` that PostgreSQL runs under, "
            "and /var/lib is not writable: choose a --data-dir outside a private home"
        ) from error
    for folder in (_SHARED_ROOT, elsewhere):
        folder.chmod(0o711)
    write_secret(remembered, str(elsewhere))
    return elsewhere


def reachable(package: Path, account: Account, into: Path) -> Path:
    """`package` itself, or a copy under `into` when the account cannot reach it (an environment in a private home).

    A wheel's shared libraries lie beside the package, where its binaries look for them; so they come along.
    """
    if account.can_reach(package / "x"):
        return package
    copy = into / f"{package.name}-{_fingerprint(package)}"
    if not copy.exists():
        half = into / f".{copy.name}.{os.getpid()}"
        shutil.rmtree(half, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, half / part.name, symlinks=True)
        for folder, _, _ in os.walk(half):
            Path(folder).chmod(0o755)
        half.rename(copy)
    return copy / package.name


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads, complete or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


class Lock:
    """One process per data folder: an advisory lock, which the kernel lets go when its holder dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock, or say who has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise CannotStart(
                f"Switchboard is already running with the data folder {self._path.parent} (process {holder})"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the lock go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _fingerprint(installed: Path) -> str:
    info = installed.stat()
    return f"{info.st_ino:x}-{info.st_mtime_ns:x}" if sys.platform != "win32" else "x"
