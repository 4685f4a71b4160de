"""Query to plan: periods, dimensions, and every measure put where its fact is scanned anyway."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.kpi_options import parameter_of
from accountlens.engine.dimensions import Dimension, find_dimension, refuse
from accountlens.engine.earlier import Earlier, read_earlier
from accountlens.engine.figures import is_sampled
from accountlens.engine.ground import Ground as Ground
from accountlens.engine.intervals import beside
from accountlens.engine.period_models import over_periods
from accountlens.engine.plan import Branch, Cell, FactUse, Item, Plan, PlannedKpi, use_of
from accountlens.engine.timeline import Timeline, timeline_of
from accountlens.engine.where import dimensions_in
from accountlens.errors import AccountlensError, suggest
from accountlens.language.kpi import Kpi
from accountlens.language.measures import PERIOD_COLUMNS, Measure, TimeRole
from accountlens.language.periods import GRAINS
from accountlens.language.query import COMPARISONS, EARLIER, Query
from accountlens.warehouses.expand import bind

IDENTIFIER = re.compile(r'"?([A-Za-z_][A-Za-z0-9_]*)"?')
MOST_ROWS = 3_000_000


def make_plan(query: Query, ground: Ground, timeline: Timeline | None = None) -> Plan:
    """Settle options, cut periods, find dimensions, place measures. `AccountlensError` for a faulty question.

    A `timeline` takes the place of the question's own periods.
    """
    _check(query)
    kpis = [ground.catalog.kpi(asked, query.profile) for asked in query.kpis]
    if query.only_values:
        kpis = [kpi.bare for kpi in kpis]
    groups = _groups(query, kpis)
    dimensions = {kpi.name: _dimensions(ground.catalog, kpi, query, groups) for kpi in kpis}
    timeline = timeline or timeline_of(query, kpis, ground.clock, ground.fiscal_starts)
    board = _Board(ground, query, groups, timeline)
    planned = tuple(PlannedKpi(kpi, {name: board.place(kpi, measure) for name, measure in kpi.measures.items()})
                    for kpi in kpis)  # fmt: skip
    return Plan(
        query=query,
        groups=groups,
        slices=timeline.slices,
        asked=timeline.asked,
        valued=timeline.valued,
        partners=timeline.partners,
        kpis=planned,
        branches=board.branches(),
        levels=_levels(query, groups),
        zone=ground.clock.zone.key,
        history=frozenset() if query.history == "as-is" else ground.history,
        where=query.where,
        dimensions=dimensions,
    )


def _check(query: Query) -> None:
    if not query.kpis:
        raise AccountlensError("No KPI was asked.", mend="accountlens kpis lists all.")
    if query.grain not in GRAINS:
        raise AccountlensError(f"'{query.grain}' is no grain ({', '.join(GRAINS)}).", mend=suggest(query.grain, GRAINS))
    for word in query.earlier:
        if word not in EARLIER:
            raise AccountlensError(
                f"'{word}' is no comparison ({', '.join(COMPARISONS)}, profile:NAME).", mend=suggest(word, COMPARISONS)
            )
    if len(set(query.by)) != len(query.by):
        raise AccountlensError("A dimension is asked twice in --by.")


def _groups(query: Query, kpis: Sequence[Kpi]) -> tuple[str, ...]:
    """What is computed apart: the asked dimensions, and accounts where a KPI is to be the mean of theirs."""
    means = any(kpi.rollup == "mean_of_accounts" for kpi in kpis) and "account_id" not in query.by
    return (*query.by, "account_id") if means else query.by


def _dimensions(catalog: Catalog, kpi: Kpi, query: Query, groups: Sequence[str]) -> dict[str, str]:
    """How each asked dimension resolves for a KPI; refused whole where one of its measures lacks it."""
    facts = [catalog.facts[name] for name in dict.fromkeys(m.fact for m in kpi.measures.values())]
    resolved = {}
    for name in [*groups, *(dimensions_in(query.where) if query.where else [])]:
        found = [find_dimension(catalog, fact, name) for fact in facts]
        if any(item is None for item in found):
            raise refuse(catalog, kpi.name, facts, name)
        if name in query.by:
            resolved[name] = " / ".join(dict.fromkeys(item.resolved for item in found if item))
    if query.scope != "all":
        for fact in facts:
            if "account_id" not in fact.columns:
                raise AccountlensError(
                    f"{kpi.name} cannot be narrowed to scope '{query.scope}': {fact.name} has no account."
                )
    return resolved


def _levels(query: Query, groups: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The groupings to compute, finest first: those to show, and beside each the accounts a mean is taken over."""
    full = tuple(range(len(query.by)))
    shown: tuple[tuple[int, ...], ...] = (full,)
    if full and query.totals == "grand":
        shown = (full, ())
    elif full and query.totals != "none":
        shown = tuple(level for size in range(len(full), -1, -1) for level in combinations(full, size))
    accounts = range(len(full), len(groups))
    return tuple(level for visible in shown for level in dict.fromkeys(((*visible, *accounts), visible)))


