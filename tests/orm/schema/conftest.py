"""A database with two planted organizations, shared by the tests of a file: each rolls back what it does."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from orm.connection import Connection
from tests import databases
from tests.databases import Database, Servers
from tests.orm.schema.planting import plant


@dataclass(frozen=True)
class Planted:
    """Two organizations with a row in every table."""

    database: Database
    ours: UUID
    theirs: UUID


@pytest.fixture(scope="module")
def planted(servers: Servers, template: Database) -> Iterator[Planted]:
    """The database of two organizations."""
    name = f"planted_{uuid.uuid4().hex}"
    yield databases.run(_plant(servers, template, name))
    databases.run(databases.drop(servers, name))


async def _plant(servers: Servers, template: Database, name: str) -> Planted:
    made = await databases.clone(servers, template, name)
    connection = await asyncpg.connect(made.owner_url)
    try:
        return Planted(made, await plant(connection, "ours"), await plant(connection, "theirs"))
    finally:
        await connection.close()


@pytest.fixture
async def owner(planted: Planted) -> AsyncIterator[Connection]:
    """The owner's connection, in a transaction that is rolled back."""
    async for connection in _rolled_back(planted.database.owner_url):
        yield connection


@pytest.fixture
async def app(planted: Planted) -> AsyncIterator[Connection]:
    """The connection of gateway and worker, in a transaction that is rolled back."""
    async for connection in _rolled_back(planted.database.app_url):
        yield connection


async def _rolled_back(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()
