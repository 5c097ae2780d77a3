"""`switchboard up`: the first start, the second, the sudden end, and everything that can be in the way."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from tests import databases
from tests.databases import Servers
from tests.start.journey import journey
from tests.start.product import Product, free_port, run
from tests.wait import eventually_sync


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that any account can reach."""
    made = Path(tempfile.mkdtemp(prefix="switchboard-up-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A folder in which `up --demo` has run once and was stopped with Ctrl-C."""
    made = Path(tempfile.mkdtemp(prefix="switchboard-up-", dir="/tmp"))
    made.chmod(0o711)
    port = free_port()
    product = Product("up", "--demo", "--port", str(port), cwd=made)
    product.until_ready(port)
    product.until_said("Ctrl-C stops it")
    children = psutil.Process(product.process.pid).children()
    assert product.stop() == 0, product.output
    assert not any(child.is_running() for child in children)
    yield product
    shutil.rmtree(made)


def test_the_first_start_says_what_it_does_and_where_it_is(started_once: Product) -> None:
    for words in ("PostgreSQL is running", "Valkey is running", "migrations ran", "/console/", "Stopped"):
        assert words in started_once.output


def test_the_first_start_writes_what_one_needs_to_begin(started_once: Product) -> None:
    path = started_once.cwd / ".switchboard" / "first-run.json"
    first = started_once.first_run
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.keys() >= {
        "url",
        "organization_id",
        "database_url",
        "redis_url",
        "admin",
        "login_link",
        "api_key",
        "waha",
    }
    assert first["admin"].keys() == {"email", "password"}
    assert first["waha"].keys() == {"webhook_url", "hmac_key", "session", "simulator_url", "api_key"}
    assert first["waha"]["webhook_url"].startswith(f"{first['url']}/webhooks/waha/")


def test_nothing_secret_can_be_read_by_others(started_once: Product) -> None:
    readable = [
        path.name
        for path in (started_once.cwd / ".switchboard").iterdir()
        if path.suffix in {".secret", ".key", ".json"} and path.stat().st_mode & 0o077
    ]
    assert readable == []


def test_a_second_start_is_quick_and_finds_everything_as_it_was(started_once: Product) -> None:
    before, port = started_once.first_run, free_port()
    began = time.monotonic()
    product = Product("up", "--demo", "--port", str(port), cwd=started_once.cwd)
    try:
        product.until_ready(port)
        took_s = time.monotonic() - began
        product.until_said("Ctrl-C stops it")
        after = product.first_run
        assert after["url"] == f"http://127.0.0.1:{port}"
        assert after["waha"]["webhook_url"].startswith(after["url"])
        for key in ("organization_id", "admin", "api_key", "database_url"):
            assert after[key] == before[key]
        assert after["login_link"] != before["login_link"]
        # On a machine that does much else at this moment, only the time of our own counts.
        used = psutil.Process(product.process.pid).cpu_times()
        is_busy = os.getloadavg()[0] > (os.cpu_count() or 1)
        assert (used.user + used.system if is_busy else took_s) < 5
    finally:
        assert product.stop(signal.SIGTERM) == 0


@pytest.mark.faults
def test_after_a_kill_the_next_start_works_and_nothing_is_left_running(started_once: Product) -> None:
    port = free_port()
    killed = Product("up", "--port", str(port), cwd=started_once.cwd)
    killed.until_ready(port)
    children = psutil.Process(killed.process.pid).children()
    assert len(children) == 2
    killed.stop(signal.SIGKILL)
    if sys.platform == "linux":
        eventually_sync(lambda: not any(is_running(child) for child in children), what="its servers end with it")
    following = Product("up", "--port", str(port), cwd=started_once.cwd)
    following.until_ready(port)
    assert following.stop() == 0


def test_a_second_up_over_the_same_folder_is_told_so(started_once: Product) -> None:
    port = free_port()
    first = Product("up", "--port", str(port), cwd=started_once.cwd)
    try:
        first.until_ready(port)
        second = run("up", "--port", str(free_port()), cwd=started_once.cwd)
        assert second.returncode == 1
        assert f"already running with the data folder {started_once.cwd}/.switchboard" in second.stderr
    finally:
        first.stop()


def test_commands_find_the_servers_of_a_running_up(started_once: Product) -> None:
    port = free_port()
    product = Product("up", "--port", str(port), cwd=started_once.cwd)
    try:
        product.until_ready(port)
        product.until_said("Ctrl-C stops it")
        added = run(
            "user",
            "add",
            "sari@example.com",
            "--organization",
            "demo",
            "--name",
            "Sari",
            cwd=started_once.cwd,
            stdin="a long password\n",
        )
        assert (added.returncode, added.stderr) == (0, "")
        again = run(
            "user",
            "add",
            "sari@example.com",
            "--organization",
            "demo",
            "--name",
            "Sari",
            cwd=started_once.cwd,
            stdin="a long password\n",
        )
        assert (again.returncode, "sari@example.com exists" in again.stderr) == (1, True)
        health = run("doctor", cwd=started_once.cwd)
        assert health.returncode == 0, health.stdout
        for secret in (product.first_run["admin"]["password"], product.first_run["database_url"]):
            assert secret not in health.stdout + health.stderr
    finally:
        product.stop()


def test_without_the_file_of_the_first_start_it_runs_and_says_how_to_get_in(started_once: Product) -> None:
    file, port = started_once.cwd / ".switchboard" / "first-run.json", free_port()
    kept = file.read_bytes()
    file.unlink()
    product = Product("up", "--port", str(port), cwd=started_once.cwd)
    try:
        product.until_ready(port)
        product.until_said("Ctrl-C stops it")
        assert "switchboard user add" in product.output
        assert not file.exists()
    finally:
        product.stop()
        file.write_bytes(kept)
        file.chmod(0o600)


@pytest.mark.faults
def test_a_first_start_that_was_killed_at_any_moment_is_made_up_for_by_the_next(folder: Path) -> None:
    for moment in ("Valkey is running", "database is ready", "Switchboard is running"):
        port = free_port()
        killed = Product("up", "--demo", "--port", str(port), cwd=folder)
        killed.until_said(moment)
        killed.stop(signal.SIGKILL)
    port = free_port()
    product = Product("up", "--demo", "--port", str(port), cwd=folder)
    try:
        product.until_said("Ctrl-C stops it")
        journey(product.first_run)
    finally:
        assert product.stop() == 0, product.output


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_cannot_be_is_one_sentence(folder: Path, port: str) -> None:
    done = run("up", f"--port={port}", cwd=folder)
    assert (done.returncode, one_sentence(done.stderr)) == (1, f"✗ There is no port {port}: ports go from 1 to 65535")


def test_a_port_in_use_is_one_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("up", "--port", str(port), cwd=folder)
    assert done.returncode == 1
    assert (
        one_sentence(done.stderr)
        == f"✗ Port {port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port"
    )


def test_an_unwritable_folder_is_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    done = run("up", "--data-dir", "file/data", cwd=folder)
    assert done.returncode == 1
    assert "cannot be written" in one_sentence(done.stderr)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "postgresql://switchboard:s3cret@127.0.0.1:1/switchboard",
            "127.0.0.1:1 cannot be reached (connection refused)",
        ),
        ("mysql://root@localhost/x", "DATABASE_URL must look like postgresql://user:password@host:port/name"),
        ("no url at all", "DATABASE_URL must look like postgresql://user:password@host:port/name"),
    ],
)
def test_a_wrong_database_url_is_one_sentence_without_the_password(
    folder: Path, servers: Servers, url: str, words: str
) -> None:
    done = run("up", "--port", str(free_port()), cwd=folder, DATABASE_URL=url, REDIS_URL=servers.redis_url)
    assert done.returncode == 1
    assert words in one_sentence(done.stderr)
    assert "s3cret" not in done.stdout + done.stderr


