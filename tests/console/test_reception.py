"""Counting lines: sockets and polls."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import pytest

from console.reception import Reception
from gateway.errors import TooMany, Unavailable
from gateway.settings import Settings
from tests.wait import eventually


def test_polls_of_a_user_are_bounded_and_counted_down() -> None:
    reception, user, other = Reception(Settings(sockets_per_user=2)), uuid4(), uuid4()
    with reception.polling(user), reception.polling(user), reception.polling(other):
        with pytest.raises(TooMany) as refused, reception.polling(user):
            raise AssertionError("nobody gets here")
        assert refused.value.retry_after_s
    with reception.polling(user), reception.polling(user):
        assert reception.refusal("1.2.3.4") is None


def test_a_late_loop_takes_no_more_sockets_for_a_while() -> None:
    reception = Reception(Settings())
    reception.lag_s = 0.3
    assert isinstance(reception.refusal("1.2.3.4"), Unavailable)
    reception.lag_s = 0.1
    assert reception.refusal("1.2.3.4") is None


async def test_the_lag_of_the_loop_is_measured() -> None:
    reception = Reception(Settings())
    measuring = asyncio.create_task(reception.measure_lag_for_ever())
    await asyncio.sleep(0)
    time.sleep(0.4)  # noqa: ASYNC251 - this is the lateness that is to be noticed
    await eventually(lambda: reception.lag_s > 0.25)
    await eventually(lambda: reception.lag_s < 0.1)
    measuring.cancel()
