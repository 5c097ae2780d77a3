"""`switchboard up` on the system's own PostgreSQL and Redis: Debian's 15 and 7, where they are installed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from gateway.embedded import process
from gateway.embedded.folders import Account
from tests.chromium import must_test_everything
from tests.databases import run as run_async
from tests.start.journey import journey
from tests.start.product import Product, free_port
from tests.wait import eventually_sync

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
MISSING = "no system PostgreSQL and Redis here"


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that any account can reach."""
    made = Path(tempfile.mkdtemp(prefix="switchboard-named-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


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


@pytest.mark.skipif(not must_test_everything() and not (BINARIES and shutil.which("redis-server")), reason=MISSING)
def test_the_whole_way_works_on_the_systems_oldest_postgresql_and_its_redis(folder: Path) -> None:
    assert BINARIES, MISSING
    port = free_port()
    with postgres(folder, BINARIES[0]) as database_url, redis(folder) as redis_url:
        for _ in range(2):
            product = Product(
                "up", "--demo", "--port", str(port), cwd=folder, DATABASE_URL=database_url, REDIS_URL=redis_url
            )
            try:
                product.until_said("Ctrl-C stops it")
                assert product.first_run["database_url"] == database_url
                journey(product.first_run)
            finally:
                code = product.stop()
            assert code == 0, product.output
