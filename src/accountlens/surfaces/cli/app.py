"""The program: one command line in, an exit code out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

HELP: tuple[list[str], ...] = ([], ["--help"], ["-h"])


def main() -> None:
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before or after a command ran
        sys.exit(130)  # what shells say of Ctrl-C


def run(arguments: Sequence[str]) -> int:
    """Run one command line; exit codes: 0 (fine), 1 (a fault in a file or a question), 2 (usage), 3 (in part)."""
    if list(arguments) in HELP and "_ACCOUNTLENS_COMPLETE" not in os.environ:
        from accountlens.surfaces.cli.overview import overview

        return overview()
    from accountlens.surfaces.cli.commands import carry_out

    return carry_out(arguments)
