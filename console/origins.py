"""Which pages may speak to us: those under our own address."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from gateway.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS = {"http": 80, "https": 443}


def allowed_origin(settings: Settings, origin: str) -> str | None:
    """The origin in its exact form, if it is that of `public_url`; one's own machine goes by any of its names."""
    try:
        asked, ours = urlsplit(origin.strip()), urlsplit(settings.public_url)
        same_door = asked.scheme == ours.scheme and _port(asked) == _port(ours)
    except ValueError:
        return None
    if (
        not same_door
        or asked.username is not None
        or (asked.path.rstrip("/"), asked.query, asked.fragment) != ("",) * 3
    ):
        return None
    is_ours = asked.hostname == ours.hostname or (asked.hostname in _LOOPBACK and ours.hostname in _LOOPBACK)
    return f"{asked.scheme}://{asked.netloc.lower()}" if is_ours else None


def _port(url: SplitResult) -> int | None:
    return url.port or _PORTS.get(url.scheme)
