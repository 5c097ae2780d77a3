"""Who is here and who looks at what."""

from __future__ import annotations

from uuid import uuid4

from console.presence import FORGET_S, Presence
from gateway.ephemerals import Person, Seats, decode_seats, encode_ephemeral

SARI, BUDI = Person(id=uuid4(), name="Sari"), Person(id=uuid4(), name="Budi")
SESSION, OTHER = uuid4(), uuid4()


def test_an_agent_is_here_as_long_as_one_of_their_consoles_is() -> None:
    presence = Presence("a")
    presence.sit("c1", SARI, None)
    presence.sit("c2", SARI, SESSION)
    assert presence.online() == [SARI.id]
    presence.rise("c1")
    assert presence.online() == [SARI.id]
    presence.rise("c2")
    assert presence.online() == []
    assert presence.viewers() == {}


def test_an_agent_looks_at_one_session_per_console() -> None:
    presence = Presence("a")
    presence.sit("c1", SARI, SESSION)
    presence.sit("c2", SARI, OTHER)
    presence.sit("c3", BUDI, SESSION)
    assert presence.viewers() == {SESSION: sorted([SARI, BUDI]), OTHER: [SARI]}
    presence.sit("c1", SARI, None)
    assert presence.viewers() == {SESSION: [BUDI], OTHER: [SARI]}


def test_nodes_tell_each_other() -> None:
    here, there = Presence("a"), Presence("b")
    there.sit("c9", BUDI, SESSION)
    said = decode_seats(encode_ephemeral(there.seats()))
    assert said is not None
    here.heard(said, 0.0)
    here.sit("c1", SARI, SESSION)
    assert here.online() == sorted([SARI.id, BUDI.id])
    assert here.viewers() == {SESSION: sorted([SARI, BUDI])}
    there.rise("c9")
    here.heard(there.seats(), 1.0)
    assert here.viewers() == {SESSION: [SARI]}


def test_what_this_node_says_comes_back_and_changes_nothing() -> None:
    here = Presence("a")
    here.sit("c1", SARI, SESSION)
    said = here.seats()
    here.rise("c1")
    here.heard(said, 0.0)
    assert here.online() == []


def test_a_node_that_says_nothing_is_forgotten() -> None:
    here = Presence("a")
    here.heard(Seats(node="b", agents=[(BUDI, [])]), 0.0)
    here.forget(FORGET_S - 1)
    assert here.online() == [BUDI.id]
    here.forget(FORGET_S)
    assert here.online() == []


def test_other_ephemerals_are_no_seats() -> None:
    assert decode_seats(b'{"t":"typing","d":{}}') is None
