"""The doorkeeper: everybody gets an answer, whatever becomes of the question."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from console.doorkeeper import Doorkeeper
from gateway.errors import Unavailable
from gateway.ids import new_id
from gateway.runtime import Runtime
from gateway.tasks import Tasks
from tests.databases import Database


async def test_a_sign_in_that_nobody_has_is_not_let_in(runtime: Runtime) -> None:
    assert await Doorkeeper(runtime, Tasks("test")).admit(new_id()) is None


async def test_a_question_that_fails_in_an_unforeseen_way_leaves_nobody_waiting(
    runtime: Runtime, database: Database
) -> None:
    door = Doorkeeper(runtime, Tasks("test"))
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("ALTER FUNCTION gate_sign_ins RENAME TO gone")
    async with asyncio.timeout(5):
        for _ in range(2):
            with pytest.raises(Unavailable):
                await door.admit(new_id())
    await owner.execute("ALTER FUNCTION gone RENAME TO gate_sign_ins")
    await owner.close()
    assert await door.admit(new_id()) is None
