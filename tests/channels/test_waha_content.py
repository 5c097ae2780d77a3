"""What is in a message, where the fixtures do not reach."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.channels.inbound import Inbound, Media
from gateway.channels.waha import parse
from tests.channels.bodies import NOW_MS, body, encoded


def content(engine_message: dict[str, Any] | None, **payload: Any) -> Inbound:
    whole = body("noweb/text-ephemeral--message.any")
    whole["payload"] |= {"body": None, **payload}
    whole["payload"]["_data"]["message"] = engine_message
    fact = parse(encoded(whole), now_ms=NOW_MS).fact
    assert isinstance(fact, Inbound), fact
    return fact


def wrapped(inner: Any, times: int) -> Any:
    for _ in range(times):
        inner = {"ephemeralMessage": {"message": inner}}
    return inner


def test_a_message_in_wrappers_is_unwrapped_but_not_for_ever() -> None:
    poll = {"pollCreationMessage": {"name": "Kapan?", "options": [{"optionName": "Kini"}]}}
    assert content(wrapped(poll, 3)).type == "poll"
    assert content(wrapped(poll, 50)).is_placeholder


@pytest.mark.parametrize("inner", [None, {}, {"messageContextInfo": {}}, {"ephemeralMessage": 7}, {"conversation": ""}])
def test_a_message_in_which_nothing_can_be_read_is_never_dropped(inner: dict[str, Any] | None) -> None:
    assert content(inner).type == "unsupported"


def test_only_an_unreadable_message_waits_for_its_content() -> None:
    assert content({}).is_placeholder
    order = content({"orderMessage": {}})
    assert (order.is_placeholder, order.content) == (False, {"kind": "orderMessage"})


@pytest.mark.parametrize("engine_kind", ["imageMessage", "videoMessage", "documentMessage"])
@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//host/x", "http://[", "", 7]
)
def test_a_file_url_that_must_not_be_followed_is_not_passed_on(engine_kind: str, url: Any) -> None:
    fact = content({engine_kind: {}}, hasMedia=True, media={"url": url, "mimetype": "image/png"})
    assert fact.media is not None
    assert fact.media.url is None


@pytest.mark.parametrize(
    ("mimetype", "type_"),
    [
        ("image/png", "image"),
        ("video/mp4", "video"),
        ("audio/ogg", "audio"),
        ("text/csv", "file"),
        (None, "file"),
    ],
)
def test_a_file_that_no_engine_describes_goes_by_its_mimetype(mimetype: str | None, type_: str) -> None:
    fact = content(None, hasMedia=True, media={"url": "https://waha.test/x", "mimetype": mimetype})
    assert (fact.type, fact.media) == (type_, Media(url="https://waha.test/x", mimetype=mimetype))


@pytest.mark.parametrize("length", [{"low": 1, "high": 0}, "many", -1, 1e40, True, None])
def test_a_file_size_that_is_no_size_is_left_out(length: Any) -> None:
    fact = content({"imageMessage": {"fileLength": length}}, hasMedia=True)
    assert fact.media is not None
    assert fact.media.size is None


def test_names_and_types_of_files_fit_their_columns() -> None:
    media = {"url": "https://waha.test/x", "mimetype": "m" * 500, "filename": "f" * 500}
    fact = content(None, hasMedia=True, media=media)
    assert fact.media is not None
    assert (len(fact.media.mimetype or ""), len(fact.media.filename or "")) == (100, 255)


@pytest.mark.parametrize("options", [None, 7, {}, [1, None, {}, {"optionName": 3}]])
def test_a_poll_without_readable_options_is_still_a_poll(options: Any) -> None:
    fact = content({"pollCreationMessage": {"name": "Kapan?", "options": options}})
    assert (fact.type, fact.content) == ("poll", {"name": "Kapan?", "options": [], "is_multiple": True})


def test_a_poll_without_a_question_is_shown_as_unsupported() -> None:
    fact = content({"pollCreationMessage": {"options": [{"optionName": "Kini"}]}})
    assert (fact.type, fact.is_placeholder) == ("unsupported", False)


def test_coordinates_that_are_no_numbers_are_left_out() -> None:
    fact = content({"locationMessage": {}}, location={"latitude": "north", "longitude": None, "name": "Rumah"})
    assert fact.content == {"name": "Rumah", "is_live": False}


def test_a_hundred_thousand_cards_are_cut_to_a_hundred() -> None:
    fact = content({"contactsArrayMessage": {}}, vCards=["BEGIN:VCARD\nEND:VCARD"] * 100_000)
    assert fact.content is not None
    assert len(fact.content["contacts"]) == 100
