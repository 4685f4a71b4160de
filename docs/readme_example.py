"""Writes the example of the README anew from the sample company: `python docs/readme_example.py`."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from accountlens.surfaces.cli.app import run

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- example:begin -->\n", "<!-- example:end -->"
WIDTH = 94  # columns
OF_TERMINALS = ("FORCE_COLOR", "NO_COLOR", "TERM", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "LINES")
SHOWN = (  # a command, and how many lines of its output
    ("ask engaged_accounts mqa_count win_rate avg_deal_size mrr nrr nps --period 2026-Q3 --compare previous", 99),
    ("ask win_rate --by tier --grain quarter", 99),
    ("explain win_rate --period 2026-Q3 --where \"tier = 'A'\" --rows 2", 18),
)


def example() -> str:
    """The block between the marks: commands and what they print, on a company made anew."""
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home), plain_surroundings():
        said("demo demo --no-serve")
        parts = [_shown(f"-C demo {command}", lines) for command, lines in SHOWN]
    return "```console\n" + "\n".join(parts) + "```\n"


@contextlib.contextmanager
def plain_surroundings() -> Iterator[None]:
    """One width and no colours, whatever the terminal at hand."""
    with mock.patch.dict(os.environ, {"COLUMNS": str(WIDTH)}):
        for name in OF_TERMINALS:
            os.environ.pop(name, None)
        yield


def _shown(command: str, limit: int) -> str:
    """The command and its output, without the snapshot, whose name is another every time."""
    lines = [line.rstrip() for line in said(command).splitlines() if not line.startswith("snapshot ")]
    cut = [*lines[:limit], "  ..."] if len(lines) > limit else lines
    return "\n".join([f"$ accountlens {command}", *cut, ""])


def said(command: str) -> str:
    """What a command prints on stdout."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run(shlex.split(command))
    if code:
        raise SystemExit(f"accountlens {command} ended with {code}")
    return out.getvalue()


def with_example(text: str, block: str) -> str:
    head, _, tail = _parts(text)
    return head + BEGIN + block + END + tail


def difference(text: str, block: str) -> str:
    """What would change in a README that shows `block`, line by line; nothing where nothing would."""
    shown = _parts(text)[1]
    lines = difflib.unified_diff(shown.splitlines(), block.splitlines(), "README.md", "printed now", lineterm="")
    return "\n".join(lines)


def _parts(text: str) -> tuple[str, str, str]:
    """Before, between and behind the marks."""
    head, begin, rest = text.partition(BEGIN)
    block, end, tail = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"README.md lacks the marks {BEGIN.strip()} and {END}")
    return head, block, tail


def main() -> None:
    text = README.read_text(encoding="utf-8")
    README.write_text(with_example(text, example()), encoding="utf-8")


if __name__ == "__main__":
    main()
