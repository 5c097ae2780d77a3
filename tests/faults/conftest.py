"""The rig as a fixture: the provider runs in the test's process, everything of ours in processes of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import msgspec
import pytest

from gateway.embedded.process import free_port
from gateway.embedded.valkey import Valkey
from gateway.secrets import Keyring
from gateway.settings import Settings
from gateway.waha.simulator import Pace, start_simulator
from gateway.waha.simulator.accounts import Engine
from tests.databases import Database
from tests.faults.rig import Rig
from tests.world import make_tenant

# Says which message meets which fault in the tests that throw dice; a failure names it.
SEED = int(os.environ.get("SWITCHBOARD_TEST_SEED", "20261122"))
# WAHA's own retries, shortened: often enough to outlast a gateway that starts again.
RETRIES = {"policy": "constant", "delaySeconds": 0.2, "attempts": 200}
PACE = Pace(server_ack_s=0.02, device_ack_s=0.05, echo_lead_s=(0.005, 0.02), start_s=0, pair_s=0)

StartRig = Callable[..., Awaitable[Rig]]


@pytest.fixture
async def rig(start_rig: StartRig) -> Rig:
    """A rig whose WAHA runs the engine GOWS; no process of ours runs yet."""
    return await start_rig()


@pytest.fixture
async def start_rig(database: Database, settings: Settings, tmp_path: Path) -> AsyncIterator[StartRig]:
    """Sets a rig up for an engine of WAHA, with other settings where a test needs them."""
    async with AsyncExitStack() as stack:

        async def start(engine: Engine = "GOWS", **changed: Any) -> Rig:
            made = msgspec.structs.replace(settings, **{"pool_size": 4, "lease_s": 1.5, "evidence_s": 3.0, **changed})
            return await _rig(stack, engine, database, made, tmp_path)

        yield start


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A Valkey of the test's own, which it starts and stops."""
    # Not under pytest's folder: as root the server runs under an account that cannot pass through there.
    folder = Path(tempfile.mkdtemp(prefix="switchboard-faults-", dir="/tmp"))
    folder.chmod(0o711)
    server = Valkey(folder, is_durable=False)
    yield server
    server.stop()
    shutil.rmtree(folder)


async def _rig(stack: AsyncExitStack, engine: Engine, database: Database, settings: Settings, folder: Path) -> Rig:
    simulator = await start_simulator(api_key="key of acme", engine=engine, pace=PACE, seed=SEED)
    stack.push_async_callback(simulator.stop)
    pool = await stack.enter_async_context(asyncpg.create_pool(database.owner_url, min_size=1, max_size=3))
    async with pool.acquire() as connection, connection.transaction():
        keyring = Keyring(settings.secret_keys)
        tenant = await make_tenant(connection, keyring, "acme", base_url=simulator.url, engine=engine)
    http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
    rig = Rig(
        settings=settings,
        tenant=tenant,
        simulator=simulator,
        http=http,
        database=pool,
        folder=folder,
        seed=SEED,
        port=free_port(),
    )
    stack.push_async_callback(rig.close)
    await simulator.connect(tenant.session_name, webhook_url=rig.webhook_url, hmac_key=tenant.hmac_key, retries=RETRIES)
    return rig
