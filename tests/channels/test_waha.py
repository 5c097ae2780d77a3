"""Webhooks of WAHA: signatures, every body of every engine, and everything that is wrong with a body."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.inbound import Ignored, Inbound, Parsed
from gateway.channels.waha import parse, read_messages, verify
from gateway.errors import BadRequest
from gateway.ids import message_id
from tests.channels.bodies import NAMES, NOW_MS, body, encoded, raw_body, understood
from tests.channels.telling import tell

CHANNEL = UUID("0196f2a0-0000-7000-8000-000000000001")
TEXT = "gows/text--message.any"
DEEP = 100_000


def read(value: Any) -> Parsed:
    return parse(value if isinstance(value, bytes) else encoded(value), now_ms=NOW_MS)


def message(value: Any) -> Inbound:
    fact = read(value).fact
    assert isinstance(fact, Inbound), fact
    return fact


def changed(name: str, **payload: Any) -> dict[str, Any]:
    whole = body(name)
    whole["payload"] |= payload
    return whole


# Signatures


def test_a_signature_of_the_standard_test_vector_is_accepted() -> None:
    vector = (  # RFC 4231, case 2
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    )
    assert verify(b"what do ya want for nothing?", vector, "Jefe")
    assert verify(b"what do ya want for nothing?", vector.upper().encode(), b"Jefe")


def test_a_signature_covers_the_bytes_as_they_came() -> None:
    raw = encoded({"body": "Selamat pagi 👋"})
    header = hmac.new(b"kunci", raw, hashlib.sha512).hexdigest()
    assert verify(raw, header, "kunci")
    assert not verify(json.dumps(json.loads(raw)).encode(), header, "kunci"), "the same JSON, written otherwise"
    assert not verify(raw + b"\n", header, "kunci")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        (None, "kunci"),
        ("", "kunci"),
        ("0" * 128, "kunci"),
        (hmac.new(b"lain", b"{}", hashlib.sha512).hexdigest(), "kunci"),
        (hmac.new(b"kunci", b"{}", hashlib.sha256).hexdigest(), "kunci"),
        (hmac.new(b"kunci", b"{}", hashlib.sha512).hexdigest()[:-1], "kunci"),
        ("é" * 64, "kunci"),
        ("\ud800", "kunci"),
        (b"\xff\xfe", "kunci"),
        (hmac.new(b"", b"{}", hashlib.sha512).hexdigest(), ""),
    ],
)
def test_any_other_signature_is_refused(header: str | bytes | None, key: str) -> None:
    assert not verify(b"{}", header, key)


# Bodies that are understood


@pytest.mark.parametrize("name", NAMES)
def test_each_body_is_understood(name: str) -> None:
    assert tell(read(raw_body(name)).fact) == understood()[name]


def test_each_line_of_what_is_understood_has_its_body() -> None:
    assert sorted(understood()) == NAMES


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith("--message.any")])
def test_a_message_under_both_event_names_is_one_message(name: str) -> None:
    assert read(body(name) | {"event": "message"}).fact == read(raw_body(name)).fact


def test_twins_by_lid_and_by_phone_have_one_id() -> None:
    by_lid, by_phone = (
        message(raw_body("gows/text-lid-dm--message.any")),
        message(raw_body("gows/text-twin-of-lid--message.any")),
    )
    assert by_lid.chat.address != by_phone.chat.address, "they are not the same body"
    ids = {message_id(CHANNEL, "inbound", each.key, sent_at_ms=each.at_ms or 0) for each in (by_lid, by_phone)}
    assert len(ids) == 1
    assert by_lid.chat.channel_user_id == by_phone.chat.channel_user_id == "628120000002"


def test_a_lid_without_a_known_phone_never_becomes_a_phone() -> None:
    chat = message(raw_body("webjs/text-lid--message.any")).chat
    assert (chat.phone, chat.channel_user_id) == (None, "155500000002@lid")


@pytest.mark.parametrize(
    ("name", "engine", "version", "own_lid"),
    [
        (TEXT, "GOWS", "2026.2.1", "77700000000001@lid"),
        ("noweb/text-lid-dm--message.any", "NOWEB", "2026.2.1", None),
        ("webjs/text--message.any", "WEBJS", "2026.2.1", None),
        ("wpp/text--message.any", "WPP", "2026.2.1", None),
    ],
)
def test_the_envelope_names_engine_session_and_account(
    name: str, engine: str, version: str, own_lid: str | None
) -> None:
    parsed = read(raw_body(name))
    assert (parsed.engine, parsed.version, parsed.session, parsed.event) == (engine, version, "toko", "message.any")
    assert parsed.event_id is not None
    assert parsed.event_id.startswith("evt_")
    assert parsed.me is not None
    assert (parsed.me.phone, parsed.me.lid) == ("628110000001", own_lid)
    assert isinstance(parsed.fact, Inbound)
    assert parsed.at_ms == (parsed.fact.at_ms or 0) + 250


def test_the_history_is_read_as_the_webhook_is() -> None:
    names = [TEXT, "gows/poll-creation--message.any", "gows/text-from-phone--message.any"]
    history = encoded([body(name)["payload"] for name in names] + [{}, None, 7, "x"])
    assert read_messages(history, now_ms=NOW_MS) == [message(raw_body(name)) for name in names]
    with pytest.raises(BadRequest):
        read_messages(b'{"error": 1}', now_ms=NOW_MS)


# Bodies that are wrong


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"not json",
        b"[]",
        b"7",
        b'"text"',
        b"null",
        b"{",
        b'{"event": "message"',
        b'{"event": "message"} trailing',
        b"\xef\xbb\xbf{}",
        b'{"event": "m\xffessage"}',
        b'{"event": "message", "payload": {"id": "\xff"}}',
        b"{" * 50,
        b"[" * DEEP + b"]" * DEEP,
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b'{"event": "message", "payload": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"event": "message", "nul": "\\u0000", "payload": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    ],
    ids=lambda raw: raw[:24].decode("ascii", "replace"),
)
def test_what_is_no_json_object_is_refused_with_a_clear_error(raw: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        read(raw)
    assert refused.value.error_code == "bad_json"


def test_what_follows_a_deep_body_is_read_as_ever() -> None:
    with pytest.raises(BadRequest):
        read(b"[" * DEEP)
    assert message(raw_body(TEXT)).key == "3AC001"


def test_half_an_emoji_is_replaced_and_the_rest_is_kept() -> None:
    raw = encoded(changed(TEXT, body="XX")).replace(b'"body": "XX"', b'"body": "potong \\ud83d ini \\ud83d\\udc4b"')
    assert message(raw).text == "potong \ufffd ini 👋"


def test_nul_is_dropped_everywhere() -> None:
    whole = changed(TEXT, body="a\0b", id="false_628120000002@c.us_3A\0C9")
    whole["payload"]["_data"]["Info"]["PushName"] = "Sa\0ri"
    fact = message(whole)
    assert (fact.text, fact.key, fact.chat.name) == ("ab", "3AC9", "Sari")


def test_a_text_longer_than_its_column_is_cut() -> None:
    assert len(message(changed(TEXT, body="a" * 100_000)).text or "") == 65_536


@pytest.mark.parametrize("number", [b"1e999", b"-0", b"1" * 400, b"1" * 5_000, b"NaN"])
def test_a_monstrous_number_does_no_harm(number: bytes) -> None:
    raw = encoded(changed(TEXT, timestamp="T", ack="A")).replace(b'"T"', number).replace(b'"A"', number)
    try:
        fact = message(raw)
    except BadRequest:
        assert number == b"NaN", "only NaN is no JSON"
    else:
        assert fact.at_ms is None


def test_an_unknown_event_is_named_and_ignored() -> None:
    assert read({"event": "message.teleported", "payload": []}).fact == Ignored(why="unknown event: message.teleported")
    assert read({}).fact == Ignored(why="unknown event: ")


def test_a_payload_of_a_wrong_type_is_ignored() -> None:
    for payload in (None, 7, "x", [], [{}], True):
        for event in ("message", "message.ack", "message.reaction", "message.edited", "message.revoked", "poll.vote"):
            assert isinstance(read({"event": event, "payload": payload}).fact, Ignored), (event, payload)


def test_a_field_of_a_wrong_type_costs_only_itself() -> None:
    whole = changed(TEXT, media=[1], vCards={"a": 1}, location="here", replyTo=7, ack="2", source=None, participant=[])
    whole["payload"]["_data"]["Info"]["SenderAlt"] = {"x": 1}
    whole["me"] = "me"
    fact = message(whole)
    assert (fact.type, fact.text, fact.chat.name) == ("text", body(TEXT)["payload"]["body"], "Sari Wulandari")
    assert read(whole).me is None


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in items:
        found += places(part, (*path, name))
    return found


@settings(max_examples=400, deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_whatever_stands_in_whichever_field_something_storable_comes_out(data: st.DataObject, name: str) -> None:
    whole = body(name)
    for place in data.draw(st.lists(st.sampled_from(places(whole)), min_size=1, max_size=3, unique=True)):
        holder = whole
        try:
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = data.draw(ANY_JSON)
        except (TypeError, KeyError, IndexError):
            continue  # the place went with an earlier change
    told = tell(read(json.dumps(whole).encode()).fact)
    assert "\0" not in told
    told.encode()  # no lone surrogate either


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=200), cut=st.integers(0, 1500), name=st.sampled_from(NAMES))
def test_a_cut_and_patched_body_is_read_or_refused(raw: bytes, cut: int, name: str) -> None:
    whole = raw_body(name)
    with contextlib.suppress(BadRequest):
        assert isinstance(read(whole[:cut] + raw + whole[cut + len(raw) :]), Parsed)
