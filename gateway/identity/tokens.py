"""Tokens: random texts that open something; what is stored is only their SHA-256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import zlib

API_KEY_SHOWN = 14
_API_KEY_START = "sb_live_"


def new_token() -> str:
    """256 random bits, safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    """A new API key; its last eight characters are a checksum, so that scanners can tell it from noise."""
    body = _API_KEY_START + secrets.token_hex(32)
    return f"{body}_{zlib.crc32(body.encode()):08x}"


def token_hash(token: str) -> str:
    """What is stored of a token; it has enough entropy that a fast hash is safe."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_token(session_token: str) -> str:
    """The CSRF token of a sign-in: only who holds the cookie's value can derive it, and it does not give that away."""
    digest = hmac.digest(session_token.encode("utf-8", "surrogatepass"), b"switchboard csrf v1", "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def csrf_is_right(session_token: str, given: str | None) -> bool:
    """Whether the given CSRF token belongs to the sign-in, compared in constant time."""
    return given is not None and hmac.compare_digest(
        csrf_token(session_token).encode(), given.encode("utf-8", "replace")
    )
