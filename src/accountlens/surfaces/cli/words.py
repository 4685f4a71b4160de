"""What is typed as a value, where nothing is to be read in it: no library is loaded for a text, a choice or a default.

The command line's own reader builds a validator for every option of a command, given or not, which takes longer than
most answers. It still reads numbers, and tells what is wrong.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

READER = "_runtime_param"  # where typer keeps the reader of an option; where it does not, its own way stays


def read_plainly(command: Any) -> None:
    """Let a command, and those beneath it, take plain words as they are."""
    for param in command.params:
        _read(param)
    help_option = command.get_help_option
    command.get_help_option = lambda context: _read(help_option(context))  # it is made when first needed
    for inner in getattr(command, "commands", {}).values():
        read_plainly(inner)


def _read(param: Any) -> Any:
    if getattr(param, READER, 0) is None:
        setattr(param, READER, _Plain())
    return param


class _Plain:
    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value of a parameter; typer's own reader is asked where it takes more than looking at the type."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        try:
            return _plain(value, param)
        except LookupError:
            setattr(param, READER, None)
            return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def _plain(value: Any, param: Any) -> Any:
    kind = param.type_descriptor.annotation
    if kind is str and isinstance(value, str):
        return value
    if kind is Path and isinstance(value, str) and not param.type_descriptor.parameter_info.exists:
        return Path(value)
    if get_origin(kind) is Literal and value in get_args(kind):
        return value
    if get_origin(kind) is list and get_args(kind) == (str,) and not isinstance(value, str):
        return list(value)
    if value == param.default and isinstance(value, kind if isinstance(kind, type) else ()):
        return value
    raise LookupError(param.name)
