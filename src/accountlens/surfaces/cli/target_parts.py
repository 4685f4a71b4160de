"""`accountlens targets cascade`: a target split over its parts, or its parts summed up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from accountlens.errors import AccountlensError
from accountlens.language import numbers
from accountlens.language.asked import split_apart
from accountlens.pacing.telling import told_cascade
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts
from accountlens.targets.cascade import Cascade, How, apply, gather, gathered, split

if TYPE_CHECKING:
    from accountlens.targets.book import Targets
    from accountlens.workspace import Workspace


@dataclass(frozen=True)
class Splitting:
    """How it is to be split. `back`: nothing is split, the parts there are are summed up."""

    over: str
    how: How
    weights: str | None
    save: bool
    back: bool
    note: str


def cascade(workspace: Workspace, kpi: str, period: str, scope: str, wanted: Splitting, as_json: bool) -> None:
    book = workspace.targets()
    id_ = book.named(kpi, scope, period).id
    weights = _weights(wanted.weights)
    if wanted.back:
        found = gathered(book, id_, wanted.over)
        saved = len([gather(book, found, None, wanted.note)]) if wanted.save else 0
    else:
        found = split(book, id_, wanted.over, wanted.how, weights, tuple(weights))
        saved = len(apply(book, found, None, wanted.note)) if wanted.save else 0
    if as_json:
        messages.write(json.dumps(told_cascade(book, found, saved), indent=1, default=str))
        return
    _show(book, found, workspace.house.currency)
    if saved:
        messages.show(Text(f"{numbers.count(saved, 'target')} set"))
    else:
        messages.tell(messages.hint("Nothing was kept; to keep it:", "--save"))


def _show(book: Targets, found: Cascade, currency: str) -> None:
    unit = book.kpi(found.parent).unit

    def money(value: float | None) -> str:
        return f"{value:,.2f} {currency}" if unit == "money" and value is not None else numbers.show(value, unit)

    values = [part.value for part in found.parts]
    names, extra = [part.name for part in found.parts], list[tuple[str, float | None]]()
    if found.added:
        extra = [("given", found.given), ("remainder", found.remainder), ("target", found.total)]
    blank = [""] * len(extra)
    shares = [numbers.show(part.share, "fraction") if part.share else "" for part in found.parts]
    columns = [
        Column(found.over, texts([*names, *(name for name, _ in extra)]), right=False),
        Column(
            "a year ago", texts([*(money(part.base) if part.base is not None else "" for part in found.parts), *blank])
        ),
        Column("share", texts([*shares, *blank])),
        Column("target", texts([money(value) for value in (*values, *(value for _, value in extra))])),
    ]
    sheet = Sheet(tuple(columns), str(found.parent), frozenset({len(names) - 1}), frozenset())
    messages.show(*draw(sheet, messages.page().width))
    for said in found.said:
        messages.tell(messages.note(said))


def _weights(text: str | None) -> dict[str, float]:
    """`A=0.5,B=30%`: what each is given."""
    found = dict[str, float]()
    for part in split_apart(text or "", ","):
        name, sign, value = part.partition("=")
        number = value.strip().removesuffix("%")
        try:
            found[name.strip()] = float(number) / (100 if value.strip().endswith("%") else 1)
        except ValueError:
            sign = ""
        if not sign:
            raise AccountlensError(f"'{part.strip()}' is no weight.", mend="Write A=3,B=1 or A=50%,B=30%.")
    return found
