"""Draws `docs/account.svg`: the account page of the sample company as a terminal shows it."""

from __future__ import annotations

import os
import pty
import re
import shlex
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 96  # columns
LINES = 54
ACCOUNT = "A00077"  # a customer that is cooling off


def said_to_a_terminal(command: str) -> str:
    """What a command prints, colours included."""
    told: list[bytes] = []

    def keep(descriptor: int) -> bytes:
        data = os.read(descriptor, 65536)
        told.append(data)
        return data

    os.environ |= {"COLUMNS": str(WIDTH), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    pty.spawn([sys.executable, "-m", "accountlens", *shlex.split(command)], keep)
    return b"".join(told).decode()


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        said_to_a_terminal(f"demo {home}/demo")
        page = said_to_a_terminal(f"-C {home}/demo account {ACCOUNT}")
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    for line in page.splitlines()[:LINES]:
        console.print(Text.from_ansi(line))
    drawn = console.export_svg(title=f"accountlens account {ACCOUNT}")
    drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")
    Path(__file__).with_name("account.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
