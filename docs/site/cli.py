"""The commands as a page, read from the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import typer

from accountlens.surfaces.cli.commands import PANELS
from accountlens.surfaces.cli.group import app


def page() -> str:
    """Every command with its arguments and options."""
    assert PANELS  # importing it makes the commands known
    root = typer.main.get_command(app)
    head = (
        "# Commands\n\n`accountlens -C DIR COMMAND` works in the workspace `DIR`, else in the current folder. "
        "Exit codes: 0 fine, 1 a fault in a file, a definition or a question, 2 a mistake in typing, 3 done in part.\n"
    )
    return head + "".join(_commands(root, "accountlens"))


def _commands(group: Any, name: str) -> Iterator[str]:
    for word, command in sorted(group.commands.items()):
        called = f"{name} {word}"
        if getattr(command, "commands", None) is None or command.invoke_without_command:
            yield _about(command, called)
        if getattr(command, "commands", None):
            yield from _commands(command, called)


def _about(command: Any, called: str) -> str:
    context = command.make_context(called, [], resilient_parsing=True)
    usage = " ".join([called, *command.collect_usage_pieces(context)]).replace("[OPTIONS] ", "")
    usage = re.sub(r"[{}]", "", usage).replace("......", "...")
    about = (command.help or "").strip()
    rows = [_row(one) for one in command.params if one.name != "help" and not getattr(one, "hidden", False)]
    table = "\n| | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""
    return f"\n## {called.removeprefix('accountlens ')}\n\n```text\n{usage}\n```\n\n{about}\n{table}"


def _row(one: Any) -> str:
    """An argument or an option: how it is written, what it is for."""
    if one.param_type_name == "argument":
        name = f"`{(one.metavar or one.name).strip('[]').upper()}`"
    else:
        value = f" {one.metavar}" if one.metavar else "" if one.is_flag else f" {one.name.upper()}"
        name = ", ".join(f"`{option}{value}`" for option in one.opts)
    kind = one.type_descriptor.annotation if hasattr(one, "type_descriptor") else None
    choices = [choice for choice in get_args(kind) if get_origin(kind) is Literal and choice not in (one.help or "")]
    told = [one.help or "", f"One of {', '.join(choices)}." if choices else ""]
    return f"| {name} | {' '.join(filter(None, told))} |".replace("\n", " ").replace("<", "&lt;")
