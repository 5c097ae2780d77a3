"""One process of ours: started from the command line's own entry, killed, frozen, and heard by its log.

The processes are forked from a server that has the modules loaded: what a cold start spends two seconds on is read
once, and a test can afford to kill. Nothing else is shared.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

import msgspec

from gateway.settings import Settings, environment_name
from tests.wait import eventually

_PR_SET_PDEATHSIG = 1
Role = Literal["gateway", "worker"]

_fork = multiprocessing.get_context("forkserver")
_fork.set_forkserver_preload(["gateway.cli", "gateway.start.run", "tests.faults.node"])


class Node:
    """A gateway or a worker."""

    def __init__(self, role: Role, settings: Settings, log: Path) -> None:
        self.role = role
        self.url = settings.public_url
        self.port = settings.port
        self.log = log
        self._process: BaseProcess = _fork.Process(target=_live, args=(role, _environment(settings), log))
        self._process.start()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    async def dies(self, *, within_s: float = 15.0) -> None:
        """Wait until it has died as a power cut would kill it: a test that kills proves here that it did."""
        await eventually(lambda: not self.is_running, within_s=within_s, what=f"the {self.role} dies\n{self.said()}")
        assert self._process.exitcode == -signal.SIGKILL, self.said()

    async def kill(self) -> None:
        """Kill it at whatever it is doing."""
        assert self.is_running, self.said()
        self._process.kill()
        await self.dies()

    def freeze(self) -> None:
        """Stop it in the middle of whatever it is doing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if no time had passed."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Take it away, dead or alive."""
        self._process.kill()
        self._process.join(10)

    def said(self, last: int = 4000) -> str:
        """The end of its log."""
        return self.log.read_bytes()[-last:].decode("utf-8", "replace") if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)


def _environment(settings: Settings) -> dict[str, str]:
    return {environment_name(name): str(value) for name, value in msgspec.structs.asdict(settings).items() if value}


def _live(role: Role, environment: dict[str, str], log: Path) -> None:
    """The life of the process: what `python -m gateway <role>` does, with its words in a file."""
    with log.open("wb") as words:
        os.dup2(words.fileno(), 1)
        os.dup2(words.fileno(), 2)
    os.environ.update(environment)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))  # not to outlive a test run that is killed
    from gateway.cli import main

    sys.exit(main([role]))
