"""The commands: one command line carried out by the one it names."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from importlib import import_module

import typer
from typer.models import CommandInfo

from accountlens.errors import AccountlensError
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.group import INTERRUPTED, app
from accountlens.surfaces.cli.words import read_plainly

# of the help, in this order
PANELS = (
    "start", "data", "kept", "warehouses", "matches", "lists", "goals", "targets", "questions", "alerts", "reports",
    "people", "deliveries",
)  # fmt: skip

for panel in PANELS:  # importing them makes the commands known
    import_module(f"accountlens.surfaces.cli.verbs.{panel}")


def carry_out(arguments: Sequence[str]) -> int:
    """Run one command line to its exit code."""
    try:
        words = _folder_first(arguments) or ["--help"]
        command = typer.main.get_command(_needed(words))
        read_plainly(command)
        code = command(words, prog_name="accountlens", standalone_mode=False)
    except AccountlensError as error:
        messages.fail(error)
        return 1
    except OSError as error:
        messages.fail(AccountlensError(f"{error.strerror or error}.", error.filename))
        return 1
    except typer.TyperException as error:
        messages.misused(error)
        return 2
    if code == INTERRUPTED:
        messages.tell("Interrupted.")
    return code or 0


def _needed(words: Sequence[str]) -> typer.Typer:
    """The program with the one command that is named, for to build them all takes long; with all where none is."""
    named = next(iter(words[2:] if words[0] == "-C" else words), "")
    one = copy(app)
    one.registered_commands = [item for item in app.registered_commands if named in _names(item)]
    one.registered_groups = [item for item in app.registered_groups if item.name == named]
    return one if one.registered_commands or one.registered_groups else app


def _names(command: CommandInfo) -> tuple[str, str]:
    return command.name or "", getattr(command.callback, "__name__", "").replace("_", "-")


def _folder_first(arguments: Sequence[str]) -> list[str]:
    """`-C DIR` may stand anywhere: it is moved to the front, where it belongs to all commands."""
    rest, folder = list(arguments), []
    end = rest.index("--") if "--" in rest else len(rest)
    for place, argument in enumerate(rest[:end]):
        if argument == "-C" and place + 1 < end:
            folder, rest[place : place + 2] = rest[place : place + 2], []
            break
    return [*folder, *rest]