@dataclass
class _Draft:
    """A branch while measures are being placed on it."""

    use: FactUse
    time: TimeRole
    membership: str
    per: str | None
    where: str | None  # of a two-stage measure: its inner rows
    lasted: str | None  # of a survival curve: its durations
    ended: str | None  # and the aggregate that counts their ends
    earlier: Earlier | None
    number: int
    items: dict[str, str] = field(default_factory=dict)  # sql → column
    each: dict[str, str] = field(default_factory=dict)
    conditions: list[str | None] = field(default_factory=list)
    shifts: set[str | None] = field(default_factory=set)

    def item(self, sql: str) -> str:
        return self.items.setdefault(sql, f"b{self.number}_{len(self.items)}")

    def inner(self, sql: str) -> str:
        return self.each.setdefault(sql, f"e{len(self.each)}")


class _Board:
    """Places measures on branches; measures that meet their fact the same way share one."""

    def __init__(self, ground: Ground, query: Query, groups: Sequence[str], timeline: Timeline) -> None:
        self.ground, self.query, self.groups, self.timeline = ground, query, groups, timeline
        self.drafts: dict[Any, _Draft] = {}

    def place(self, kpi: Kpi, measure: Measure) -> Cell:
        catalog = self.ground.catalog
        if self.ground.untold.of(measure, kpi.options):
            return Cell(None, "", "", None, measure.empty == "zero", measure.shift)
        where = self._write(measure.where, kpi) if measure.where else None
        draft = self._draft(kpi, measure, where if measure.per else None)
        draft.shifts.add(measure.shift)
        if measure.per:
            return self._two_stages(kpi, measure, draft)
        draft.conditions.append(where)
        expression = "*" if measure.expression == "rows" else self._write(measure.expression, kpi)
        unmatched = None
        if "account_id" in catalog.facts[measure.fact].columns and not self.query.only_values:
            unmatched = draft.item(_count("*", _both(where, "account_id IS NULL")))
        rows = draft.item(_count("*", where))
        is_read = expression != "*" and is_sampled(kpi, measure)
        sample = draft.item(_count(expression, where)) if is_read else rows
        value = draft.item(_aggregate(measure.function, expression, where))
        besides = tuple(draft.item(_over(text, expression, where)) for text in beside(kpi, measure))
        return Cell(value, rows, sample, unmatched, measure.empty == "zero", measure.shift, besides)

    def _two_stages(self, kpi: Kpi, measure: Measure, draft: _Draft) -> Cell:
        assert measure.per is not None
        names = {name: draft.inner(self._write(sql, kpi)) for name, sql in measure.per.each.items()}
        keep = _rename(self._write(measure.per.keep, kpi), names) if measure.per.keep else None
        rows = draft.item(_count("*", None))
        if measure.expression == "rows":
            kept = draft.item(_count("*", keep))
            return Cell(kept, rows, kept, None, measure.empty == "zero", measure.shift)
        expression = _rename(self._write(measure.expression, kpi), names)
        sample = draft.item(_count(expression, keep)) if is_sampled(kpi, measure) else rows
        value = draft.item(_aggregate(measure.function, expression, keep))
        besides = tuple(draft.item(_over(text, expression, keep)) for text in beside(kpi, measure))
        return Cell(value, rows, sample, None, measure.empty == "zero", measure.shift, besides)

    def _draft(self, kpi: Kpi, measure: Measure, inner_where: str | None) -> _Draft:
        use = self._use(kpi, measure)
        per = measure.per.key if measure.per else None
        curve = measure.per if measure.per and measure.per.lasted else None
        durations = self._write(curve.lasted, kpi) if curve and curve.lasted else None
        ended = self._write(curve.each["ended"], kpi) if curve else None
        earlier = measure.earlier and read_earlier(measure.earlier, self.ground.clock, self.ground.fiscal_starts)
        key = (use, measure.time, kpi.membership, per, inner_where, durations, ended, earlier)
        if key not in self.drafts:
            self.drafts[key] = _Draft(*key, number=len(self.drafts))
        return self.drafts[key]

    def _use(self, kpi: Kpi, measure: Measure) -> FactUse:
        """The fact with the parameters that an option, or the measure itself, sets differently."""
        defaults = self.ground.catalog.parameters(measure.fact)
        wanted = {name: kpi.options[name] for name in defaults if name in kpi.options} | dict(measure.parameters)
        wanted = {name: parameter_of(value, kpi.options) for name, value in wanted.items()}
        beyond = {name: value for name, value in wanted.items() if value != defaults.get(name)}
        use = use_of(measure.fact, beyond)
        return over_periods(use, self.ground.catalog, self.timeline.slices, self.query.scope, kpi.membership)

    def _write(self, text: str, kpi: Kpi) -> str:
        return bind(text, kpi.options)

    def branches(self) -> tuple[Branch, ...]:
        return tuple(self._branch(draft) for draft in self.drafts.values())

    def _branch(self, draft: _Draft) -> Branch:
        catalog = self.ground.catalog
        fact = catalog.facts[draft.use.fact]
        dimensions = tuple(_found(catalog, fact.name, name) for name in self.groups)
        named = dimensions_in(self.query.where) if self.query.where else []
        filters = tuple(_found(catalog, fact.name, name) for name in named)
        conditions = [draft.where] if draft.per else draft.conditions
        texts = [*draft.items, *draft.each, draft.where or "", draft.per or "", draft.lasted or ""]
        words = {word for text in texts for word in IDENTIFIER.findall(text)}
        columns = tuple(column for column in fact.columns if column in words and column not in PERIOD_COLUMNS)
        return Branch(
            name=f"branch_{draft.number}",
            use=draft.use,
            time=draft.time,
            membership=draft.membership,
            periods=self.timeline.read_by(draft.shifts),
            dimensions=dimensions,
            filters=filters,
            columns=columns,
            items=tuple(Item(column, sql) for sql, column in draft.items.items()),
            any_of=() if None in conditions else tuple(dict.fromkeys(text for text in conditions if text)),
            per=draft.per,
            lasted=draft.lasted,
            earlier=draft.earlier,
            each=tuple(Item(column, sql) for sql, column in draft.each.items()),
        )


