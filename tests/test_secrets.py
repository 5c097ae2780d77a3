"""Secrets at rest."""

from __future__ import annotations

import pytest

from gateway.ids import new_id
from gateway.secrets import Keyring, Unreadable, new_key
from gateway.settings import BadSettings

COLUMN = "waha_sessions.api_key_enc"


def test_what_was_sealed_opens_again_for_the_same_row_and_column() -> None:
    keyring, row = Keyring(new_key()), new_id()
    sealed = keyring.seal("s3cret ✓", column=COLUMN, row_id=row)
    assert sealed.startswith("v1:")
    assert "s3cret" not in sealed
    assert keyring.open(sealed, column=COLUMN, row_id=row) == "s3cret ✓"


def test_a_sealed_text_that_was_moved_to_another_row_or_column_does_not_open() -> None:
    keyring, row = Keyring(new_key()), new_id()
    sealed = keyring.seal("s3cret", column=COLUMN, row_id=row)
    for column, row_id in ((COLUMN, new_id()), ("waha_sessions.webhook_secret_enc", row)):
        with pytest.raises(Unreadable):
            keyring.open(sealed, column=column, row_id=row_id)


def test_a_newer_key_seals_and_the_older_one_still_opens() -> None:
    old, new, row = new_key(), new_key(), new_id()
    sealed = Keyring(old).seal("s3cret", column=COLUMN, row_id=row)
    rotated = Keyring(f"{new},{old}")
    assert rotated.open(sealed, column=COLUMN, row_id=row) == "s3cret"
    assert rotated.seal("x", column=COLUMN, row_id=row).split(":")[1] == new.split(":")[0]
    with pytest.raises(Unreadable):
        Keyring(new).open(sealed, column=COLUMN, row_id=row)


@pytest.mark.parametrize("text", ["", "nokey", "a:short", ":AAAA", "a:!!!!"])
def test_a_key_that_cannot_be_used_is_named_at_the_start(text: str) -> None:
    with pytest.raises(BadSettings, match="SWITCHBOARD_SECRET_KEYS"):
        Keyring(text)


def test_each_purpose_has_a_signing_key_of_its_own() -> None:
    keyring = Keyring(new_key())
    assert keyring.derive("ticket") == keyring.derive("ticket") != keyring.derive("csrf")
