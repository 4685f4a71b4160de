"""The group all commands belong to, and what they share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

import accountlens

if TYPE_CHECKING:
    from accountlens.workspace import Workspace
    from accountlens.workspace.asking import Asking

INTERRUPTED = 130  # what shells say of Ctrl-C
START, DATA, QUESTIONS, PEOPLE = "Start", "Data", "Questions", "People"


class Verbs(TyperGroup):
    """The commands, with a reader that stops early (`| head`) taken for what it is: no fault."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None


app = typer.Typer(
    cls=Verbs,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="KPIs about the accounts that matter: right at every level, fast, with the rows behind each number.",
    epilog="Start with 'accountlens demo', or with your own files: 'accountlens init --from FOLDER'.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from accountlens.surfaces.cli import messages

        messages.write(f"accountlens {accountlens.__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("-C", metavar="DIR", help="The workspace.")] = Path(),
    version: Annotated[
        bool, typer.Option("--version", metavar="", help="Show the version.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    context.obj = folder


def workspace(context: typer.Context) -> Workspace:
    """The workspace that `-C` names, else that of the current folder."""
    from accountlens.workspace import Workspace

    return Workspace(context.obj)


@contextmanager
def asked_on(found: Workspace, place: str) -> Iterator[Asking]:
    """The workspace as it is asked in its store, or in its warehouse."""
    if place == "store":
        yield found
        return
    from accountlens.workspace.remotely import remotely

    with remotely(found) as there:
        yield there