def _found(catalog: Catalog, fact: str, name: str) -> Dimension:
    dimension = find_dimension(catalog, catalog.facts[fact], name)
    assert dimension is not None  # `_dimensions` has refused the question otherwise
    return dimension


def _count(expression: str, where: str | None) -> str:
    return _aggregate("count", expression, where)


def _aggregate(function: str, expression: str, where: str | None) -> str:
    """The aggregate of one function over the rows that meet a condition."""
    texts = {
        "count": "count({0})",
        "distinct": "count(DISTINCT {0})",
        "sum": "sum(KPI_DOUBLE({0}))",
        "mean": "avg(KPI_DOUBLE({0}))",
        "median": "KPI_MEDIAN({0})",
        "p90": "KPI_QUANTILE({0}, 0.9)",
        "variance": "var_samp(KPI_DOUBLE({0}))",
        "min": "min({0})",
        "max": "max({0})",
    }
    return _over(texts[function], expression, where)


def _over(text: str, expression: str, where: str | None) -> str:
    """An aggregate's text over the rows that meet a condition; an ordered-set aggregate takes no FILTER everywhere."""
    if text.startswith("KPI_"):
        expression = f"KPI_DOUBLE({f'CASE WHEN {where} THEN {expression} END' if where else expression})"
        return text.format(expression)
    return text.format(expression) + (f" FILTER (WHERE {where})" if where else "")


def _both(*conditions: str | None) -> str:
    return " AND ".join(f"({text})" for text in conditions if text)


def _rename(text: str, names: Mapping[str, str]) -> str:
    """Inner names as the branch calls them; quoted text stays."""
    pieces = re.split(r"('(?:[^']|'')*')", text)
    pattern = re.compile(r"\b(" + "|".join(map(re.escape, names)) + r")\b")
    pieces[::2] = [pattern.sub(lambda match: names[match[1]], piece) for piece in pieces[::2]]
    return "".join(pieces)
