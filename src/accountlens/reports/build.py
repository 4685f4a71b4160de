"""A review, built: the questions of its pack asked, and what comes of them told in sentences, figures and charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from accountlens.boards.notes import notes
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.periods import Period
from accountlens.pages.needs import Need
from accountlens.pages.stand import Stand, names_of, stand
from accountlens.people.users import users
from accountlens.reports import alerted
from accountlens.reports import goals as aiming
from accountlens.reports import sentences as say
from accountlens.reports.audience import Whom, whom
from accountlens.reports.content import Cadence, Chart, Definition, Goal, Remark, Report, Section, Table
from accountlens.reports.figures import Told, filter_for, tell_figures
from accountlens.reports.grounds import digest, grounds
from accountlens.reports.moved import Movers, mover_table, who_moved
from accountlens.reports.packs import Pack, Part, pack_of
from accountlens.reports.spans import Span, short, span_of
from accountlens.reports.tables import bars, by_group, rows_of
from accountlens.store.snapshots import utc_now
from accountlens.workspace.asking import Asking

FEWEST_PEOPLE = 5  # of whom a satisfaction is told


@dataclass(frozen=True)
class Made:
    """What all sections of a review are made from; `left_out` grows while they are."""

    here: Stand
    pack: Pack
    whom: Whom
    span: Span
    told: Mapping[str, Told]
    movers: Movers
    left_out: list[str]

    @property
    def currency(self) -> str:
        return self.here.opened.house.currency


def build(
    workspace: Asking,
    cadence: Cadence,
    audience: str = "company",
    period: str | None = None,
    *,
    snapshot: str | None = None,
    of: tuple[str, Pack] | None = None,
) -> Report:
    """The review of a cadence, as the workspace's reader sees it.

    Args:
        audience: `company`, `team:NAME`, `owner:NAME` or `account:NAME`.
        period: one whole period of the cadence; the last one that is over where none is named.
        of: a pack with its name, where it is not the one for that cadence and audience.
    """
    here = stand(workspace, snapshot)
    about = whom(here, audience)
    name, pack = pack_of(cadence, about.audience, of)
    span, left_out = span_of(here, cadence, period), list[str]()
    wheres = _askable(here, pack, about, cadence, left_out)
    aims = aiming.aims(here, about, span) if pack.internal else []
    told = _aimed(_discreet(tell_figures(here, wheres, span), left_out), aiming.goals(aims, span))
    shown = [told[kpi] for kpi in pack.headline if kpi in told]
    movers = who_moved(here, told.values() if pack.internal else (), about, span)
    made = Made(here, pack, about, span, told, movers, left_out)
    raised = alerted.section(here, about, span) if pack.internal else None
    parts = [aiming.section(aims, made.currency), raised, *(_section(made, part) for part in _parts(pack, about))]
    return Report(
        pack=name,
        title=pack.title,
        cadence=cadence,
        audience=about.audience,
        subject=about.subject,
        company=workspace.settings.name,
        whom=about.name,
        period=span.text,
        period_name=span.name,
        before_name=span.before,
        start=span.piece.period.start,
        end=span.piece.period.end,
        partial=span.piece.partial,
        currency=made.currency,
        time_zone=here.opened.house.time_zone,
        snapshot=here.opened.snapshot.id,
        as_of=here.now,
        fresh_as_of=here.opened.backdrop.fresh_as_of,
        made_at=utc_now(),
        sees=_sees(workspace, about),
        sight=_sight(workspace, about),
        internal=pack.internal,
        headline=_headline(made, shown),
        sections=[one for one in parts if one is not None],
        notes=_notes(made) if pack.internal else [],
        definitions=[_definition(here, kpi) for kpi in told],
        left_out=list(dict.fromkeys(left_out)),
        grounds=grounds(here),
        leading=list(pack.headline),
    )


def _parts(pack: Pack, about: Whom) -> list[Part]:
    return [part for part in pack.sections if not part.audiences or about.audience in part.audiences]


def _askable(here: Stand, pack: Pack, about: Whom, cadence: Cadence, left_out: list[str]) -> dict[str, str | None]:
    """The KPIs of the pack, and where a section takes the rest all of the cadence, each with its filter."""
    catalog = here.ground.catalog
    wanted = pack.kpis()
    if any(part.rest for part in pack.sections):
        shown = {parse_asked(kpi).name for kpi in wanted}
        wanted += [name for name, one in catalog.kpis.items() if one.review == cadence and name not in shown]
    found: dict[str, str | None] = {}
    for kpi in wanted:
        name = parse_asked(kpi).name
        if name not in catalog.kpis:
            continue
        if here.missing(kpi):
            left_out += _needed(here.kpi_needs([name], catalog.kpis[name].label))
            continue
        try:
            found[kpi] = filter_for(here, kpi, about)
        except AccountlensError as error:
            why = f"its rows cannot be told apart by {about.audience}." if about.filters else error.what
            left_out.append(f"{catalog.kpis[name].label}: {why}")
    return found


def _needed(needs: Iterable[Need]) -> list[str]:
    return [f"{one.shows} needs {one.lacks}. {one.mend}" for one in needs]


def _discreet(told: Mapping[str, Told], left_out: list[str]) -> dict[str, Told]:
    """Without what fewer than five colleagues said."""
    found = {}
    for kpi, one in told.items():
        if parse_asked(kpi).name in ("enps", "esat") and (one.figure.n or 0) < FEWEST_PEOPLE:
            left_out.append(f"{one.figure.label}: fewer than {FEWEST_PEOPLE} people answered.")
            continue
        found[kpi] = one
    return found


def _aimed(told: Mapping[str, Told], goals: Mapping[str, Goal]) -> dict[str, Told]:
    """With their targets; a figure that has none says nothing of one."""
    return {kpi: replace(one, figure=replace(one.figure, goal=goals.get(kpi))) for kpi, one in told.items()}


def _headline(made: Made, shown: Sequence[Told]) -> list[str]:
    if not made.told:
        return ["There is nothing to tell yet: none of the KPIs of this review has its data."]
    return [say.overview(made.told.values()), *(_paragraph(one, made) for one in shown)]


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


def _section(made: Made, part: Part) -> Section | None:
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
    found = [one for one in told if one.notable and one.figure.asked.kpi not in made.pack.headline]
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


def _notes(made: Made) -> list[Remark]:
    """Of the days of the period: those of the company, and those of his accounts."""
    store, period = made.here.workspace.store, made.span.piece.period
    seen = made.here.workspace.seen
    found = notes(store, seen, since=period.start, until=period.end - timedelta(days=1))
    mine = [
        one
        for one in found
        if one.account_id is None or made.whom.accounts is None or one.account_id in made.whom.accounts
    ]
    authors = {one.id: one.name for one in users(store)}
    called = names_of(made.here, "accounts", "account_id", [one.account_id for one in mine if one.account_id])
    return [Remark(one.on, _about(made.here, one, called), one.text, authors.get(one.author_id, "")) for one in mine]


def _about(here: Stand, one: Any, called: Mapping[str, str]) -> str:
    kpi = here.ground.catalog.kpis.get(one.kpi or "")
    words = [called.get(one.account_id, one.account_id) if one.account_id else "", kpi.label if kpi else ""]
    return ", ".join(word for word in words if word) or "the company"


def _definition(here: Stand, kpi: str) -> Definition:
    asked = parse_asked(kpi)
    known, settled = here.ground.catalog.definition(asked.name), here.ground.catalog.kpi(asked)
    return Definition(kpi, known.label, known.asks, settled.formula_text, settled.unit, digest(here, kpi))


def _sees(workspace: Asking, about: Whom) -> list[str] | None:
    """The accounts that whoever reads it must see; None: all."""
    if about.audience == "account" and about.subject is not None:
        return [about.subject]
    return None if workspace.seen is None else sorted(workspace.seen)


def _sight(workspace: Asking, about: Whom) -> str:
    if workspace.seen is None or about.audience == "account":
        return ""
    count = len(workspace.seen)
    return f"Made of the {count:,} account{'' if count == 1 else 's'} that its reader sees, not of all."
