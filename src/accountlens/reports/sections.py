"""The sections of a review, and its headline: figures told in sentences, drawn, and set in tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.periods import Period
from accountlens.pages.needs import spoken_need
from accountlens.reports import portfolio
from accountlens.reports import sentences as say
from accountlens.reports.content import Chart, Section, Table
from accountlens.reports.figures import Told
from accountlens.reports.made import Made
from accountlens.reports.moved import mover_table
from accountlens.reports.packs import Part
from accountlens.reports.spans import short
from accountlens.reports.tables import bars, by_group, rows_of


def headline(made: Made) -> list[str]:
    """How many changes are news, then the KPIs at the head, one by one."""
    if not made.told:
        return ["There is nothing to tell yet: none of the KPIs of this review has its data."]
    shown = [_paragraph(made.told[kpi], made) for kpi in made.leading]
    told = [say.overview(made.told.values()), *shown] if made.pack.internal or not shown else shown
    return [*told, *_untold(made)] if made.pack.internal else told


def _untold(made: Made) -> Iterator[str]:
    """The KPIs that belong at its head and are not known, in one line, each with what it needs."""
    catalog, found = made.here.ground.catalog, dict[str, list[str]]()
    for kpi in made.pack.headline:
        name = parse_asked(kpi).name
        if name in catalog.kpis and kpi not in made.leading:
            found.setdefault(_why_untold(made, kpi), []).append(catalog.kpis[name].label)
    if found:
        told = (f"{', '.join(labels)} ({why})" for why, labels in found.items())
        yield f"Not known: {'; '.join(told)}."


def _why_untold(made: Made, kpi: str) -> str:
    """What it needs; else that its period is empty, and what it was before."""
    if needs := made.here.missing(kpi):
        return f"needs {', '.join(map(spoken_need, needs))}"
    if kpi not in made.told:
        return f"not told apart by {made.whom.audience}"
    figure = made.told[kpi].figure
    was = (
        ""
        if figure.before is None
        else f"; {made.span.before}: {say.amount(figure.before, figure.unit, made.currency)}"
    )
    return f"nothing in {made.span.name} to reckon it from{was}"


def _paragraph(one: Told, made: Made) -> str:
    """A figure, its change, whether that is noise, and whose doing it was."""
    currency, span = made.currency, made.span
    told = [say.stands(one, span, currency), say.noise(one, span, currency), say.sample(one.figure)]
    if one.figure.change and one.figure.verdict != "within" and not one.first:
        parts = say.components(one.changed, one.figure.unit, currency)
        told.append(parts or say.made_of(one))
        found = made.movers.found.get(one.figure.asked.kpi)
        told.append(say.drivers(found, currency) if found else "")
    return " ".join(text for text in told if text)


def section(made: Made, part: Part) -> Section | None:
    """One of them; None where nothing of it can be told."""
    if part.portfolio:
        return portfolio.section(made, part.title)
    kpis = [kpi for kpi in part.kpis if kpi in made.told]
    if part.rest:
        named = set(made.pack.kpis())
        kpis += [kpi for kpi in made.told if kpi not in named]
    told = [made.told[kpi] for kpi in kpis]
    charts = [_line(made, made.told[kpi]) for kpi in part.draws if kpi in made.told]
    tables, drawn = _tables(made, part)
    if not part.rest:
        notable = ((one.figure, made.movers.found.get(one.figure.asked.kpi)) for one in told if one.notable)
        found = (mover_table(figure, moves) for figure, moves in notable if moves)
        tables += [table for table in found if table]
    if not (told or charts or tables):
        return None
    texts = [] if part.rest else _notable(made, told)
    return Section(part.title, texts, [one.figure for one in told], [*(one for one in charts if one), *drawn], tables)


def _notable(made: Made, told: Sequence[Told]) -> list[str]:
    """What is more than noise; the headline's own figures are told there."""
    found = [one for one in told if one.notable and one.figure.asked.kpi not in made.leading]
    return [_paragraph(one, made) for one in found]


def _tables(made: Made, part: Part) -> tuple[list[Table], list[Chart]]:
    tables, drawn = list[Table](), list[Chart]()
    for piece in part.tables:
        if piece.audiences and made.whom.audience not in piece.audiences:
            continue
        try:
            table = by_group(made.here, piece, made.whom, made.span)
        except AccountlensError as error:
            made.left_out.append(f"{piece.title}: {error.what}")
            continue
        if table.rows:
            tables.append(table)
            drawn += [chart for chart in [bars(table)] if chart and piece.bars]
    if part.rows and (found := rows_of(made.here, part.rows, made.whom, made.span)):
        tables.append(found)
    return tables, drawn


def _line(made: Made, one: Told) -> Chart | None:
    rows = one.series
    if sum(row["value"] is not None for row in rows) < 2:
        return None
    names = [short(_period(row), made.span.grain) for row in rows]
    values = [row["value"] for row in rows]
    bounded = any(row["lower"] is not None for row in rows)
    lower, upper = ([row[name] for row in rows] if bounded else [] for name in ("lower", "upper"))
    figure = one.figure
    first, last = (say.amount(value, figure.unit, made.currency) for value in (values[0], values[-1]))
    label = f"{figure.label} from {names[0]} to {names[-1]}: {first} to {last}."
    goal = figure.goal.value if figure.goal else None
    return Chart("line", figure.label, figure.unit, names, values, lower, upper, goal, label)


def _period(row: Mapping[str, Any]) -> Period:
    return Period(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]), row["period"])
