"""The container files name settings, commands and files that exist; nothing here runs a container."""

from __future__ import annotations

import re
import subprocess

import pytest

from gateway.cli import app
from gateway.settings import Settings, environment_name
from tests.start.product import ROOT

DOCKER = ROOT / "docker"
KNOWN = {environment_name(field) for field in Settings.__struct_fields__}


def test_every_setting_in_the_container_files_exists() -> None:
    text = "".join((DOCKER / name).read_text() for name in ("compose.yaml", "Dockerfile", "entrypoint"))
    named = set(re.findall(r"\b(?:SWITCHBOARD_[A-Z_]+|DATABASE_URL|REDIS_URL)\b", text))
    assert {"DATABASE_URL", "SWITCHBOARD_APP_DATABASE_URL", "REDIS_URL", "SWITCHBOARD_SECRET_KEYS"} <= named
    assert named - KNOWN == set()


def test_every_service_runs_a_command_that_exists() -> None:
    text = (DOCKER / "compose.yaml").read_text() + (DOCKER / "Dockerfile").read_text()
    named = set(re.findall(r'(?:command: |CMD )\["(\w+)"\]', text)) | set(re.findall(r"run --rm gateway (\w+)", text))
    assert {"gateway", "worker", "migrate", "organization", "user", "channel"} <= named
    assert named - set(app) == set()


def test_gateway_and_worker_never_get_the_owners_login() -> None:
    text = (DOCKER / "compose.yaml").read_text()
    shared = text[text.index("x-switchboard") : text.index("services:")]
    assert "OWNER_PASSWORD" not in shared
    assert text.count("OWNER_PASSWORD:?") == 2


def test_everything_that_the_image_copies_is_there_and_let_through() -> None:
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)
        for name in line.split()
    }
    assert {"pyproject.toml", "gateway", "static", "piccolo_migrations"} <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    passed = {line[1:] for line in (DOCKER / "Dockerfile.dockerignore").read_text().split() if line.startswith("!")}
    assert copied - passed == set()


@pytest.mark.parametrize("name", ["docker/entrypoint", ".ci/run"])
def test_the_shell_scripts_can_be_read_and_run(name: str) -> None:
    path = ROOT / name
    assert path.stat().st_mode & 0o111
    interpreter = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"
    assert subprocess.run([interpreter, "-n", str(path)], check=False).returncode == 0
