"""Whether a target can be: its KPI, its scope, its period, its amount, and what it stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from accountlens.catalog.catalog import Catalog
from accountlens.engine.dimensions import find_dimension, refuse
from accountlens.errors import AccountlensError, suggest
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.formula import Node as Formula
from accountlens.language.formula import OptionRef, children, names, parse_formula
from accountlens.language.kpi import Kpi
from accountlens.store.snapshots import utc_now
from accountlens.targets.kept import in_force, version
from accountlens.targets.nature import nature_of
from accountlens.targets.scopes import Scopes
from accountlens.targets.spans import read_span
from accountlens.targets.target import (
    BASES,
    Absolute,
    Amount,
    Computed,
    Growth,
    Scope,
    Span,
    Target,
    read_amount,
    read_scope,
)

MOST_OF_A_FRACTION = 5.0  # 500 %: rates that may pass 100 % stay below; 40 is a percentage typed as it is spoken


@dataclass(frozen=True)
class Wish:
    """A target as somebody writes it. `since`: from when on it counts, None: from now on."""

    kpi: str
    scope: str
    period: str
    amount: str | float
    base: str | None = None
    note: str = ""
    since: datetime | None = None


class UnfitError(AccountlensError):
    """What is wrong with a part of a wish: `kpi`, `scope`, `period`, `amount` or `since`."""

    def __init__(self, part: str, error: AccountlensError) -> None:
        super().__init__(error.what, error.where, error.mend)
        self.part = part


@contextmanager
def about(part: str) -> Iterator[None]:
    """Whatever is refused inside is about that part."""
    try:
        yield
    except AccountlensError as error:
        raise UnfitError(part, error) from error


@dataclass(frozen=True)
class Fitting:
    """What targets are checked against."""

    catalog: Catalog
    scopes: Scopes
    today: date
    fiscal_starts: int
    seen: frozenset[str] | None = None  # the accounts of whoever sets it; None: all
    _known: dict[str, tuple[Asked, Kpi]] = field(default_factory=dict, compare=False, repr=False)

    def asked(self, text: str) -> tuple[Asked, Kpi]:
        """The KPI, by its name and those options alone that differ from the workspace's."""
        if text not in self._known:
            asked = parse_asked(text)
            kpi = self.catalog.kpi(asked)
            self._known[text] = Asked(asked.name, dict(sorted(kpi.beyond.items()))), kpi
        return self._known[text]

    def scope(self, text: str, kpi: Kpi) -> Scope:
        scope = self.scopes.find(read_scope(text))
        if not self.scopes.visible(scope, self.seen):
            raise AccountlensError(f"You don't see all accounts of {scope}.", mend="Set targets for what you see.")
        if scope.dimension:
            facts = [self.catalog.facts[name] for name in dict.fromkeys(one.fact for one in kpi.measures.values())]
            if any(find_dimension(self.catalog, fact, scope.dimension) is None for fact in facts):
                raise refuse(self.catalog, kpi.name, facts, scope.dimension)
        return scope

    def target(self, wish: Wish, author: str | None) -> Target:
        """The version it would be; what is wrong with it is told by `AccountlensError`."""
        with about("kpi"):
            asked, kpi = self.asked(wish.kpi)
        with about("scope"):
            scope = self.scope(wish.scope, kpi)
        with about("period"):
            span = read_span(wish.period, self.today, self.fiscal_starts)
        with about("amount"):
            amount = read_amount(wish.amount, kpi.unit, wish.base)
            self.check_amount(amount, kpi)
        with about("since"):
            _check_since(wish.since)
        return version(str(asked), scope, span, amount, author, wish.note, wish.since)

    def check_amount(self, amount: Amount, kpi: Kpi) -> None:
        match amount:
            case Absolute(value):
                _check_unit(value, kpi)
            case Growth(rate) if rate < -1:
                raise AccountlensError(f"{rate:+.0%} would leave less than nothing.", mend="Write +10% or -10%.")
            case Computed(formula, base):
                self._check_formula(parse_formula(formula), formula)
                if base not in BASES:
                    read_span(base, self.today, self.fiscal_starts)

    def _check_formula(self, node: Formula, text: str) -> None:
        for name in names(node):
            if name not in self.catalog.kpis:
                hint = suggest(name, self.catalog.kpis) or "A formula of a target is over KPIs, by their names."
                raise AccountlensError(f"The formula '{text}' names '{name}', which is no KPI.", mend=hint)
        if _options(node):
            raise AccountlensError(f"The formula '{text}' names an option.", mend="Write KPIs and numbers.")


def _check_since(since: datetime | None) -> None:
    if since is not None and since > utc_now():
        what = f"A target counts from when it is known, and {since:%Y-%m-%d} is still to come."
        raise AccountlensError(what, mend="Leave the day out: it counts from now on.")


class Neighbours:
    """Targets of one KPI and scope, which each new one has to stand beside."""

    def __init__(self, kept: Iterable[Target]) -> None:
        self._there: dict[tuple[str, Scope], dict[object, Target]] = {}
        for one in in_force(kept):
            self._beside(one)[one.key] = one

    def take(self, one: Target, kpi: Kpi) -> None:
        """Refuse periods that cross each other, and two figures for one closing day; what is all right stays."""
        beside = self._beside(one)
        for key, other in beside.items():
            if key != one.key:
                _refuse_crossing(one, other, kpi)
        beside[one.key] = one

    def _beside(self, one: Target) -> dict[object, Target]:
        return self._there.setdefault((one.kpi, one.scope), {})


def _refuse_crossing(one: Target, other: Target, kpi: Kpi) -> None:
    with about("period"):
        _check_crossing(one, other, kpi)


def _check_crossing(one: Target, other: Target, kpi: Kpi) -> None:
    spans = one.span, other.span
    mend = f"Change that one, or retire it first ({other.id or 'it is in the same file'})."
    if nature_of(kpi) == "stock" and one.span.end == other.span.end:
        what = f"{one.kpi} stands at the end of a period: {_both(*spans)} end on one day"
        raise AccountlensError(f"{what}, for which {one.scope} has a target.", mend=mend)
    if one.span.overlaps(other.span) and not (one.span.holds(other.span) or other.span.holds(one.span)):
        what = f"{_both(*spans)} overlap, and neither lies in the other; {one.scope} has a target for the latter."
        raise AccountlensError(what, mend=mend)


def _both(one: Span, other: Span) -> str:
    return f"{one.label} and {other.label}"


def _check_unit(value: float, kpi: Kpi) -> None:
    if kpi.unit == "fraction":
        share = kpi.interval == "wilson"
        if value > MOST_OF_A_FRACTION or (share and value > 1):
            what = f"{kpi.name} is a fraction: {value:g} would be {value * 100:,.0f} %."
            raise AccountlensError(what, mend=f"Write {value:g}% or {value / 100:g}.")
        if share and value < 0:
            raise AccountlensError(f"{kpi.name} is a share and never below 0.", mend="Write 40% or 0.4.")
    elif kpi.unit == "count" and (value < 0 or not value.is_integer()) and nature_of(kpi) != "rate":
        raise AccountlensError(f"{kpi.name} counts things: {value:g} is no number of them.", mend="Write 12.")
    elif kpi.unit in ("days", "hours", "minutes", "months") and value < 0:
        raise AccountlensError(f"{kpi.name} is a length of time and never below 0.", mend="Write 12.")


def _options(node: Formula) -> bool:
    return isinstance(node, OptionRef) or any(map(_options, children(node)))
