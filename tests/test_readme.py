"""What README.md says about settings and commands is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from gateway.settings import Settings, environment_name, help_line

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table of settings, as README shows it."""
    rows = [
        f"| `{environment_name(field.encode_name)}` | {help_line(field.encode_name)} | {shown(field.default)} |"
        for field in msgspec.structs.fields(Settings)
    ]
    return "\n".join(["| variable | what it sets | default |", "|---|---|---|", *rows])


def shown(default: object) -> str:
    """A default, as a cell."""
    return f"`{default}`" if default != "" else ""


def test_the_table_of_settings_is_complete_and_true() -> None:
    written = README.partition("<!-- settings: begin -->\n")[2].partition("\n<!-- settings: end -->")[0]
    assert written == settings_table(), f"put this between the marks:\n{settings_table()}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", README))
    assert named
    assert named <= targets


def test_every_file_that_is_linked_exists() -> None:
    linked = set(re.findall(r"\]\(((?!https?:)[^)#]+)\)", README))
    assert linked
    assert {path for path in linked if not (ROOT / path).exists()} == set()
