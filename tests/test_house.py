"""The house rules that no linter knows: budgets, names, layers, edges, and tests that can fail."""

from __future__ import annotations

import ast
import functools
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("gateway", "console", "orm")
FILE_LINES, TABLES_LINES, FUNCTION_LINES, TEST_FUNCTION_LINES = 400, 700, 40, 60
MEDIAN_FILE, MEDIAN_FUNCTION = 120, 8
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc"}
VAGUE_VERBS = ("process_", "handle_", "manage_", "do_")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
# Addresses of registries, and folders of somebody's machine.
ELSEWHERE = re.compile(r"registry\.npmjs|pypi\.org|pythonhosted|(deb|security)\.debian\.org|/(work|Users)/[a-z]+/")
SQL = re.compile(
    r"\b(select\b.+\bfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(table|index|role)|alter\s+table)\b",
    re.IGNORECASE | re.DOTALL,
)
# A request, a job, a socket: the three places at which nothing may escape. Each says why beside its `noqa`.
EDGES = re.compile(r"noqa: BLE001")
MOST_EDGES = 12
SLEEP = re.compile(r"(time|asyncio)\.sleep\((?!0\)).*")
ASSERTING = re.compile(r"^(assert|agree|check|expect|eventually|verify|raises|fail|must|wait_for|wait_closed)")


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return tuple(path for name in listed if name and (path := ROOT / name).is_file())


def python_files(*folders: str) -> list[Path]:
    """The Python files of these top folders."""
    return [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in folders]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function, its decorators left out."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def place(path: Path, line: int | None = None) -> str:
    """Where, for a message."""
    return f"{path.relative_to(ROOT)}{f':{line}' if line else ''}"


def lines(path: Path) -> int:
    """The lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_python_file_is_past_its_budget() -> None:
    found = {place(path): lines(path) for path in python_files(*PRODUCT, "tests", "benchmarks")}
    assert len(found) > 50
    assert {
        name: count for name, count in found.items() if count > (TABLES_LINES if "tables" in name else FILE_LINES)
    } == {}


def test_no_function_is_past_its_budget() -> None:
    over = []
    for folder, budget in [*((name, FUNCTION_LINES) for name in PRODUCT), ("tests", TEST_FUNCTION_LINES)]:
        for path in python_files(folder):
            over += [
                f"{place(path, node.lineno)} {node.name} {length(node)}"
                for node in functions(path)
                if length(node) > budget
            ]
    assert over == []


def test_most_files_and_functions_are_short() -> None:
    files = [path for path in python_files(*PRODUCT) if lines(path) > 5]
    assert statistics.median(lines(path) for path in files) <= MEDIAN_FILE
    assert statistics.median(length(node) for path in files for node in functions(path)) <= MEDIAN_FUNCTION


def test_every_module_says_what_it_owns() -> None:
    everywhere = python_files(*PRODUCT, "tests", "benchmarks")
    assert [place(path) for path in everywhere if tree_of(path).body and not ast.get_docstring(tree_of(path))] == []


def test_every_public_function_says_what_it_does() -> None:
    silent = []
    for path in python_files(*PRODUCT):
        for node in tree_of(path).body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            is_overload = any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list)
            if not is_overload and not ast.get_docstring(node):
                silent.append(f"{place(path, node.lineno)} {node.name}")
    assert silent == []


def test_names_say_what_a_thing_is() -> None:
    everywhere = python_files(*PRODUCT)
    assert [place(path) for path in everywhere if VAGUE_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)] == []
    vague = [
        f"{place(path, node.lineno)} {node.name}"
        for path in everywhere
        for node in functions(path)
        if node.name.lstrip("_").startswith(VAGUE_VERBS)
    ]
    assert vague == []


def test_nothing_is_left_unfinished_or_points_outside_the_repository() -> None:
    found = []
    for path in tracked():
        if (
            path == Path(__file__)
            or path.suffix in {".woff2", ".png", ".svg", ".ico", ".lock"}
            or "vendor" in path.parts
        ):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if UNFINISHED.search(line) or ELSEWHERE.search(line):
                found.append(f"{place(path, number)} {line.strip()[:80]}")
    assert found == []


def test_sql_lives_in_orm_alone() -> None:
    found = []
    for path in python_files("gateway", "console"):
        docs = {id(doc) for doc in docstrings(tree_of(path))}
        for node in ast.walk(tree_of(path)):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
            if is_text and SQL.search(node.value):
                found.append(f"{place(path, node.lineno)} {node.value.strip()[:60]}")
    assert found == []


def docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    """The docstring constants of a file, which may speak of SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value


def test_everything_is_caught_only_at_the_edges() -> None:
    edges = [
        place(path, number)
        for path in python_files(*PRODUCT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if EDGES.search(line)
    ]
    assert len(edges) <= MOST_EDGES, edges
    assert [edge for edge in edges if edge.startswith("orm/")] == []


def test_only_the_bus_speaks_pub_sub() -> None:
    speaking = {
        place(path)
        for path in python_files("gateway", "console")
        if re.search(r"\.pubsub\(|\.spublish\(|(redis|pipeline)\.publish\(", path.read_text(encoding="utf-8"))
    }
    assert speaking == {"gateway/bus.py"}


# The types of columns, which Piccolo writes into migrations by itself.
ALLOWED_IN_MIGRATIONS = {"orm.columns"}


def test_migrations_import_nothing_of_ours() -> None:
    importing = []
    for path in python_files("piccolo_migrations"):
        for node in ast.walk(tree_of(path)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name.split(".")[0] in PRODUCT and name not in ALLOWED_IN_MIGRATIONS]
            importing += [f"{place(path)} {name}" for name in ours]
    assert importing == []


def is_test(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether pytest runs it."""
    return node.name.startswith("test_")


def can_fail(node: ast.AST) -> bool:
    """Whether something in it is asserted, by itself or by a function whose name says that it asserts."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assert):
            return True
        if isinstance(inner, ast.Call):
            name = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
            if ASSERTING.match(name):
                return True
    return False


def test_every_test_can_fail() -> None:
    tests = [(path, node) for path in python_files("tests") for node in functions(path) if is_test(node)]
    assert len(tests) > 50
    assert [f"{place(path, node.lineno)} {node.name}" for path, node in tests if not can_fail(node)] == []


def test_no_test_sleeps_or_is_switched_off() -> None:
    found = []
    for path in python_files("tests"):
        if not path.name.startswith("test_"):
            continue  # a client that rests before it tries again is no test that waits
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and SLEEP.fullmatch(ast.unparse(node)) and not holds_the_loop(path, node):
                found.append(f"{place(path, node.lineno)} sleeps")
            if isinstance(node, ast.Attribute) and node.attr == "skip" and ast.unparse(node).startswith("pytest.mark"):
                found.append(f"{place(path, node.lineno)} is switched off")
    assert found == []


def holds_the_loop(path: Path, node: ast.Call) -> bool:
    """Whether a sleep is the lateness that a test is about; ruff asks for the mark, and a reason stands beside it."""
    return "noqa: ASYNC251 - " in path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]


def test_a_test_is_named_by_a_sentence() -> None:
    short = [
        f"{place(path, node.lineno)} {node.name}"
        for path in python_files("tests")
        for node in functions(path)
        if is_test(node) and node.name.count("_") < 3
    ]
    assert short == []


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"])
def test_the_repository_explains_itself(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()
