"""`accountlens outlook`: which customers are likely to leave or to pay more, why, and how well that was foreseen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.moments import show_moment
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.engine.outlook import Outlook, Prospect
    from accountlens.workspace import Workspace

MEANING = "×3 makes the odds three times those of a customer who is average in everything."


def outlook(workspace: Workspace, which: str | None, rows: int, as_json: bool, snapshot: str | None = None) -> None:
    found = workspace.outlook(*([which] if which else []), snapshot=snapshot)
    if as_json:
        messages.write(json.dumps([asdict(one) for one in found], indent=2, default=str) + "\n")
        return
    width, zone = messages.page().width, workspace.settings.time_zone
    for place, one in enumerate(found):
        messages.show(*([Text()] if place else []), *page(one, rows, zone, width))


def page(found: Outlook, rows: int, time_zone: str, width: int) -> Iterator[RenderableType]:
    """The likeliest customers with their reasons, then how the model did on months it had not seen."""
    if found.missing:
        yield Text(found.title, style="bold")
        yield Text(f"Unknown: {found.missing}")
        return
    shown = found.prospects[:rows]
    title = f"{found.title}: {len(shown)} of {len(found.prospects)} customers"
    yield from draw(_sheet(shown, title), width)
    fitted = show_moment(found.fitted_at, time_zone) if found.fitted_at else numbers.UNKNOWN
    average = numbers.show(found.base, "fraction")
    yield Text(f"Of an average customer: {average}. Fitted as of {fitted}. {MEANING}", style="dim")
    yield from staleness([found])
    if found.check:
        yield Text()
        yield from _checked(found, width)


def _sheet(prospects: Sequence[Prospect], title: str) -> Sheet:
    return Sheet(
        (
            Column("account", texts([one.account_id for one in prospects], "cyan"), right=False),
            Column("name", texts([one.name for one in prospects]), right=False),
            Column("likely", texts([numbers.show(one.probability, "fraction") for one in prospects])),
            Column("because of", texts([because(one) for one in prospects]), right=False, wrap=True),
        ),
        title,
    )


def because(one: Prospect) -> str:
    """`use lately against before ×8.1, tickets ×1.5`: what multiplies the odds, the strongest first."""
    told = ((reason.what.replace(" missing", " unknown"), reason.odds) for reason in one.reasons)
    return ", ".join(f"{what} ×{odds:,.1f}" if odds >= 1 else f"{what} ×{odds:.2f}" for what, odds in told)


def staleness(found: Iterable[Outlook]) -> Iterator[RenderableType]:
    """That silence may only be that of the data, told once."""
    for told in dict.fromkeys(one.stale for one in found if one.stale):
        yield messages.note(f"{told} Until then customers may only seem silent.")


def _checked(found: Outlook, width: int) -> Iterator[RenderableType]:
    check = found.check or {}
    yield Text(
        f"Checked on the latest months, which it had not seen ({check['n']:,} customers at a month's end): "
        f"{check['predicted']:,.1f} foreseen, {check['actual']:,.0f} came true; "
        f"ranked right in {100 * check['auc']:.0f} of 100 pairs (AUC {check['auc']:.2f}; 50 is chance); "
        f"squared error {check['brier']:.4f}, "
        f"of the same share for everybody {check['brier_of_share']:.4f}.",
        style="dim",
    )
    bins = check["calibration"]
    columns = [
        Column("customers", texts([f"{one['n']:,}" for one in bins])),
        Column("foreseen", texts([numbers.show(one["predicted"], "fraction") for one in bins])),
        Column("came true", texts([numbers.show(one["observed"], "fraction") for one in bins])),
    ]
    yield from draw(Sheet(tuple(columns)), width)
