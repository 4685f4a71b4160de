"""`accountlens mcp`: the workspace for an assistant, which starts the command and talks to it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from accountlens.errors import AccountlensError

PACKAGE = "mcp"


def mcp(folder: Path) -> None:
    """Answer until the assistant hangs up; as whoever the token in the environment belongs to, if there is one."""
    if find_spec(PACKAGE) is None:
        raise AccountlensError(
            "Assistants are served by a package that is not installed.", mend="pip install 'accountlens[mcp]'"
        )
    from accountlens.surfaces.mcp.caller import TOKEN
    from accountlens.surfaces.mcp.server import build

    build(folder, os.environ.get(TOKEN) or None).run()
