"""The engine's transactions give their connection back, however they end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from orm.engine import Engine, speak_through
from orm.tenancy.tables import Organization
from tests.databases import Database


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[Engine]:
    opened = Engine(database.owner_url)
    await opened.open(size=2)
    yield opened
    await opened.close()


async def answers(engine: Engine) -> bool:
    """Whether all connections of the pool still work, and none is in a transaction."""
    assert engine.pool is not None
    assert engine.current_transaction.get() is None
    async with asyncio.timeout(5), engine.pool.acquire() as one, engine.pool.acquire() as two:
        return [await each.fetchval("SELECT pg_current_xact_id_if_assigned() IS NULL") for each in (one, two)] == [
            True
        ] * 2


async def test_a_commit_that_fails_gives_the_connection_back(engine: Engine) -> None:
    assert engine.pool is not None
    await engine.pool.execute("CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED)")
    for _ in range(3):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with engine.transaction() as transaction:
                await transaction.connection.execute("INSERT INTO a VALUES (1, 2)")
        assert await answers(engine)


async def test_an_error_inside_undoes_everything_and_leaves(engine: Engine) -> None:
    assert engine.pool is not None
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with engine.transaction() as transaction:
            await transaction.connection.execute("CREATE TABLE b ()")
            raise RuntimeError("changed my mind")
    assert await engine.pool.fetchval("SELECT to_regclass('b')") is None
    assert await answers(engine)


async def test_a_task_that_is_cancelled_twice_leaves_no_transaction_behind(engine: Engine) -> None:
    inside = asyncio.Event()

    async def work() -> None:
        async with engine.transaction() as transaction:
            await transaction.connection.execute("CREATE TABLE c ()")
            inside.set()
            await asyncio.Event().wait()

    for _ in range(3):
        inside.clear()
        task = asyncio.create_task(work())
        await inside.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await answers(engine)
    assert engine.pool is not None
    assert await engine.pool.fetchval("SELECT to_regclass('c')") is None


async def test_piccolos_tables_see_the_transaction_of_the_engine(engine: Engine) -> None:
    speak_through(engine, Organization)
    async with engine.transaction() as transaction:
        await Organization(org_code="ACME", name="Acme", email="hello@acme.example").save()
        assert await Organization.count() == 1
        await transaction.rollback()
    assert await Organization.count() == 0
