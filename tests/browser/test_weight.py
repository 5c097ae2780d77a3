"""What a console weighs on the way to the browser, and that its page names every module it needs."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
MOST_BYTES = 100_000


def modules_of(entry: Path) -> set[Path]:
    """A module and all that it imports, near and far."""
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        path = waiting.pop().resolve()
        if path not in found:
            found.add(path)
            names = re.findall(r'(?:from|import)\s*"(\.[^"]+)"', path.read_text(encoding="utf-8"))
            waiting += [path.parent / name for name in names]
    return found


@pytest.mark.parametrize(("page", "entry"), [("index", "main"), ("login", "login")])
def test_a_page_names_every_module_so_that_none_is_found_out_late(page: str, entry: str) -> None:
    text = (STATIC / "console" / f"{page}.html").read_text(encoding="utf-8")
    preloaded = {(STATIC.parent / name).resolve() for name in re.findall(r'"modulepreload" href="/([^"]+)"', text)}
    assert preloaded == modules_of(STATIC / "js" / f"{entry}.js") - {(STATIC / "js" / f"{entry}.js").resolve()}


def test_the_console_weighs_little() -> None:
    text = (STATIC / "console" / "index.html").read_text(encoding="utf-8")
    named = [STATIC.parent / name for name in re.findall(r'(?:href|src)="/(static/[^"]+\.(?:css|js|svg))"', text)]
    weight = sum(len(gzip.compress(path.read_bytes(), 9)) for path in named)
    assert len(named) > 50
    assert weight <= MOST_BYTES, weight


def test_every_vendored_file_is_the_one_that_the_list_names() -> None:
    for entry in json.loads((STATIC / "vendor" / "VENDORED.json").read_text(encoding="utf-8")):
        assert hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]
