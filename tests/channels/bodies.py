"""The webhook bodies in `tests/fixtures/waha`: invented people, the shapes of the real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[1] / "fixtures" / "waha"
NOW_MS = 1_767_300_000_000  # 2026-01-01, after the latest fixture
NAMES = sorted(str(path.relative_to(FIXTURES).with_suffix("")) for path in FIXTURES.rglob("*.json"))


def raw_body(name: str) -> bytes:
    """A body as the provider sends it."""
    return (FIXTURES / f"{name}.json").read_bytes()


def body(name: str) -> dict[str, Any]:
    """A body to change before it is sent."""
    return json.loads(raw_body(name))  # type: ignore[no-any-return]


def encoded(value: Any) -> bytes:
    """JSON as WAHA writes it: UTF-8, non-ASCII not escaped."""
    return json.dumps(value, ensure_ascii=False).encode()


def understood() -> dict[str, str]:
    """What each body has to be understood as, in the words of `telling.tell`."""
    lines = (FIXTURES / "understood.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)  # type: ignore[misc]
