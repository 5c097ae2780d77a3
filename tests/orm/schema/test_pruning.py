"""What is partitioned by time is read in one place where its id is known, and has a place for every time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from gateway.ids import new_id
from orm.connection import Connection
from tests.orm.catalog import PARTITIONED, relations
from tests.orm.schema.conftest import Planted


@pytest.mark.parametrize("table", PARTITIONED)
@pytest.mark.parametrize("plan", ["force_custom_plan", "force_generic_plan"])
async def test_one_partition_is_read_where_the_id_is_known(
    app: Connection, planted: Planted, table: str, plan: str
) -> None:
    assert len(await app.fetch("SELECT FROM partitions($1)", table)) >= 5
    await app.execute("SELECT set_config('app.organization_id', $1, true)", str(planted.ours))
    await app.execute(f"SET LOCAL plan_cache_mode = {plan}")
    await app.execute(f"PREPARE one (uuid) AS SELECT * FROM {table} WHERE id = $1")
    explained = await app.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE one ('{new_id()}')")
    read = relations(json.loads(explained))
    assert len(read) == 1, read
    assert read[0] != f"{table}_default"


@pytest.mark.parametrize("table", PARTITIONED)
async def test_the_first_partition_takes_every_earlier_id_and_the_last_ends_in_the_future(
    owner: Connection, table: str
) -> None:
    made = await owner.fetch("SELECT * FROM partitions($1) WHERE NOT is_default", table)
    assert made[0]["from_id"] is None
    assert [each["to_id"] for each in made[:-1]] == [each["from_id"] for each in made[1:]]
    ahead = await owner.fetchval("SELECT uuid_v7_time($1) - now()", made[-1]["to_id"])
    assert ahead > timedelta(days=6)
