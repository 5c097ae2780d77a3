"""Failpoints: a kill at a named place, and nothing at all unless it is armed."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PASSING = "from gateway import failpoints\nfor _ in range(3):\n    failpoints.hit('here')\n    print('passed')\n"


@pytest.mark.faults
@pytest.mark.parametrize(
    ("armed", "passages", "code"),
    [("", 3, 0), ("elsewhere", 3, 0), ("here", 0, -signal.SIGKILL), ("elsewhere,here:3", 2, -signal.SIGKILL)],
)
def test_a_process_dies_at_the_nth_passage_of_an_armed_place(armed: str, passages: int, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-u", "-c", PASSING],
        env={"SWITCHBOARD_FAILPOINTS": armed, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.count("passed"), done.returncode) == (passages, code)
