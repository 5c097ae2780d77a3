"""Fixtures that all tests share: servers, a database, settings, a runtime, a world, a running server."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.runtime import Runtime, open_runtime
from gateway.secrets import new_key
from gateway.settings import Settings, load
from tests import chromium as browsers
from tests import databases
from tests.databases import Database, Servers
from tests.serving import Served, serving
from tests.world import World, make_world

NO_BROWSER = "no Chromium was found, and none could be installed (make browser)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser tests out where there is no browser, unless everything must be tested."""
    if browsers.find() is None and not browsers.must_test_everything():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out."""
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if left_out:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line(f"{len(left_out)} browser tests were left out: {NO_BROWSER}", red=True)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's executable."""
    found = browsers.find()
    assert found is not None, NO_BROWSER
    return found


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL and Valkey for the whole run."""
    with databases.running_servers() as running:
        yield running


@pytest.fixture(scope="session")
def template(servers: Servers) -> Iterator[Database]:
    """The migrated database that the tests clone."""
    name = f"template_{uuid.uuid4().hex}"
    yield databases.run(databases.make_template(servers, name))
    databases.run(databases.drop(servers, name))


@pytest.fixture
async def database(servers: Servers, template: Database) -> AsyncIterator[Database]:
    """A database of its own: `.owner_url`, `.app_url`."""
    name = f"test_{uuid.uuid4().hex}"
    yield await databases.clone(servers, template, name)
    await databases.drop(servers, name)


@pytest.fixture
def settings(servers: Servers, database: Database) -> Settings:
    """Settings of one test: its database, its own Redis prefix."""
    return load(
        {},
        database_url=database.owner_url,
        app_database_url=database.app_url,
        redis_url=servers.redis_url,
        redis_prefix=f"t{uuid.uuid4().hex[:12]}:",
        secret_keys=new_key(),
        pool_size=6,
        drain_s=2.0,
    )


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """An open runtime."""
    async with open_runtime(settings, role="all") as opened:
        yield opened


@pytest.fixture
async def world(database: Database, settings: Settings) -> World:
    """An organization with an administrator, who is an agent, and a WAHA channel; and a second organization."""
    return await make_world(database.owner_url, settings)


@pytest.fixture
async def server(runtime: Runtime) -> AsyncIterator[Served]:
    """The whole application on a free port: `server.url`."""
    async with serving(runtime) as served:
        yield served
