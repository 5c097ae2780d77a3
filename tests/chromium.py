"""The Chromium of the browser tests: the one that is here, or one that `make browser` installs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLAYWRIGHTS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
    "chromium_headless_shell-*/chrome-*/headless_shell",
)
# Chromium's own sandbox does not run as root; the pages are ours.
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage")


def must_test_everything() -> bool:
    """Whether a test that cannot run here is a failure, as in CI, and not a remark."""
    return os.environ.get("SWITCHBOARD_TEST_EVERYTHING") == "1"


def find() -> Path | None:
    """A Chromium: the one that is named in SWITCHBOARD_CHROMIUM, the system's, or Playwright's."""
    if named := os.environ.get("SWITCHBOARD_CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if path := shutil.which(name):
            return Path(path)
    home = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", home))
    return next((path for pattern in PLAYWRIGHTS for path in sorted(folder.glob(pattern), reverse=True)), None)


def install() -> None:
    """Install Debian's Chromium when we are root there, else Playwright's."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        commands = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ]
    else:
        quietly = dict(os.environ)
        commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for command in commands:
        if subprocess.run(command, env=quietly, check=False).returncode != 0:
            return


def main() -> int:
    """Make sure that there is one; without it, say loudly what will be left out."""
    if find() is None:
        print("No Chromium here: installing one for the browser tests …")
        install()
    if (found := find()) is not None:
        print(f"Browser tests use {found}")
        return 0
    print("\n" + "!" * 100)
    print("!! No Chromium could be installed: THE BROWSER TESTS (pytest -m browser) WILL BE LEFT OUT.")
    print("!! Install one and set SWITCHBOARD_CHROMIUM=/path/to/chromium if it is not found by itself.")
    print("!" * 100 + "\n")
    return 1 if must_test_everything() else 0


if __name__ == "__main__":
    sys.exit(main())
