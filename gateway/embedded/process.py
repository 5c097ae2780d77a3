"""Starting, finding and ending a server process of ours."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gateway.embedded.errors import CannotStart
from gateway.embedded.folders import Account

_PR_SET_PDEATHSIG = 1
_STEP_S = 0.02
_MOST_LOG_BYTES = 16 * 1024 * 1024


def free_port(wish: int | None = None) -> int:
    """A port of 127.0.0.1 that nobody listens on: `wish` where that is free."""
    for port in (wish or 0, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            # As the servers do: without it the port of a server that has just stopped seems taken for a minute.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise CannotStart("No free port on 127.0.0.1")


def run(command: list[str], account: Account, *, stdin: str = "") -> None:
    """Run a short tool of the server as `account`; its own words are the reason when it fails."""
    done = subprocess.run(  # noqa: S603
        command,
        preexec_fn=_become(account, None),
        cwd="/",
        env=_environment(),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart(f"{Path(command[0]).name} failed: {_last_line(done.stdout)}")


def launch(command: list[str], account: Account, *, end_with: signal.Signals, log: Path) -> subprocess.Popen[bytes]:
    """Start a server that gets `end_with` when this process dies, however it dies."""
    if log.exists() and log.stat().st_size > _MOST_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603
            command,
            preexec_fn=_become(account, end_with),
            cwd="/",
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def wait_until(
    is_ready: Callable[[], bool], process: subprocess.Popen[bytes], *, name: str, log: Path, within_s: float
) -> None:
    """Wait for a server to answer; a server that ended says why in its log."""
    deadline = time.monotonic() + within_s
    while not is_ready():
        if process.poll() is not None:
            raise CannotStart(f"{name} ended while starting: {_last_line(_tail(log))} (see {log})")
        if time.monotonic() > deadline:
            raise CannotStart(f"{name} did not answer within {within_s:.0f} s (see {log})")
        time.sleep(_STEP_S)


def end(process: subprocess.Popen[bytes], how: signal.Signals, *, within_s: float) -> None:
    """Ask a server to stop and wait for it; past the deadline it is killed."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_leftover(pid_file: Path, *, named: str, how: signal.Signals, within_s: float = 20.0) -> None:
    """End a server that outlived the process that started it; a pid that is something else by now is left alone.

    Only called under the data folder's lock, so a running server of this folder has no living owner.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text(encoding="utf-8").split()[0])
        if named in _command_line(pid):
            _end_stranger(pid, how, within_s)
        elif not _is_alive(pid) or pid_file.name == "postmaster.pid":
            # PostgreSQL believes a stale file when its number was given to another process of the same account.
            pid_file.unlink()


def _end_stranger(pid: int, how: signal.Signals, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    os.kill(pid, how)
    while _is_alive(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(_STEP_S)


def _is_alive(pid: int) -> bool:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(pid: int) -> str:
    if sys.platform == "linux":
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    shown = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)  # noqa: S603
    return shown.stdout


def _become(account: Account, end_with: signal.Signals | None) -> Callable[[], None]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_exec() -> None:
        os.setsid()  # Ctrl-C in the terminal is for us; we stop the servers after our own work is done
        if account.is_other:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
        if libc is not None and end_with is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(end_with))  # after setuid, which clears it

    return before_exec


def _environment() -> dict[str, str]:
    # Nothing of ours leaks in: PGDATA, PGPORT or LC_* would change what the server does.
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _tail(log: Path) -> str:
    with contextlib.suppress(OSError):
        return log.read_bytes()[-4000:].decode("utf-8", "replace")
    return ""


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    return (telling or lines or ["no word of why"])[-1]
