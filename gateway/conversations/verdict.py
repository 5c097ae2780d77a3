"""What is done after a send: pure decisions, from what the provider said and how often it was tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from gateway.channels.errors import Accepted, SendFailed, SendResult

BACKOFF_S = (2.0, 10.0, 30.0, 120.0, 600.0)
SPREAD = 0.2
MOST_ATTEMPTS = len(BACKOFF_S) + 1
LONGEST_WAIT = timedelta(hours=24)
FIRST_LOOK_S = 1.0


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt, as far as a decision needs to know it: its number, whether a key was sent along, the row's age."""

    number: int
    has_key: bool
    age: timedelta


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the delivery.

    accepted   the provider has it
    again      back to the queue, due in `after_s`; `counts` says whether it was an attempt at all
    failed     it will not be sent, and the agent is told why
    unknown    it may have been sent: evidence is looked for, first in `after_s`
    """

    kind: Literal["accepted", "again", "failed", "unknown"]
    external_key: str | None = None
    after_s: float = 0.0
    counts: bool = True
    code: str | None = None
    message: str | None = None


def judge(result: SendResult, attempt: Attempt, *, chance: float) -> Verdict:
    """The verdict on the result of one attempt; `chance` in 0..1 spreads the retries."""
    if isinstance(result, Accepted):
        return Verdict(kind="accepted", external_key=result.external_key)
    if result.fate == "permanent":
        return _failed(result)
    is_spent = attempt.age >= LONGEST_WAIT or (attempt.number >= MOST_ATTEMPTS and not _must_wait(result))
    # With a key of our own in the request the provider itself stops a second copy, so an unknown outcome is a retry.
    if result.is_unknown and (is_spent or not attempt.has_key):
        return Verdict(kind="unknown", after_s=FIRST_LOOK_S, code=result.code, message=result.message)
    return _failed(result) if is_spent else _again(result, attempt, chance)


def wait_s(number: int, chance: float, *, at_least: float | None = None) -> float:
    """Seconds to wait after attempt `number`: by the schedule, spread by a fifth, never less than asked for."""
    planned = BACKOFF_S[min(number, len(BACKOFF_S)) - 1] * (1 - SPREAD + 2 * SPREAD * chance)
    return max(planned, at_least or 0.0)


def doubt_left_s(since: datetime | None, now: datetime, *, evidence_s: float) -> float:
    """Seconds for which evidence is still looked for, when the outcome is unknown since then."""
    return evidence_s - (now - (since or now)).total_seconds()


def _again(result: SendFailed, attempt: Attempt, chance: float) -> Verdict:
    return Verdict(
        kind="again",
        after_s=wait_s(attempt.number, chance, at_least=result.retry_after_s),
        # A channel that is down, or asks for a pause, is no fault of the message: waiting for it is not an attempt.
        counts=not _must_wait(result),
        code=result.code,
        message=result.message,
    )


def _must_wait(result: SendFailed) -> bool:
    return result.fate == "retry" and (result.stops_channel or result.retry_after_s is not None)


def _failed(result: SendFailed) -> Verdict:
    return Verdict(kind="failed", code=result.code, message=result.message)
