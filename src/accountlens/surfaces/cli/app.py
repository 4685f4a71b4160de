"""The program: one command line in, an exit code out."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn

HELP: tuple[list[str], ...] = ([], ["--help"], ["-h"])


def main() -> None:
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after a command ran
        code = 130  # what shells say of Ctrl-C
    _leave(code)


def _leave(code: int) -> NoReturn:
    """A thread that is cut off in DuckDB crashes an interpreter that ends in order."""
    if any(one.daemon for one in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; exit codes: 0 (fine), 1 (a fault in a file or a question), 2 (usage), 3 (in part)."""
    if list(arguments) in HELP and "_ACCOUNTLENS_COMPLETE" not in os.environ:
        from accountlens.surfaces.cli.overview import overview

        return overview()
    from accountlens.surfaces.cli.commands import carry_out

    return carry_out(arguments)
