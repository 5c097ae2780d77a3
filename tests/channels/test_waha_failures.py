"""What each bad answer of WAHA means for the message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.channels.errors import Fate
from gateway.channels.waha_failures import failure_of


def server_error(message: str) -> dict[str, Any]:
    """WAHA's 500: it repeats the request, key and all, which must not reach a log."""
    return {
        "statusCode": 500,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "exception": {"message": message, "name": "Error", "stack": "Error\n at rahasia"},
        "request": {"path": "/api/sendText", "headers": {"x-api-key": "rahasia"}, "body": {"text": "rahasia"}},
        "version": {"version": "2026.2.1"},
    }


NOT_WORKING = {
    "error": "Session status is not as expected",
    "session": "toko",
    "status": "STARTING",
    "expected": ["WORKING"],
}
UNKNOWN_SESSION = {"message": 'Session "toko" does not exist', "error": "Unprocessable Entity", "statusCode": 422}
PLUS_ONLY = {"message": "The feature is available only in Plus version", "statusCode": 422}
INVALID = {"message": ["text must be a string"], "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize(
    ("status", "body", "fate", "code"),
    [
        (401, {"message": "Unauthorized", "statusCode": 401}, "permanent", "waha_refused_key"),
        (403, {}, "permanent", "waha_refused_key"),
        (422, NOT_WORKING, "retry", "session_not_working"),
        (422, UNKNOWN_SESSION, "permanent", "unknown_session"),
        (422, PLUS_ONLY, "permanent", "waha_plus_only"),
        (422, {"message": "no"}, "permanent", "waha_refused"),
        (400, INVALID, "permanent", "waha_refused"),
        (413, {}, "permanent", "waha_refused"),
        (404, {"message": "Cannot POST /api/sendText"}, "permanent", "waha_wrong_address"),
        (301, {}, "permanent", "waha_wrong_address"),
        (429, {}, "retry", "waha_throttled"),
        (408, {}, "unknown", "outcome_unknown"),
        (500, server_error("server returned error 463"), "permanent", "reachout_lock"),
        (500, server_error("failed: server returned error 475"), "permanent", "message_capping"),
        (500, server_error("server returned error 400"), "retry", "session_broken"),
        (500, server_error("server returned error 429"), "retry", "whatsapp_throttled"),
        (500, server_error("server returned error 503"), "unknown", "outcome_unknown"),
        (500, server_error("server returned error 479"), "permanent", "whatsapp_refused"),
        (500, server_error("Evaluation failed: t"), "unknown", "outcome_unknown"),
        (500, "oops", "unknown", "outcome_unknown"),
        (500, server_error(""), "unknown", "outcome_unknown"),
        (501, {"message": "not implemented by the engine"}, "permanent", "not_supported"),
        (502, "<html>", "unknown", "outcome_unknown"),
        (503, "", "unknown", "outcome_unknown"),
        (504, "", "unknown", "outcome_unknown"),
    ],
)
def test_each_answer_has_one_fate(status: int, body: Any, fate: Fate, code: str) -> None:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    failed = failure_of(status, raw)
    assert (failed.fate, failed.code) == (fate, code)
    assert failed.message.endswith(".")
    assert failed.detail.startswith(str(status))
    assert "rahasia" not in failed.detail


@pytest.mark.parametrize("code", ["463", "475"])
def test_a_refusal_of_new_contacts_stops_those_and_leaves_the_channel_open(code: str) -> None:
    failed = failure_of(500, json.dumps(server_error(f"server returned error {code}")).encode())
    assert (failed.stops_new_chats, failed.stops_channel) == (True, False)


@pytest.mark.parametrize(("status", "body"), [(401, {}), (422, NOT_WORKING), (422, UNKNOWN_SESSION), (404, {})])
def test_what_concerns_every_message_stops_the_channel(status: int, body: Any) -> None:
    assert failure_of(status, json.dumps(body).encode()).stops_channel


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("999999", 3600.0), ("soon", 5.0), (None, 5.0), ("-1", 5.0)]
)
def test_a_retry_waits_as_long_as_it_is_told_but_not_for_ever(header: str | None, seconds: float) -> None:
    assert failure_of(429, b"", retry_after=header).retry_after_s == seconds


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b"[]", b"7", b'{"exception": [], "message": {"a": 1}}'])
def test_an_answer_that_cannot_be_read_is_no_second_failure(body: bytes) -> None:
    assert failure_of(500, body).is_unknown


def test_what_is_told_is_short() -> None:
    assert len(failure_of(400, json.dumps({"message": "x" * 100_000}).encode()).detail) <= 500
