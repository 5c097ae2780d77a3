"""The plans of ingest, made while every table is empty, are those for full tables: PostgreSQL keeps them for hours."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from gateway import clock
from gateway.channels import waha
from gateway.channels.inbound import Inbound, Receipt
from gateway.conversations.arrivals import Row, message_row, new_arrival, note_row, receipt_row
from gateway.conversations.endpoints import Endpoint
from orm.conversations import ingest
from tests.conversations.webhooks import ack, arrives, edit
from tests.databases import Database
from tests.world import World

BIG = "messages|chat_sessions|customers|waha_contacts|waha_webhook_events|parked_receipts|events|event_streams"
FULL_SCAN = re.compile(rf"(Seq Scan|Bitmap Heap Scan) on ({BIG})|Hash (Left |Right |Full )?Join|Merge (Left )?Join")


class Explained:
    """A connection that tells the plan of everything it runs, inside functions too."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record], world: World) -> None:
        self.connection = connection
        self.plans: list[str] = []
        connection.add_log_listener(self._note)
        self._endpoint = Endpoint(
            world.waha_session_id, world.organization_id, world.channel_config_id, world.session_name, b""
        )

    def _note(self, _: object, message: Any) -> None:
        if "typeinfo_tree" not in str(message):  # asyncpg's own
            self.plans.append(str(message))

    def row(self, body: dict[str, Any]) -> Row:
        """The row that the gateway makes of a webhook."""
        raw, now_ms = msgspec.json.encode(body), clock.now_ms()
        arrival, parsed = (
            new_arrival(self._endpoint, raw, request_id=None, received_ms=now_ms),
            waha.parse(raw, now_ms=now_ms),
        )
        if isinstance(parsed.fact, Inbound):
            return message_row(arrival, parsed, parsed.fact)
        elif isinstance(parsed.fact, Receipt):
            return receipt_row(arrival, parsed, parsed.fact)
        else:
            return note_row(arrival, parsed, parsed.fact)  # type: ignore[arg-type]


@pytest.fixture
async def explained(database: Database, world: World) -> AsyncIterator[Explained]:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("LOAD 'auto_explain'")
    for name, value in {
        "log_min_duration": "0",
        "log_nested_statements": "on",
        "log_analyze": "on",
        "log_level": "notice",
    }.items():
        await connection.execute(f"SET auto_explain.{name} = {value}")
    yield Explained(connection, world)
    await connection.close()


async def test_no_step_reads_a_whole_table(explained: Explained) -> None:
    messages = [
        arrives("3A01"),
        arrives("3A02", chat="99000000001@lid"),
        arrives("3A03", chat="99000000001@lid", alt="628120000003@c.us", replyTo={"id": "3A01"}),
        arrives("3EB0", from_me=True),
    ]
    await ingest.ingest_receipts(
        explained.connection, [explained.row(body) for body in (ack("3EB0", 3), edit("3A01", "b"))]
    )
    await ingest.ingest(explained.connection, [explained.row(body) for body in messages])
    await ingest.ingest_receipts(
        explained.connection, [explained.row(body) for body in (ack("3EB0", 4), edit("3A01", "c"))]
    )

    for step in ("INSERT INTO messages", "INSERT INTO customers", "INSERT INTO events", "DELETE FROM parked_receipts"):
        assert any(step in plan for plan in explained.plans), step
    for plan in explained.plans:
        assert FULL_SCAN.search(plan) is None, plan


async def test_a_session_is_looked_up_in_its_own_partition(explained: Explained) -> None:
    await ingest.ingest(explained.connection, [explained.row(arrives("3A01"))])

    [insert] = [plan for plan in explained.plans if "INSERT INTO messages" in plan]
    in_session = [text for text in insert.splitlines() if "Scan using chat_sessions_" in text]
    assert len([text for text in in_session if "never executed" in text]) > len(in_session) / 2, insert


def test_the_pattern_finds_what_it_is_to_find() -> None:
    assert FULL_SCAN.search("->  Seq Scan on messages_y2026m11 m")
    assert FULL_SCAN.search("->  Hash Left Join")
    assert not FULL_SCAN.search("->  Index Scan using messages_pkey on messages m")
