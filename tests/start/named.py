"""The system's own PostgreSQL and Redis, where they are installed: Debian's 15 and 7."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from gateway.embedded import process
from gateway.embedded.folders import Account
from tests.databases import run as run_async
from tests.start.product import free_port
from tests.wait import eventually_sync

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
MISSING = "no system PostgreSQL and Redis here"


def has_named_servers() -> bool:
    """Whether this machine has both."""
    return bool(BINARIES) and shutil.which("redis-server") is not None


@contextmanager
def postgres(folder: Path, binaries: Path) -> Iterator[str]:
    """A cluster of the system's PostgreSQL, with an owner who is no superuser; its URL."""
    account, port, password = Account.choose(), free_port(), "p4ssword"
    files = account.own(folder / "cluster", 0o700)
    password_file = folder / "password"
    password_file.write_text(password)
    options = ["-D", str(files), "-U", "root", "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"]
    process.run([str(binaries / "initdb"), *options, f"--pwfile={password_file}"], account)
    command = [str(binaries / "postgres"), "-D", str(files), "-p", str(port), "-k", "", "-c", "fsync=off"]
    server = process.launch(command, account, end_with=signal.SIGINT, log=folder / "postgres.log")
    root = f"postgresql://root:{password}@127.0.0.1:{port}/postgres"
    try:
        eventually_sync(lambda: run_async(answers(root)), within_s=30, what="PostgreSQL answers")
        run_async(make_owner(root))
        yield f"postgresql://owner:owner-password@127.0.0.1:{port}/switchboard"
    finally:
        process.end(server, signal.SIGINT, within_s=20)


async def answers(url: str) -> bool:
    """Whether it lets us in."""
    try:
        await (await asyncpg.connect(url)).close()
    except (OSError, asyncpg.PostgresError):
        return False
    return True


async def make_owner(root: str) -> None:
    """What an operator does once by hand: an owner who may make roles, and a database of theirs."""
    connection = await asyncpg.connect(root)
    await connection.execute("create role owner login createrole password 'owner-password'")
    await connection.execute("create database switchboard owner owner")
    await connection.close()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The system's Redis; its URL."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.end(server, signal.SIGTERM, within_s=10)
