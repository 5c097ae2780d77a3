"""The product as a process of its own: the command line, started, watched and stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.wait import eventually_sync

ROOT = Path(__file__).parents[2]
OURS = ("DATABASE_URL", "REDIS_URL", "SWITCHBOARD_")


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without what would configure Switchboard."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **extra}


def run(*arguments: str, cwd: Path, stdin: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [sys.executable, "-m", "gateway", *arguments]
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(**extra),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """A running `switchboard up`, or another command that serves."""

    def __init__(self, *arguments: str, cwd: Path, command: tuple[str, ...] = (), **extra: str) -> None:
        self.cwd = cwd
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [*(command or (sys.executable, "-m", "gateway")), *arguments],
            cwd=cwd,
            env=environment(**extra),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """Everything that was printed."""
        return "".join(self.lines)

    @property
    def first_run(self) -> dict[str, Any]:
        """first-run.json as it stands."""
        found: dict[str, Any] = json.loads((self.cwd / ".switchboard" / "first-run.json").read_text())
        return found

    def until_ready(self, port: int, *, within_s: float = 60) -> None:
        """Wait until it answers that it is ready."""
        eventually_sync(
            lambda: self._is_ready(port) or self.process.poll() is not None, within_s=within_s, what="ready"
        )
        assert self.process.poll() is None, f"it ended; it said:\n{self.output}"

    def until_said(self, words: str, *, within_s: float = 60) -> None:
        """Wait until it has printed this."""
        eventually_sync(lambda: words in self.output, within_s=within_s, what=words)

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(60)
        self._reader.join(10)
        return code

    def _is_ready(self, port: int) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
                return int(answer.status) == 200
        except (URLError, OSError):
            return False

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))
