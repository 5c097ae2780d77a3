"""What README.md says of settings, commands and files is so."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.cli import app
from tests.readme import README, renewed

ROOT = README.parent


def test_the_table_of_settings_is_the_settings() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == renewed(text), "python -m tests.readme writes it anew"
    assert "SWITCHBOARD_SECRET_KEYS" in text


def test_every_command_that_is_named_exists() -> None:
    named = set(re.findall(r"`?switchboard ([a-z]+)", README.read_text(encoding="utf-8")))
    assert {"up", "migrate", "gateway", "worker"} <= named
    assert named - set(app) == set()


def test_every_file_that_is_named_exists() -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README.read_text(encoding="utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / Path(target.partition("#")[0])).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"help", "install", "run", "test", "check", "bench"} <= targets
    for name in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"`?make ([a-z-]+)", (ROOT / name).read_text(encoding="utf-8")))
        assert named - targets == set()
