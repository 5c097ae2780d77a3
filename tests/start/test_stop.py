"""Gateway and worker as processes of their own: how they start, and that a stop tells everybody first."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from gateway.secrets import new_key
from tests import databases
from tests.databases import Database, Servers
from tests.start.product import Product, free_port, run
from tests.wait import eventually_sync

Starter = Callable[..., Product]


@pytest.fixture
def started(database: Database, servers: Servers, tmp_path: Path) -> Iterator[Starter]:
    """Starts a command on the test's own database, and ends it."""
    products: list[Product] = []
    keys = new_key()

    def start(*arguments: str, **extra: str) -> Product:
        urls = {
            "SWITCHBOARD_APP_DATABASE_URL": database.app_url,
            "REDIS_URL": servers.redis_url,
            "SWITCHBOARD_SECRET_KEYS": keys,
        }
        products.append(
            Product(*arguments, cwd=tmp_path, SWITCHBOARD_REDIS_PREFIX=f"{database.name}:", **urls, **extra)
        )
        return products[-1]

    yield start
    for product in products:
        product.stop(signal.SIGKILL)


async def test_a_stopping_gateway_tells_its_sockets_when_to_come_back(started: Starter) -> None:
    port = free_port()
    gateway = started("gateway", "--port", str(port))
    await asyncio.to_thread(gateway.until_ready, port)
    origin = Origin(f"http://127.0.0.1:{port}")
    async with connect(f"ws://127.0.0.1:{port}/ws/console", origin=origin, compression=None) as socket:
        assert msgspec.json.decode(await socket.recv())["t"] == "hello"
        gateway.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4001
    assert msgspec.json.decode(closed.value.rcvd.reason)["retry_ms"] >= 0
    assert await asyncio.to_thread(gateway.stop, signal.SIGTERM) == 0


async def test_a_request_that_is_under_way_is_finished_before_the_stop(started: Starter) -> None:
    port = free_port()
    gateway = started("gateway", "--port", str(port))
    await asyncio.to_thread(gateway.until_ready, port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /webhooks/waha/nobody HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 2\r\n\r\n"
    writer.write(head.encode() + b"{")
    await writer.drain()
    gateway.process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(gateway.until_said, "stopping")
    writer.write(b"}")
    assert b" 404 " in await reader.readline()
    writer.close()
    assert await asyncio.to_thread(gateway.stop, signal.SIGTERM) == 0


def test_a_worker_stops_when_it_is_told(started: Starter) -> None:
    worker = started("worker")
    worker.until_said("schedule.leading")
    assert worker.stop(signal.SIGTERM) == 0


def test_a_second_ctrl_c_does_not_wait(started: Starter) -> None:
    port = free_port()
    gateway = started("gateway", "--port", str(port), SWITCHBOARD_DRAIN_S="60")
    gateway.until_ready(port)
    gateway.process.send_signal(signal.SIGINT)
    eventually_sync(lambda: gateway.process.poll() is not None or "stopping" in gateway.output)
    gateway.process.send_signal(signal.SIGINT)
    assert gateway.stop(signal.SIGINT) in (0, 130)


def test_three_migrations_at_once_run_each_migration_once(servers: Servers, database: Database, tmp_path: Path) -> None:
    commands = [Product("migrate", cwd=tmp_path, DATABASE_URL=database.owner_url) for _ in range(3)]
    assert [command.stop(signal.SIGCONT) for command in commands] == [0, 0, 0]
    assert run("migrate", "--check", cwd=tmp_path, DATABASE_URL=database.owner_url).stdout == "Nothing to do\n"


async def test_migrate_check_names_what_is_to_be_run(servers: Servers, database: Database, tmp_path: Path) -> None:
    name = f"{database.name}_empty"
    await databases.execute(servers, f"create database {name}")
    empty = databases.named(servers.database_url, name)
    try:
        checked = await asyncio.to_thread(run, "migrate", "--check", cwd=tmp_path, DATABASE_URL=empty)
        assert checked.returncode == 1
        assert len(checked.stdout.splitlines()) > 10
    finally:
        await databases.drop(servers, name)
