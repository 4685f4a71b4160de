"""`accountlens leading`: which leading KPIs led on the company's own history, and from where on they would warn."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.leading.concordance import Concordance
    from accountlens.leading.report import Lead, Leading, Suggested
    from accountlens.leading.shares import Share
    from accountlens.workspace import Workspace

SPARED = ("accounts", "false alarms", "hits")  # columns, the first first
STYLES = {"leads": "green", "does not": "", "too little data": "dim"}


def leading(
    workspace: Workspace, kpis: Sequence[str], outcome: str, ahead: int, as_json: bool, snapshot: str | None
) -> None:
    with messages.waiting("Looking back …"):
        found = workspace.leading(*kpis, outcome=outcome, ahead=ahead, snapshot=snapshot)
    if as_json:
        messages.write(json.dumps(asdict(found), indent=2, default=str) + "\n")
        return
    messages.show(*page(found, bool(kpis), workspace.settings.currency, messages.page().width))


def page(found: Leading, whole: bool, currency: str, width: int) -> Iterator[RenderableType]:
    """All KPIs as a table; or those that were named, each with what is known of it."""
    yield Text(f"Who {found.event} within {found.ahead} months", style="bold")
    yield Text(_span(found))
    yield Text()
    if whole:
        for lead in found.kpis:
            yield from _detail(found, lead, currency, width)
    else:
        yield from _tables(found.kpis, currency, width)
    if found.goals and (not whole or any("outcome" in lead.kpi for lead in found.kpis)):
        yield Text(_goals(found))
    yield Text(_legend(found), style="dim")
    yield from (messages.note(one) for one in found.notes)


def _tables(leads: Sequence[Lead], currency: str, width: int) -> Iterator[RenderableType]:
    first = [one for one in leads if one.verdict == "leads"]
    rest = [one for one in leads if one.verdict != "leads"]
    yield Text(f"{numbers.count(len(first), 'KPI leads', 'KPIs lead')}", style="bold green" if first else "bold")
    if first:
        yield from draw(_fitting(_leading(first, currency), width), width)
    yield Text()
    if rest:
        yield Text(f"{numbers.count(len(rest), 'does not', 'do not')}, or there is too little data", style="bold")
        if looked_at := [one for one in rest if one.found]:
            yield from draw(_others(looked_at), width)
        yield from _unknown([one for one in rest if not one.found])
        yield Text()


def _unknown(leads: Sequence[Lead]) -> Iterator[RenderableType]:
    """Those of which nothing can be told, by why."""
    for why in dict.fromkeys(one.why for one in leads):
        yield Text(f"{', '.join(one.kpi for one in leads if one.why == why)}: {why}", style="dim")


def _span(found: Leading) -> str:
    if found.first is None:
        return "No month is over long enough for it to be known who did."
    return (
        f"{found.outcomes:,} of {numbers.count(found.accounts, 'customer')} {found.event}, as looked from the ends of "
        f"{found.first} to {found.last}. {numbers.count(found.tested, 'KPI')} tested."
    )


def _leading(leads: Sequence[Lead], currency: str) -> Sheet:
    """Those that lead, each with the threshold that is worth using, as it did on later months."""
    good = [one.suggested if one.suggested and one.suggested.useful else None for one in leads]
    return Sheet(
        (
            *_first(leads),
            Column("warns at", texts([_at(*both, currency) for both in zip(leads, good, strict=True)])),
            Column("hits", texts([_rate(one.hits if one else None) for one in good])),
            Column("false alarms", texts([_rate(one.false_alarms if one else None) for one in good])),
            Column("came true", texts([_rate(one.right if one else None) for one in good])),
        )
    )


def _fitting(sheet: Sheet, width: int) -> Sheet:
    """Without columns that can be spared, where the names of the KPIs would be cut otherwise."""
    spared = iter(SPARED)
    while not sheet.fits(width) and (head := next(spared, None)):
        sheet = replace(sheet, columns=tuple(column for column in sheet.columns if column.head != head))
    return sheet


def _others(leads: Sequence[Lead]) -> Sheet:
    verdict = Column("", [Text(one.verdict, STYLES[one.verdict]) for one in leads], right=False)
    return Sheet((*_first(leads), verdict, Column("", texts([one.why for one in leads]), right=False, wrap=True)))


def _first(leads: Sequence[Lead]) -> tuple[Column, ...]:
    return (
        Column("KPI", texts([one.kpi for one in leads], "cyan"), right=False),
        Column("accounts", texts([f"{one.found.outcomes:,}" if one.found else numbers.UNKNOWN for one in leads])),
        Column("told apart", texts([_pairs(one.found) for one in leads])),
    )


def _at(lead: Lead, one: Suggested | None, currency: str) -> str:
    if one is None:
        return numbers.UNKNOWN
    return f"{'≤' if lead.warns == 'low' else '≥'} {numbers.show(one.value, lead.unit, currency)}"


def _detail(found: Leading, lead: Lead, currency: str, width: int) -> Iterator[RenderableType]:
    yield Text.assemble((lead.kpi, "cyan"), f"  {lead.label}  ", (lead.verdict, STYLES[lead.verdict] or "bold"))
    yield Text(f"  {lead.why}")
    if lead.found:
        yield Text(
            f"  Told apart in {_pairs(lead.found)} of 100 pairs; known of {lead.found.outcomes:,} accounts that "
            f"{found.event} and {lead.found.others:,} that {found.otherwise}."
        )
    yield from (Text(f"  {line}") for line in _threshold(found, lead, currency))
    yield Text()
    yield from draw(_months(found, lead), width)
    yield Text()


def _threshold(found: Leading, lead: Lead, currency: str) -> Iterator[str]:
    one = lead.suggested
    if one is None:
        yield "No threshold: too few outcomes to choose it on some months and measure it on later ones, or none tells."
        return
    side = "or less" if lead.warns == "low" else "or more"
    value = numbers.show(one.value, lead.unit, currency)
    yield f"It would warn at {value} {side}, as chosen on months up to {one.chosen_to}."
    yield (
        f"Measured on {one.measured_from} to {one.measured_to}: {_rate(one.hits, True)} of those who {found.event} "
        f"were warned of, {_rate(one.false_alarms, True)} of the others."
    )
    yield f"{_rate(one.right, True)} of warnings came true; without any, of all customers it was {_rate(one.usual)}."
    if not one.useful:
        yield "A warning says no more than none: do not use it."


def _months(found: Leading, lead: Lead) -> Sheet:
    """Of what happened in one month alone, the first after the month's end being 1."""
    return Sheet(
        (
            Column("month after", texts([str(one.month) for one in lead.months])),
            Column(found.event, texts([f"{one.found.outcomes:,}" if one.found else "–" for one in lead.months])),
            Column("told apart", texts([_pairs(one.found) for one in lead.months])),
        )
    )


