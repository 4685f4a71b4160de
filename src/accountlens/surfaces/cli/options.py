"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Moment = Annotated[
    str | None,
    typer.Option("--as-of", metavar="T", help="The present of this command: 2026-06-30 or 2026-06-30T12:00."),
]
Json = Annotated[bool, typer.Option("--json", metavar="", help="For machines: JSON on stdout.")]
Wait = Annotated[
    float | None,
    typer.Option("--wait", metavar="SECONDS", min=0, help="For another refresh; else as long as it takes."),
]
NoWait = Annotated[bool, typer.Option("--no-wait", metavar="", help="Give up at once if another refresh runs.")]
Where = Annotated[str | None, typer.Option("--where", metavar="EXPR", help="Filter: \"tier = 'A'\".")]
Period = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="P",
        help="2026-05, 2026-Q2, 2026-01..2026-06, last-90-days ...; else the last 12 whole months.",
    ),
]
Scope = Annotated[
    Literal["all", "target", "control", "non_target", "customers"],
    typer.Option(metavar="S", help="Whose: all, target, control, non_target, customers."),
]
Known = Annotated[
    str | None,
    typer.Option("--as-of", metavar="T", help="What was known then; 'end': at each period's own end."),
]
Profile = Annotated[str | None, typer.Option(metavar="P", help="A named set of definitions.")]
Snapshot = Annotated[str | None, typer.Option(metavar="S", help="An older state of the data.")]
KnownAt = Annotated[
    str | None,
    typer.Option("--as-known-at", metavar="T", help="As it was answered then, from what was loaded by then."),
]
On = Annotated[
    Literal["store", "warehouse"],
    typer.Option("--on", metavar="PLACE", help="store, or warehouse: where the rows of large tables lie."),
]
History = Annotated[
    Literal["as-was", "as-is"], typer.Option(metavar="H", help="Attributes as-was (then) or as-is (now).")
]
Folder = Annotated[Path | None, typer.Argument(metavar="[DIR]", help="The folder; made where it is missing.")]
