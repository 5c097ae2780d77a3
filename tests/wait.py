"""Waiting for a condition with a deadline, in place of sleeping."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(
    condition: Callable[[], T | Awaitable[T]], *, within_s: float = 10.0, every_s: float = 0.01, what: str = ""
) -> T:
    """The first true answer of `condition`; a failed assertion inside it counts as "not yet"."""
    deadline = time.monotonic() + within_s
    while True:
        last: object = None
        try:
            answer = condition()
            value = await answer if inspect.isawaitable(answer) else answer
            if value:
                return value  # type: ignore[return-value]
            last = value
        except AssertionError as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what or condition}; last: {last!r}")
        await asyncio.sleep(every_s)


def eventually_sync(condition: Callable[[], T], *, within_s: float = 10.0, every_s: float = 0.02, what: str = "") -> T:
    """`eventually` for tests without a loop."""
    deadline = time.monotonic() + within_s
    while True:
        last: object = None
        try:
            if value := condition():
                return value
            last = value
        except AssertionError as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what or condition}; last: {last!r}")
        time.sleep(every_s)
