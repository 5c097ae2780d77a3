"""The command line: help with examples, exit codes, passwords, the doctor's discretion."""

from __future__ import annotations

import io
import os
from pathlib import Path

import asyncpg
import pytest
from rich.console import Console

from gateway import cli
from gateway.errors import Invalid
from gateway.settings import load
from gateway.start import checks
from gateway.start.commands import read_password
from gateway.start.doctor import doctor, shown
from tests.databases import Database, Servers
from tests.start.product import run

COMMANDS = [
    ("up",),
    ("gateway",),
    ("worker",),
    ("migrate",),
    ("doctor",),
    ("organization", "add"),
    ("user", "add"),
    ("channel", "add"),
    ("replay",),
    ("partitions", "ensure"),
    ("partitions", "list"),
    ("partitions", "drop"),
    ("version",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*command, "--help"]) == cli.DONE
    assert f"Example: switchboard {' '.join(command)}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--port", "x"], ["user", "add"], ["version", "--nonsense"]])
def test_what_is_not_understood_exits_with_2(arguments: list[str]) -> None:
    assert cli.main(arguments) == cli.MISUSED


def test_what_fails_exits_with_1_and_says_what_to_set(tmp_path: Path) -> None:
    done = run("gateway", cwd=tmp_path)
    assert done.returncode == 1
    for name in ("SWITCHBOARD_APP_DATABASE_URL", "REDIS_URL", "SWITCHBOARD_SECRET_KEYS"):
        assert name in done.stderr


def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = run("doctor", cwd=tmp_path, SWITCHBOARD_PORT="eighty")
    assert done.returncode == 1
    assert "port" in done.stderr
    assert "Traceback" not in done.stderr


def test_partitions_are_made_shown_and_dropped_only_by_those_who_are_sure(database: Database, tmp_path: Path) -> None:
    owner = {"DATABASE_URL": database.owner_url}
    assert run("partitions", "ensure", cwd=tmp_path, **owner).returncode == 0
    listed = run("partitions", "list", cwd=tmp_path, **owner)
    assert "messages_default" in listed.stdout
    unsure = run("partitions", "drop", cwd=tmp_path, **owner)
    assert (unsure.returncode, "--yes" in unsure.stderr) == (1, True)
    sure = run("partitions", "drop", "--yes", cwd=tmp_path, **owner)
    assert (sure.returncode, sure.stdout) == (0, "Nothing to do\n")


def test_a_password_is_read_from_standard_input_and_a_short_one_refused() -> None:
    assert read_password(io.StringIO("a long password\n")) == "a long password"
    with pytest.raises(Invalid, match="10 to 256"):
        read_password(io.StringIO("short\n"))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("database_url", "postgresql://owner:s3cret@db:5432/x", "postgresql://owner:…@db:5432/x"),
        ("redis_url", "redis://:s3cret@cache/0", "redis://:…@cache/0"),
        ("redis_url", "redis://cache/0", "redis://cache/0"),
        ("secret_keys", "k1:c2VjcmV0", "set"),
        ("port", 8000, "8000"),
    ],
)
def test_the_doctor_shows_settings_without_their_secrets(field: str, value: object, expected: str) -> None:
    assert shown(field, value) == expected


async def test_the_doctor_finds_nothing_wrong_with_a_healthy_house(
    database: Database, servers: Servers, tmp_path: Path
) -> None:
    keys = "k1:" + "A" * 43 + "="
    settings = load(
        {},
        database_url=database.owner_url,
        app_database_url=database.app_url,
        redis_url=servers.redis_url,
        secret_keys=keys,
        data_dir=str(tmp_path / "none"),
    )
    said = Console(file=io.StringIO(), width=200)
    assert await doctor(settings, said) == 0
    assert isinstance(said.file, io.StringIO)
    assert said.file.getvalue().count("✓") == 6
    assert keys not in said.file.getvalue()


async def test_the_doctor_names_a_login_that_sees_past_row_security(
    database: Database, servers: Servers, tmp_path: Path
) -> None:
    settings = load({}, database_url=database.owner_url, app_database_url=database.owner_url, data_dir=str(tmp_path))
    said = Console(file=io.StringIO(), width=200)
    assert await doctor(settings, said) == 1
    assert isinstance(said.file, io.StringIO)
    assert "bypasses row-level security" in said.file.getvalue()


@pytest.mark.parametrize(("number", "version"), [(140011, "14.11"), (90603, "9.603")])
def test_a_postgresql_that_is_too_old_is_one_sentence(number: int, version: str) -> None:
    with pytest.raises(checks.Unusable, match=f"PostgreSQL {version} is too old: Switchboard needs 15 or newer"):
        checks.check_version(number)
    checks.check_version(150000)


async def test_our_own_tables_are_recognised_and_others_are_not(database: Database) -> None:
    connection = await asyncpg.connect(database.owner_url)
    try:
        await checks.check_ours(connection, {"tenancy", "relay"})
        with pytest.raises(checks.Unusable, match="tables of something else"):
            await checks.check_ours(connection, {"somebody", "elses", "apps"})
    finally:
        await connection.close()


def test_settings_in_a_dotenv_file_are_read_and_overruled_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("export SWITCHBOARD_PORT=9000\nREDIS_URL='redis://dotenv/0'\n# SWITCHBOARD_HOST=x\n")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("SWITCHBOARD_", "REDIS_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REDIS_URL", "redis://environment/0")
    settings = load()
    assert (settings.port, settings.redis_url, settings.host) == (9000, "redis://environment/0", "127.0.0.1")
    assert settings.public_url == "http://127.0.0.1:9000"


def test_what_cannot_be_stored_is_one_sentence(database: Database, tmp_path: Path) -> None:
    app = {"DATABASE_URL": database.owner_url, "SWITCHBOARD_APP_DATABASE_URL": database.app_url}
    added = ("organization", "add", "Toko", "--email", "a@toko.example")
    far = run(*added, "--code", "TOKO", "--currency", "BITCOIN", cwd=tmp_path, **app)
    assert (far.returncode, "Traceback" in far.stderr, "cannot be stored" in far.stderr) == (1, False, True)
