"""Secrets at rest: AES-256-GCM under keys from the settings, bound to the row and column that hold them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.settings import BadSettings

_VERSION = "v1"
_NONCE_BYTES = 12


class Unreadable(BadSettings):
    """A sealed value cannot be opened: its key is gone, or it was moved from its row."""

    code = "secret_unreadable"


class Keyring:
    """The keys, newest first: the newest seals, every one opens."""

    def __init__(self, text: str) -> None:
        self._keys = dict(_parse(part) for part in text.split(",") if part.strip())
        if not self._keys:
            raise BadSettings("SWITCHBOARD_SECRET_KEYS is not set: `switchboard doctor` shows how to make one")

    def seal(self, plain: str, *, column: str, row_id: UUID) -> str:
        """Seal a text for `column` (`table.column`) of one row."""
        key_id, key = next(iter(self._keys.items()))
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, plain.encode(), _bound_to(column, row_id))
        return ":".join((_VERSION, key_id, _encode(nonce), _encode(sealed)))

    def open(self, sealed: str, *, column: str, row_id: UUID) -> str:
        """Open what `seal` made for the same column and row."""
        try:
            version, key_id, nonce, body = sealed.split(":")
            key = self._keys[key_id]
            if version != _VERSION:
                raise Unreadable(f"{column}: version {version} is not known here")
            return AESGCM(key).decrypt(_decode(nonce), _decode(body), _bound_to(column, row_id)).decode()
        except (ValueError, KeyError, InvalidTag) as error:
            raise Unreadable(
                f"{column} of {row_id} cannot be opened with the keys in SWITCHBOARD_SECRET_KEYS"
            ) from error

    def derive(self, purpose: str) -> bytes:
        """A signing key for one purpose, made from the newest key."""
        return hmac.new(next(iter(self._keys.values())), f"switchboard:{purpose}".encode(), hashlib.sha256).digest()


def new_key() -> str:
    """A fresh key as `id:base64`, for SWITCHBOARD_SECRET_KEYS."""
    return f"k{os.urandom(3).hex()}:{base64.b64encode(os.urandom(32)).decode()}"


def _parse(part: str) -> tuple[str, bytes]:
    key_id, _, text = part.strip().partition(":")
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if not key_id or len(key) != 32:
        raise BadSettings("SWITCHBOARD_SECRET_KEYS must be `id:base64 of 32 bytes`, several separated by commas")
    return key_id, key


def _bound_to(column: str, row_id: UUID) -> bytes:
    return f"{column}:{row_id}".encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
