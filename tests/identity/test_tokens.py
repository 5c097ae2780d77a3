"""Tokens, CSRF tokens and API keys."""

from __future__ import annotations

from gateway.identity.tokens import csrf_is_right, csrf_token, new_api_key, new_token, token_hash


def test_tokens_are_long_and_never_alike() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)


def test_what_is_stored_of_a_token_does_not_contain_it() -> None:
    token = new_token()
    assert len(token_hash(token)) == 64
    assert token not in token_hash(token)


def test_the_csrf_token_of_one_session_is_wrong_for_another() -> None:
    mine, other = new_token(), new_token()
    assert csrf_is_right(mine, csrf_token(mine))
    assert not csrf_is_right(mine, csrf_token(other))
    assert not csrf_is_right(mine, None)
    assert not csrf_is_right(mine, "")
    assert not csrf_is_right(mine, "ключ")


def test_the_csrf_token_does_not_give_the_session_away() -> None:
    token = new_token()
    assert token not in csrf_token(token)


def test_an_api_key_tells_what_it_is() -> None:
    key = new_api_key()
    assert key.startswith("sb_live_")
    assert len(key) == 8 + 64 + 1 + 8
