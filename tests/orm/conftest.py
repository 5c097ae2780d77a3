"""Connections to the database of one test, as its owner and as the app; and a database without anything."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest

from orm.connection import Connection
from tests import databases
from tests.databases import Database, Servers


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Connection]:
    """The owner's connection, which row-level security does not bind."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
async def app(database: Database) -> AsyncIterator[Connection]:
    """The connection of gateway and worker, with no tenant set."""
    connection = await asyncpg.connect(database.app_url)
    yield connection
    await connection.close()


@pytest.fixture
async def empty(servers: Servers) -> AsyncIterator[Database]:
    """A database in which nothing was ever made."""
    name = f"empty_{uuid.uuid4().hex}"
    await databases.execute(servers, f'CREATE DATABASE "{name}"')
    yield databases.database(servers, name)
    await databases.drop(servers, name)
