"""Writes the example of the README anew from the sample company: `python docs/readme_example.py`."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import tempfile
from pathlib import Path

from accountlens.surfaces.cli.app import run

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- example:begin -->\n", "<!-- example:end -->"
WIDTH = 90  # columns
SHOWN = (  # a command, and how many lines of its output
    ("ask engaged_accounts mqa_count win_rate avg_deal_size mrr nrr nps --period 2026-Q3 --compare previous", 99),
    ("ask win_rate --by tier --grain quarter", 99),
    ("explain win_rate --period 2026-Q3 --where \"tier = 'A'\" --rows 2", 18),
)


def example() -> str:
    """The block between the marks: commands and what they print, on a company made anew."""
    os.environ["COLUMNS"] = str(WIDTH)
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home):
        _said("demo demo")
        parts = [_shown(f"-C demo {command}", lines) for command, lines in SHOWN]
    return "```console\n" + "\n".join(parts) + "```\n"


def _shown(command: str, limit: int) -> str:
    """The command and its output, without the snapshot, whose name is another every time."""
    lines = [line.rstrip() for line in _said(command).splitlines() if not line.startswith("snapshot ")]
    cut = [*lines[:limit], "  ..."] if len(lines) > limit else lines
    return "\n".join([f"$ accountlens {command}", *cut, ""])


def _said(command: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run(shlex.split(command))
    if code:
        raise SystemExit(f"accountlens {command} ended with {code}")
    return out.getvalue()


def with_example(text: str, block: str) -> str:
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + block + END + rest.partition(END)[2]


def main() -> None:
    text = README.read_text(encoding="utf-8")
    README.write_text(with_example(text, example()), encoding="utf-8")


if __name__ == "__main__":
    main()
