"""Debian's Chromium, driven by Playwright; a browser download of Playwright's own is not to be had everywhere.

`python tests/browser/chromium.py install` puts the package on a machine that has none (as root); elsewhere it says
what to do. Tests that need a browser are skipped, with the reason, where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Nothing but the page under test may talk: no updates, no reports, no look-ups of its own.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--metrics-recording-only",
    "--disable-dev-shm-usage",
)
INSTALL_SECONDS = 600


def program() -> str | None:
    """The browser's own file."""
    found = [shutil.which(name) for name in PROGRAMS] + [place for place in PLACES if Path(place).exists()]
    return next((one for one in found if one), None)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium, closed at the end."""
    from playwright.sync_api import sync_playwright

    arguments = [*QUIET, *(["--no-sandbox"] if is_root() else [])]  # root has no user to be shut in as
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program(), args=arguments, headless=True)
        try:
            yield opened
        finally:
            opened.close()


def install() -> int:
    """Debian's package, where there is none and we may."""
    if program():
        return 0
    if not is_root() or not shutil.which("apt-get"):
        sys.stderr.write("No Chromium here: its tests will be skipped. (Debian: apt-get install chromium)\n")
        return 0
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    commands = ["apt-get", "-qq", "update"], ["apt-get", "-qqy", "install", "--no-install-recommends", "chromium"]
    for command in commands:
        try:
            subprocess.run(command, check=True, timeout=INSTALL_SECONDS, **quiet)
        except (OSError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"No Chromium could be installed, its tests will be skipped: {error}\n")
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(install())
