"""Tickets: who may open a socket, from where, and how long."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from console.closes import Close
from console.tickets import RETURN_S, TICKET_S, BadTicket, Tickets, use_up
from tests.databases import Servers

KEY = b"k" * 32
ORIGIN = "https://desk.example"
WHO = uuid4()


def refused(text: str, *, origin: str = ORIGIN, now: float = 0.0, key: bytes = KEY) -> Close:
    with pytest.raises(BadTicket) as error:
        Tickets(key).read(text, origin=origin, now=now)
    return error.value.code


def test_a_ticket_says_whose_it_is() -> None:
    ticket = Tickets(KEY).read(Tickets(KEY).mint(WHO, origin=ORIGIN, kind="ticket", now=0.0), origin=ORIGIN, now=1.0)
    assert (ticket.sign_in_id, ticket.kind) == (WHO, "ticket")


def test_a_ticket_is_good_on_every_node_and_only_under_our_key() -> None:
    text = Tickets(KEY).mint(WHO, origin=ORIGIN, kind="ticket", now=0.0)
    assert refused(text, key=b"x" * 32) is Close.NOT_AUTHENTICATED


def test_a_ticket_of_another_origin_opens_nothing() -> None:
    text = Tickets(KEY).mint(WHO, origin=ORIGIN, kind="ticket", now=0.0)
    assert refused(text, origin="https://evil.example") is Close.NOT_AUTHENTICATED


@pytest.mark.parametrize(("kind", "life_s"), [("ticket", TICKET_S), ("return", RETURN_S)])
def test_an_old_ticket_is_refused_but_another_may_be_fetched(kind: str, life_s: int) -> None:
    text = Tickets(KEY).mint(WHO, origin=ORIGIN, kind=kind, now=0.0)  # type: ignore[arg-type]
    Tickets(KEY).read(text, origin=ORIGIN, now=life_s - 0.1)
    assert refused(text, now=life_s) is Close.TICKET
    assert Close.TICKET.may_return


@given(st.data())
def test_a_ticket_that_was_touched_is_no_ticket(data: st.DataObject) -> None:
    text = Tickets(KEY).mint(WHO, origin=ORIGIN, kind="ticket", now=0.0)
    at = data.draw(st.integers(0, len(text.rstrip("=")) - 2))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != text[at]))
    assert refused(text[:at] + other + text[at + 1 :]) is Close.NOT_AUTHENTICATED


@given(st.one_of(st.text(max_size=300), st.binary(max_size=200).map(lambda raw: raw.hex())))
def test_anything_else_is_no_ticket(text: str) -> None:
    assert refused(text) is Close.NOT_AUTHENTICATED


async def test_a_ticket_is_used_once(servers: Servers) -> None:
    async with Redis.from_url(servers.redis_url) as redis:
        tickets, prefix = Tickets(KEY), f"t{uuid4().hex}:"
        first, second = (
            tickets.read(tickets.mint(WHO, origin=ORIGIN, kind="ticket", now=0.0), origin=ORIGIN, now=0.0)
            for _ in range(2)
        )
        assert await use_up(redis, prefix, first)
        assert not await use_up(redis, prefix, first)
        assert await use_up(redis, prefix, second)
        assert await redis.ttl(f"{prefix}ticket:{first.nonce}") <= TICKET_S


async def test_without_redis_a_ticket_is_believed() -> None:
    ticket = Tickets(KEY).read(Tickets(KEY).mint(WHO, origin=ORIGIN, kind="ticket", now=0.0), origin=ORIGIN, now=0.0)
    nowhere = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    assert await use_up(nowhere, "t:", ticket)
    await nowhere.aclose()


def test_no_two_tickets_are_alike() -> None:
    minted = {Tickets(KEY).mint(WHO, origin=ORIGIN, kind="ticket", now=0.0) for _ in range(100)}
    assert len(minted) == 100
    assert all(len(text) < 400 and msgspec.json.encode(text).isascii() for text in minted)