def test_a_wrong_password_or_database_is_one_sentence(folder: Path, servers: Servers) -> None:
    wrong_login = databases.named(servers.database_url, "postgres", login="switchboard:wrong")
    done = run("migrate", cwd=folder, DATABASE_URL=wrong_login)
    assert (done.returncode, "refused the login in DATABASE_URL" in one_sentence(done.stderr)) == (1, True)
    done = run("migrate", cwd=folder, DATABASE_URL=databases.named(servers.database_url, "nowhere"))
    assert (done.returncode, "has no database 'nowhere'" in one_sentence(done.stderr)) == (1, True)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "http://127.0.0.1/"])
def test_a_wrong_redis_url_is_one_sentence(folder: Path, servers: Servers, url: str) -> None:
    done = run("up", "--port", str(free_port()), cwd=folder, DATABASE_URL=servers.database_url, REDIS_URL=url)
    assert done.returncode == 1
    assert "REDIS_URL" in one_sentence(done.stderr)


async def test_another_products_tables_are_left_alone(folder: Path, servers: Servers) -> None:
    name = f"other_{os.urandom(4).hex()}"
    await databases.execute(servers, f"create database {name}")
    url = databases.named(servers.database_url, name)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("create table invoices (id int); create table wp_posts (id int)")
        done = run("up", "--port", str(free_port()), cwd=folder, DATABASE_URL=url, REDIS_URL=servers.redis_url)
        assert done.returncode == 1
        assert "tables of something else (invoices, wp_posts)" in one_sentence(done.stderr)
        assert await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'") == 2
    finally:
        await connection.close()
        await databases.drop(servers, name)


async def test_named_servers_are_used_and_left_running(folder: Path, servers: Servers) -> None:
    name, port = f"named_{os.urandom(4).hex()}", free_port()
    await databases.execute(servers, f"create database {name}")
    url = databases.named(servers.database_url, name)
    product = Product(
        "up",
        "--port",
        str(port),
        cwd=folder,
        DATABASE_URL=url,
        # The login belongs to the whole cluster: with a password of its own it would lock the other tests out.
        SWITCHBOARD_APP_DATABASE_URL=databases.database(servers, name).app_url,
        REDIS_URL=servers.redis_url,
        SWITCHBOARD_REDIS_PREFIX=f"{name}:",
    )
    try:
        product.until_ready(port)
        assert psutil.Process(product.process.pid).children() == []
        assert product.stop() == 0
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("select count(*) from organizations") == 1
        await connection.close()
        redis = Redis.from_url(servers.redis_url)
        assert await redis.ping()
        await redis.aclose()
    finally:
        product.stop(signal.SIGKILL)
        await databases.drop(servers, name)


def one_sentence(text: str) -> str:
    """What was said on stderr: one line, and no traceback."""
    said = [line for line in text.splitlines() if line.strip()]
    assert len(said) == 1, text
    return said[0]


def is_running(process: psutil.Process) -> bool:
    """Whether it lives; a zombie does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
