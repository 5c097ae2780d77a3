"""What is done after a send, for every fate and at every attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway import clock
from gateway.channels.errors import Accepted, Fate, SendFailed
from gateway.conversations.verdict import (
    BACKOFF_S,
    FIRST_LOOK_S,
    MOST_ATTEMPTS,
    Attempt,
    doubt_left_s,
    judge,
    wait_s,
)


def attempt(number: int = 1, *, has_key: bool = False, age_s: float = 0) -> Attempt:
    return Attempt(number=number, has_key=has_key, age=timedelta(seconds=age_s))


def failure(fate: Fate, **more: object) -> SendFailed:
    return SendFailed(fate=fate, code="a_code", message="A sentence.", **more)  # type: ignore[arg-type]


def test_an_accepted_message_keeps_the_providers_key() -> None:
    verdict = judge(Accepted(external_key="3EB0"), attempt(), chance=0.5)
    assert (verdict.kind, verdict.external_key) == ("accepted", "3EB0")


def test_a_permanent_failure_is_told_to_the_agent_at_once() -> None:
    verdict = judge(failure("permanent"), attempt(), chance=0.5)
    assert (verdict.kind, verdict.code, verdict.message) == ("failed", "a_code", "A sentence.")


@pytest.mark.parametrize(("number", "planned"), list(enumerate(BACKOFF_S, start=1)))
def test_what_was_surely_not_sent_is_tried_again_by_the_schedule(number: int, planned: float) -> None:
    verdict = judge(failure("retry"), attempt(number), chance=0.5)
    assert verdict.kind == "again"
    assert verdict.after_s == pytest.approx(planned)


def test_retries_are_spread_by_a_fifth_to_both_sides() -> None:
    assert wait_s(1, 0.0) == pytest.approx(1.6)
    assert wait_s(1, 1.0) == pytest.approx(2.4)


def test_a_retry_is_never_sooner_than_the_provider_asks() -> None:
    assert judge(failure("retry", retry_after_s=77.0), attempt(1), chance=0.5).after_s == 77.0


def test_retries_end_after_the_schedule() -> None:
    assert judge(failure("retry"), attempt(MOST_ATTEMPTS - 1), chance=0).kind == "again", "the last one but one"
    assert judge(failure("retry"), attempt(MOST_ATTEMPTS), chance=0).kind == "failed"


def test_a_channel_that_is_down_delays_its_messages_without_counting_attempts() -> None:
    verdict = judge(failure("retry", stops_channel=True), attempt(MOST_ATTEMPTS), chance=0)
    assert (verdict.kind, verdict.counts) == ("again", False)


def test_a_provider_that_asks_for_a_pause_costs_no_attempt() -> None:
    verdict = judge(failure("retry", retry_after_s=5.0), attempt(MOST_ATTEMPTS), chance=0)
    assert (verdict.kind, verdict.counts) == ("again", False)


def test_nothing_waits_for_a_channel_longer_than_a_day() -> None:
    verdict = judge(failure("retry", stops_channel=True), attempt(2, age_s=86_401), chance=0)
    assert verdict.kind == "failed"


def test_an_unknown_outcome_without_a_key_of_our_own_is_looked_into() -> None:
    verdict = judge(failure("unknown"), attempt(has_key=False), chance=0.5)
    assert (verdict.kind, verdict.after_s) == ("unknown", FIRST_LOOK_S)


def test_an_unknown_outcome_with_a_key_of_our_own_is_a_safe_retry() -> None:
    assert judge(failure("unknown"), attempt(has_key=True), chance=0.5).kind == "again"


def test_an_unknown_outcome_is_never_called_a_failure_when_the_retries_end() -> None:
    assert judge(failure("unknown"), attempt(MOST_ATTEMPTS, has_key=True), chance=0.5).kind == "unknown"


def test_evidence_is_looked_for_half_a_minute() -> None:
    now = clock.now()
    assert doubt_left_s(now, now, evidence_s=30) == 30.0
    assert doubt_left_s(now - timedelta(seconds=31), now, evidence_s=30) < 0
