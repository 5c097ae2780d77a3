"""The wheel: built, installed into a new environment, and started in an empty folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import must_test_everything
from tests.start.journey import journey
from tests.start.product import ROOT, Product, free_port

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """An empty folder that any account can reach."""
    made = Path(tempfile.mkdtemp(prefix="switchboard-wheel-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next((folder / "dist").glob("*.whl"))


def test_everything_that_runs_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    parts = ("gateway/", "console/", "orm/", "piccolo_migrations/", "static/", "piccolo_conf.py")
    expected = {name for name in listed if name.startswith(parts)}
    assert len([name for name in expected if name.endswith(".sql")]) > 50
    assert expected - packed == set()
    assert {name for name in packed if ".dist-info/" not in name} - expected == set()


def test_a_new_environment_with_the_wheel_does_the_same_as_the_checkout(wheel: Path, folder: Path) -> None:
    environment, empty, port = folder / "environment", folder / "empty", free_port()
    empty.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    install = [str(environment / "bin" / "pip"), "install", "--quiet", f"{wheel}[embedded]"]
    installed = subprocess.run(install, capture_output=True, text=True, check=False)
    if installed.returncode != 0 and not must_test_everything():
        pytest.skip(f"its dependencies could not be installed here: {installed.stderr[-200:]}")
    assert installed.returncode == 0, installed.stderr
    command = (str(environment / "bin" / "switchboard"),)
    product = Product("up", "--demo", "--port", str(port), cwd=empty, command=command, PYTHONPATH="")
    try:
        product.until_said("Ctrl-C stops it", within_s=120)
        journey(product.first_run)
    finally:
        code = product.stop()
    assert code == 0, product.output
