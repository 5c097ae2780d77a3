"""The invented customers: none of them can be rung, and no hidden id gives a number away."""

from __future__ import annotations

import random

import pytest

from gateway.waha.simulator import Simulator
from gateway.waha.simulator.people import cast, invent


def test_every_number_is_kept_for_drama_or_belongs_to_no_country() -> None:
    people = [*cast(), *(invent(nth, random.Random(1)) for nth in range(20_000))]
    assert all(447700900000 <= int(person.phone) <= 447700900999 for person in people[:700])
    assert all(person.phone.startswith(("447700900", "999")) for person in people)
    assert len({person.phone for person in people}) == len(people)


def test_a_hidden_id_is_unique_and_does_not_hold_the_phone() -> None:
    people = [invent(nth, random.Random(1), hidden=True) for nth in range(2_000)]
    assert len({person.lid for person in people}) == 2_000
    assert not [person for person in people if person.phone[-9:] in person.lid]
    assert people[0].chat_id == people[0].lid


def test_a_customer_may_be_given_a_name() -> None:
    assert invent(1, random.Random(1), name=" Dewi ").name == "Dewi"
    assert invent(1, random.Random(1)).name == invent(1, random.Random(1)).name


async def test_a_person_is_found_under_every_id(simulator: Simulator) -> None:
    person, who = simulator.people[3], simulator.whatsapp.who
    assert who(person.lid) is who(person.phone_id) is who(person.phone) is who("+" + person.phone) is person
    assert who("5@lid") is None
    assert who("120363@g.us") is None


async def test_there_is_an_end_of_people(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.waha.simulator.whatsapp._PEOPLE_LIMIT", len(simulator.people) + 1)
    simulator.whatsapp.meet()
    with pytest.raises(ValueError, match="already"):
        simulator.whatsapp.meet()
