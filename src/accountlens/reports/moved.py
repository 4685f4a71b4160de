"""Who moved a figure: the accounts behind each change that is more than noise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accountlens.errors import AccountlensError
from accountlens.pages.moves import KpiMoves, moves
from accountlens.pages.stand import Stand
from accountlens.reports.audience import Whom
from accountlens.reports.content import Column, Figure, Table
from accountlens.reports.figures import Told, filter_for
from accountlens.reports.spans import Span

LEADING = 5  # accounts told each way
WORTH_TELLING = ("beyond", "unusual", "usual", "untold")


@dataclass(frozen=True)
class Movers:
    """`found`: by KPI as asked; a KPI that no account has for itself is not there."""

    found: Mapping[str, KpiMoves]


def who_moved(here: Stand, told: Iterable[Told], whom: Whom, span: Span) -> Movers:
    """Of the figures whose change is told; of one account there is nobody to tell apart."""
    if whom.audience == "account":
        return Movers({})
    by_filter = defaultdict[str | None, list[str]](list)
    for one in told:
        if one.figure.change and one.figure.verdict in WORTH_TELLING:
            kpi = one.figure.asked.kpi
            try:
                by_filter[filter_for(here, kpi, whom, ["account_id"])].append(kpi)
            except AccountlensError:  # its rows belong to no account
                continue
    found: dict[str, KpiMoves] = {}
    for where, kpis in by_filter.items():
        told_of = moves(
            here.workspace, kpis, period=span.text, where=where, top=LEADING, snapshot=here.opened.snapshot.id
        )
        found |= dict(zip(kpis, told_of.kpis, strict=True))
    return Movers(found)


def mover_table(figure: Figure, moves: KpiMoves) -> Table | None:
    """The accounts that moved it most, with what each had before and has now."""
    movers = [*moves.up, *reversed(moves.down)]
    if not movers:
        return None
    brought = "Brought to the change" if moves.how != "own" else "Own change"
    columns = [Column("Account", "text"), Column("Before", moves.unit), Column("Now", moves.unit),
               Column(brought, f"change:{moves.unit}")]  # fmt: skip
    rows = [[one.name or one.account_id, one.before, one.value, one.contribution] for one in movers]
    return Table(f"{figure.label}: accounts that moved it most", columns, rows, moves.note or "")
