"""The house rules of the browser's files: budgets, no inline code, no sinks, no colour or variable out of nowhere."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gateway.events import EVENT_TYPES

STATIC = Path(__file__).parents[1] / "static"
VENDOR = STATIC / "vendor"
JS_LINES, CSS_LINES = 400, 400

SINKS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|srcdoc|dangerouslySetInnerHTML|createContextualFragment)\b"
    r"|\bdocument\.write|\beval\(|\bnew Function\(|setAttribute\(\s*[\"'](style|on\w+)[\"']"
    r"|set(Timeout|Interval)\(\s*[\"'`]"
)
IMPORTS = re.compile(r"""(?:^|[\s;])(?:import|export)\b[^"';]*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']""")
ELSEWHERE = re.compile(r"""(?:url\(|src=|href=|@import)\s*["']?(?:https?:)?//""")
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(")


def ours(*suffixes: str) -> list[Path]:
    """Our own files, what is vendored left out."""
    return sorted(path for path in STATIC.rglob("*") if path.suffix in suffixes and VENDOR not in path.parents)


def named(path: Path) -> str:
    """A path for a message."""
    return str(path.relative_to(STATIC))


def code(path: Path) -> str:
    """A file without its comments, which may name what they forbid."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"(?m)(^|\s)//.*$", "", text) if path.suffix == ".js" else text


def test_no_file_is_past_its_budget() -> None:
    files = ours(".js", ".css")
    assert len(files) > 10
    over = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {
        name: count for name, count in over.items() if count > (JS_LINES if name.endswith("js") else CSS_LINES)
    } == {}


class Shell(HTMLParser):
    """What a page says that the content policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.offences: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.offences.append(f"inline <{tag}>")
        self.offences += [f"{name} on <{tag}>" for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "href"):
            if re.match(r"(https?:)?//|javascript:", given.get(name) or ""):
                self.offences.append(f"{name}={given[name]}")


def test_pages_hold_no_code_no_style_and_nothing_from_elsewhere() -> None:
    offences = {}
    for path in ours(".html"):
        shell = Shell()
        shell.feed(path.read_text(encoding="utf-8"))
        offences[named(path)] = shell.offences
    assert offences
    assert {name: found for name, found in offences.items() if found} == {}


def test_no_script_writes_markup_or_runs_text() -> None:
    assert {named(path): found[0] for path in ours(".js") if (found := SINKS.search(code(path)))} == {}


def test_every_import_names_a_file_that_is_there() -> None:
    missing = []
    for path in ours(".js"):
        for match in IMPORTS.finditer(code(path)):
            name = match[1] or match[2]
            target = STATIC / name.removeprefix("/static/") if name.startswith("/static/") else path.parent / name
            if not name.startswith((".", "/static/")) or not target.resolve().is_file():
                missing.append(f"{named(path)}: {name}")
    assert missing == []


def test_nothing_is_loaded_from_another_host() -> None:
    assert [named(path) for path in ours(".css", ".js", ".html", ".svg") if ELSEWHERE.search(code(path))] == []


def test_every_css_variable_that_is_used_is_defined() -> None:
    everything = {path: code(path) for path in ours(".css", ".js")}
    defined = {name for text in everything.values() for name in re.findall(r"(--[\w-]+)[\"']?\s*[:,]", text)}
    used = {
        (named(path), name)
        for path, text in everything.items()
        for name in re.findall(r"var\(\s*(--[\w-]+)\s*\)", text)
    }
    assert used
    assert {(place, name) for place, name in used if name not in defined} == set()


def test_colours_are_named_in_the_tokens_alone() -> None:
    raw = [named(path) for path in ours(".css") if path.name != "tokens.css" and RAW_COLOUR.search(code(path))]
    assert raw == []


def test_every_layer_that_a_stylesheet_fills_is_declared_first() -> None:
    declared = set(re.findall(r"[\w-]+", re.sub(r"@layer", "", code(STATIC / "css" / "layers.css"))))
    filled = {
        (named(path), layer) for path in ours(".css") for layer in re.findall(r"@layer\s+([\w-]+)\s*\{", code(path))
    }
    assert filled
    assert {(place, layer) for place, layer in filled if layer not in declared} == set()


def test_the_vendored_files_are_the_ones_that_were_reviewed() -> None:
    listed = json.loads((VENDOR / "VENDORED.json").read_text(encoding="utf-8"))
    text = json.dumps(listed)
    scripts = list(VENDOR.rglob("*.js"))
    assert scripts
    assert [path.name for path in scripts if hashlib.sha256(path.read_bytes()).hexdigest() not in text] == []


@pytest.mark.parametrize("kind", sorted(EVENT_TYPES - {"access.changed"}))
def test_the_browser_knows_every_kind_of_event(kind: str) -> None:
    known = {quoted for path in ours(".js") for quoted in re.findall(r"""["']([a-z]+\.[a-z_]+)["']""", code(path))}
    assert kind in known
