"""WAHA's names for messages, chats and times."""

from __future__ import annotations

import pytest

from gateway.channels.waha_ids import MessageName, message_name, party, time_ms
from tests.channels.bodies import NOW_MS

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("false_628@c.us_3A01", MessageName("3A01", "628@c.us", False)),
        ("true_155@lid_3A01", MessageName("3A01", "155@lid", True)),
        ("false_1@g.us_3A01_155@lid", MessageName("3A01", "1@g.us", False, "155@lid")),
        ("true_628@c.us_3A01_out", MessageName("3A01", "628@c.us", True)),
        ("3A01", MessageName("3A01")),
        ("maybe_628@c.us_3A01", MessageName(None)),
        ("false_628@c.us", MessageName(None)),
        ("false_628@c.us_", MessageName(None, "628@c.us", False)),
        ("", MessageName(None)),
        (None, MessageName(None)),
    ],
)
def test_a_message_id_is_taken_apart(id_: str | None, name: MessageName) -> None:
    assert message_name(id_) == name


def test_an_endless_key_is_shortened_and_still_tells_messages_apart() -> None:
    one, other = (message_name(f"false_628@c.us_{'A' * 5000}{end}").key or "" for end in "12")
    assert one != other
    assert max(len(one), len(other)) <= 255


@pytest.mark.parametrize(
    ("address", "alt", "expected"),
    [
        ("62811@c.us", None, ("62811@c.us", "person", "62811", None)),
        ("62811:7@s.whatsapp.net", None, ("62811@c.us", "person", "62811", None)),
        ("155@lid", None, ("155@lid", "person", None, "155@lid")),
        ("155:3@lid", "62811@s.whatsapp.net", ("155@lid", "person", "62811", "155@lid")),
        ("62811@c.us", "155@lid", ("62811@c.us", "person", "62811", "155@lid")),
        ("62811@c.us", "62899@c.us", ("62811@c.us", "person", "62811", None)),
        ("155@lid", "", ("155@lid", "person", None, "155@lid")),
        ("155@lid", "nonsense", ("155@lid", "person", None, "155@lid")),
        ("1203-99@g.us", "62811@c.us", ("1203-99@g.us", "group", None, None)),
        ("1@newsletter", None, ("1@newsletter", "newsletter", None, None)),
        ("status@broadcast", None, ("status@broadcast", "status", None, None)),
        ("17@broadcast", None, ("17@broadcast", "broadcast", None, None)),
        ("x@bot", None, ("x@bot", "unknown", None, None)),
        ("someone@c.us", None, ("someone@c.us", "person", None, None)),
        ("٦٢٨١١@c.us", None, ("٦٢٨١١@c.us", "person", None, None)),
    ],
)
def test_an_address_names_a_party(
    address: str, alt: str | None, expected: tuple[str, str, str | None, str | None]
) -> None:
    found = party(address, alt)
    assert found is not None
    assert (found.address, found.kind, found.phone, found.lid) == expected


@pytest.mark.parametrize("address", [None, "", "me", "@c.us", "62811@", "a" * 200 + "@c.us"])
def test_what_is_no_address_names_nobody(address: str | None) -> None:
    assert party(address) is None


def test_a_name_of_blanks_is_no_name_and_a_long_one_fits_its_column() -> None:
    blank, long = party("62811@c.us", name="  "), party("62811@c.us", name="n" * 300)
    assert blank is not None
    assert blank.name is None
    assert long is not None
    assert len(long.name or "") == 255


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_767_225_600, (1_767_225_600_000, None)),
        (1_767_225_600.25, (1_767_225_600_250, None)),
        (1_767_225_600_250, (1_767_225_600_250, None)),
        ("1767225600", (1_767_225_600_000, None)),
        ((NOW_MS + DAY_MS) // 1000, (NOW_MS + DAY_MS, None)),
        ((NOW_MS + DAY_MS) // 1000 + 1, (None, "wild")),
        (1_420_070_400, (1_420_070_400_000, None)),
        (1_420_070_399, (None, "wild")),
        (0, (None, "wild")),
        (-1, (None, "wild")),
        (4_070_908_800, (None, "wild")),
        (None, (None, "missing")),
        ("soon", (None, "missing")),
        ("nan", (None, "missing")),
        ("inf", (None, "missing")),
        (1e300, (None, "missing")),
    ],
)
def test_a_time_is_milliseconds_or_a_problem(
    value: float | str | None, expected: tuple[int | None, str | None]
) -> None:
    assert time_ms(value, now_ms=NOW_MS) == expected