def _rate(share: Share | None, whole: bool = False) -> str:
    if share is None:
        return numbers.UNKNOWN
    told = numbers.show(share.value, "fraction")
    return f"{told} {numbers.interval(share.low, share.high, 'fraction')}" if whole and share.rows else told


def _pairs(found: Concordance | None) -> str:
    if found is None:
        return numbers.UNKNOWN
    return f"{100 * found.value:.0f} ({100 * found.low:.0f}–{100 * found.high:.0f})"


def _goals(found: Leading) -> str:
    one = found.goals
    assert one
    gap = numbers.change(one.leading, one.lagging, one.gap, "fraction") or numbers.UNKNOWN
    return (
        f"Goals of customers, last four quarters: {numbers.show(one.leading, 'fraction')} of {one.open:,} open on "
        f"track, {numbers.show(one.lagging, 'fraction')} of {one.due:,} due reached; gap {gap}. {one.says}"
    )


def _legend(found: Leading) -> str:
    left_out = f" Of no account: {', '.join(found.left_out)}." if found.left_out else ""
    return (
        f"Told apart: of 100 pairs of one who {found.event} and one who {found.otherwise}, at one month's end, how "
        f"many it ranked rightly; 50 is chance; in brackets 95 %. Accounts: how many {found.event}, of those it was "
        "known of. "
        f"Verdicts are corrected for the number tested. Thresholds were chosen on earlier months and measured on later "
        f"ones; none is shown where warnings came true no more often than is usual.{left_out}"
    )
