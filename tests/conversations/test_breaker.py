"""The circuit breaker of a channel."""

from __future__ import annotations

from uuid import UUID, uuid4

from gateway.channels.errors import SendFailed
from gateway.conversations.breaker import FAILURES_TO_OPEN, OPEN_S, Breaker

AWAY = SendFailed(fate="retry", code="away", message="It is away.", stops_channel=True)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Breaker, Clock, UUID]:
    clock, channel = Clock(), uuid4()
    breaker = Breaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed(channel, AWAY)
    return breaker, clock, channel


def test_a_few_failures_hold_nothing_back() -> None:
    breaker, channel = Breaker(), uuid4()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed(channel, AWAY)
    assert breaker.held(channel) is None


def test_a_row_of_failures_holds_this_channel_back_with_its_reason_and_no_other() -> None:
    breaker, _, channel = opened()
    held = breaker.held(channel)
    assert held is not None
    assert (held.kind, held.after_s, held.counts, held.code) == ("again", OPEN_S, False, "away")
    assert breaker.held(uuid4()) is None


def test_after_the_pause_one_probe_goes_through_and_the_others_wait_for_it() -> None:
    breaker, clock, channel = opened()
    clock.now += OPEN_S
    assert breaker.held(channel) is None
    assert breaker.held(channel) is not None


def test_a_probe_that_succeeds_opens_the_way_and_a_new_row_begins() -> None:
    breaker, clock, channel = opened()
    clock.now += OPEN_S
    breaker.succeeded(channel)
    breaker.failed(channel, AWAY)
    assert breaker.held(channel) is None


def test_a_probe_that_fails_begins_the_pause_again() -> None:
    breaker, clock, channel = opened()
    clock.now += OPEN_S
    assert breaker.held(channel) is None
    breaker.failed(channel, AWAY)
    assert breaker.held(channel) is not None
