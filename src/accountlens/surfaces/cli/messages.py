"""What a command says: pages on stdout, everything else on stderr, errors as one clear message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

from rich.console import Console, RenderableType
from rich.text import Text

from accountlens.errors import AccountlensError, Problem, ProblemsError

SEVERITIES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
WIDTH_WITHOUT_TERMINAL = 100  # columns, for pipes and files


class Page(Console):
    """A console that leaves broken pipes to the command line and stays readable without a terminal."""

    def __init__(self, file: IO[str], width: int | None = None) -> None:
        super().__init__(file=file, width=width or _width(), highlight=False, emoji=False, markup=False)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _width() -> int | None:
    """None lets the terminal decide; without any terminal a page is a little wider than a punched card."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if os.environ.get("COLUMNS") or any(stream is not None and is_terminal(stream) for stream in streams):
        return None
    return WIDTH_WITHOUT_TERMINAL


def is_terminal(stream: IO[Any]) -> bool:
    return not stream.closed and stream.isatty()


def page() -> Console:
    return Page(sys.stdout)


def aside() -> Console:
    return Page(sys.stderr)


def show(*parts: RenderableType) -> None:
    """Print to stdout what was asked for."""
    console = page()
    for part in parts:
        console.print(part)


def write(text: str) -> None:
    """Print text for machines to stdout: no wrapping, no colour."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def tell(*parts: RenderableType) -> None:
    """Print to stderr what a person may want to know beside the result; in a log, a message stays one line."""
    console = aside()
    for part in parts:
        console.print(part, soft_wrap=not console.is_terminal)


def note(text: str) -> Text:
    return Text.assemble(("note ", "bold cyan"), text)


def hint(text: str, command: str = "") -> Text:
    return Text.assemble((text, "dim"), ("  " if command else "", ""), (command, "cyan"))


def fail(error: AccountlensError) -> None:
    """Tell a person what is wrong, where, and how to mend it."""
    if isinstance(error, ProblemsError):
        tell(*findings(error.problems))
    else:
        tell(_finding("error", error.what, error.where, error.mend))


def findings(problems: Sequence[Problem]) -> list[Text]:
    """One line for each finding, the place first, the way to mend it below."""
    return [_finding(one.severity, one.what, _place(one), one.mend) for one in problems]


def _place(problem: Problem) -> str:
    return f"{problem.file}:{problem.line}" if problem.line else problem.file


def _finding(severity: str, what: str, where: str | None, mend: str | None) -> Text:
    text = Text.assemble(
        (severity, SEVERITIES.get(severity, "bold")), " ", (f"{where}: " if where else "", "bold"), what
    )
    if mend:
        text.append(f"\n      {mend}", "cyan")
    return text


def misused(error: Exception) -> None:
    """Tell what is wrong with a command line, and where its help is."""
    context = getattr(error, "ctx", None)
    said = getattr(error, "format_message", lambda: str(error))().replace("Value error, ", "")
    command = context.command_path if context is not None else "accountlens"
    tell(_finding("error", said, None, f"{command} --help shows how."))


def waiting(text: str) -> AbstractContextManager[object]:
    """A spinner on stderr for what takes a second or two; nothing where nobody looks."""
    console = aside()
    return console.status(text) if console.is_terminal else nullcontext()
