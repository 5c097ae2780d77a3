"""Passwords: right, wrong, nobody's, old parameters, a flood."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher

from gateway.errors import Invalid, TooMany
from gateway.identity.passwords import hash_again, hash_password, is_outdated, is_right


async def test_the_right_password_is_right_and_another_is_not() -> None:
    stored = await hash_password("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert await is_right("correct horse battery", stored)
    assert not await is_right("correct horse batterz", stored)


async def test_no_password_is_right_for_nobody() -> None:
    assert not await is_right("anything at all", None)
    assert not await is_right(
        "what an unknown address is checked against, so that it takes as long as a known one", None
    )


async def test_text_that_is_no_password_is_wrong_and_breaks_nothing() -> None:
    stored = await hash_password("correct horse battery")
    for odd in ("", "\0", "\ud800", "x" * 100_000):
        assert not await is_right(odd, stored)
    assert not await is_right("correct horse battery", "no hash at all")


async def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("whatever it is"))
    assert not is_outdated(await hash_password("whatever it is"))


@pytest.mark.parametrize("password", ["short", "x" * 257])
async def test_a_password_that_is_too_short_or_too_long_is_not_stored(password: str) -> None:
    with pytest.raises(Invalid):
        await hash_password(password)


async def test_a_password_from_before_the_rule_can_still_be_hashed_anew() -> None:
    assert await is_right("short", await hash_again("short"))


async def test_a_flood_of_sign_ins_is_turned_away_and_leaves_no_trace() -> None:
    stored = await hash_password("correct horse battery")
    answers = await asyncio.gather(*(is_right("wrong, and many", stored) for _ in range(100)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, TooMany)]
    assert len(refused) == 36
    assert answers.count(False) == 64
    assert await is_right("correct horse battery", stored)
