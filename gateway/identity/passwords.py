"""Passwords: argon2id, hashed and checked in two threads with a short queue, so that a flood cannot stall sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from gateway.errors import Invalid, TooMany

LEAST_LENGTH = 10
MOST_LENGTH = 256

# OWASP's minimum: 26 ms on a small machine, 19 MiB while it runs.
_HASHER = PasswordHasher(
    time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=RFC_9106_LOW_MEMORY.type
)
_NOBODYS_HASH = _HASHER.hash("what an unknown address is checked against, so that it takes as long as a known one")
_THREADS = 2
_MOST_WAITING = 64

_T = TypeVar("_T")
_pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="argon2")
_waiting = 0


def check(password: str) -> None:
    """Refuse what may not become anybody's password."""
    if not LEAST_LENGTH <= len(password) <= MOST_LENGTH:
        sentence = f"A password has {LEAST_LENGTH} to {MOST_LENGTH} characters"
        raise Invalid(sentence, errors={"password": sentence})


async def hash_password(password: str) -> str:
    """The argon2id hash of a new password to store, as a PHC string."""
    check(password)
    return await hash_again(password)


async def hash_again(password: str) -> str:
    """The hash of a password that is in use, whatever rule it was chosen under: it must not lock its owner out."""
    return await _in_a_thread(lambda: _HASHER.hash(password))


async def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; None (nobody) takes as long, and is never right."""
    verdict = await _in_a_thread(lambda: _verify(password[: MOST_LENGTH + 1], password_hash or _NOBODYS_HASH))
    return verdict and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's, and is to be made anew at sign-in."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


async def _in_a_thread(work: Callable[[], _T]) -> _T:
    global _waiting
    if _waiting >= _MOST_WAITING:
        raise TooMany("Too many people are signing in at this moment", retry_after_s=2)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work)
    finally:
        _waiting -= 1
