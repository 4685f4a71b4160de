"""Builds the browser application into wheels and sdists, so that who installs one needs no Node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INDEX = Path("src/accountlens/surfaces/web/static/index.html")
COMMANDS = (("npm", "ci", "--no-audit", "--no-fund"), ("npm", "run", "build"))


class ApplicationHook(BuildHookInterface):
    """An editable install skips it: there the Makefile builds (`make web`)."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable":
            return
        if (root / "web" / "package.json").is_file() and shutil.which("npm"):
            self._build(root / "web")
        if not (root / INDEX).is_file():
            raise RuntimeError(
                f"The browser application is not built: {INDEX} is missing.\n"
                "Install Node 20 or newer, which builds it here, or build from a source distribution, which brings it."
            )

    def _build(self, web: Path) -> None:
        for command in COMMANDS:
            self.app.display_info(f"web: {' '.join(command)}")
            npm = shutil.which(command[0]) or command[0]
            done = subprocess.run([npm, *command[1:]], cwd=web, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"'{' '.join(command)}' failed in web/:\n{done.stdout}\n{done.stderr}")
