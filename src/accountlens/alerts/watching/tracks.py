"""A KPI of each subject, period after period, as it was known at each period's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import ACCOUNT, COMPANY, OfKpi
from accountlens.alerts.signs import Held, Mask, Question, Sign
from accountlens.alerts.watching.ground import Watch
from accountlens.engine.answer import Answer
from accountlens.engine.arrays import Array
from accountlens.engine.series import KpiSeries, kpi_series
from accountlens.language import numbers
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.warehouses.expand import literal

A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4}
NOBODY = ("(unknown)", "(unmatched)")


@dataclass(frozen=True)
class Track:
    """s subjects over p periods, of which the last m are looked at. Unknown is NaN, also where out of scope."""

    kpi: str
    label: str
    unit: str
    currency: str
    each: str
    scope: str
    where: str | None
    subjects: Sequence[str]
    periods: Sequence[str]
    moments: Sequence[datetime]  # the ends of the last m periods
    value: Array
    n: Array
    lower: Array
    upper: Array
    small: Mask
    lacking: Mask  # of which the KPI says that it has too little data

    @property
    def looked(self) -> range:
        """The places of the periods that are looked at."""
        return range(len(self.periods) - len(self.moments), len(self.periods))

    def say(self, number: float) -> str:
        return numbers.show(number, self.unit, self.currency)

    def beside(self, number: float, other: float) -> str:
        """A number as it is said, or exactly where it would sound the same as another that it differs from."""
        text = self.say(number)
        return text if number == other or text != self.say(other) else f"{number:,.2f}"

    def question(self, subject: int, period: int, compare: str | None = None) -> Question:
        parts = [self.where] if self.where else []
        if self.each != COMPANY:
            column = "account_id" if self.each == ACCOUNT else self.each
            parts.append(f"{column} = {literal(self.subjects[subject])}")
        where = " AND ".join(f"({one})" for one in parts) if len(parts) > 1 else "".join(parts)
        return Question(self.kpi, self.periods[period], where or None, self.scope, compare)

    def doubt(self, subject: int, period: int, least_n: int | None) -> tuple[Held, str] | None:
        """Why the number of a period is not to be built upon, if so."""
        n = self.n[subject, period]
        few = n < least_n if least_n else self.small[subject, period]
        if few:
            return Held.SMALL, f"it rests on {n:,.0f} cases, at least {least_n or 30} are needed"
        if self.lacking[subject, period]:
            return Held.SMALL, "there is too little data for it"
        return None


def track(watch: Watch, before: int = 0) -> Track:
    """The KPI of a rule, with so many periods before the first that is looked at.

    Raises `AccountlensError` for an unknown KPI or dimension, `RuleError` where data it needs are missing or nobody
    is in the rule's scope.
    """
    rule, here = watch.rule, watch.here
    when = rule.when
    assert isinstance(when, OfKpi)
    looked = A_YEAR[when.per] if watch.back else 1
    answer = here.answer(_query(watch, when, looked + before))
    series = kpi_series(answer, 0)
    rows, subjects = _subjects(rule.each, answer, series)
    if not rows:
        raise watch.nobody()
    ends = [piece.end for piece in answer.plan.slices[: answer.plan.asked]]
    known = _in_scope(watch, subjects, ends)
    take = np.array(rows)

    def of(figure: Array) -> Array:
        return np.where(known, figure[take], np.nan)

    def flag(name: str) -> Mask:
        raised: Mask = series.flags.get(name, np.zeros(series.value.shape, bool))
        kept: Mask = raised[take]
        return kept

    definition = here.ground.catalog.definition(parse_asked(when.kpi).name)
    return Track(
        when.kpi, definition.label, series.unit, answer.currency, rule.each, rule.scope, rule.where, subjects,
        [piece.period.label for piece in answer.plan.slices[: answer.plan.asked]], ends[-looked:],
        of(series.value), of(series.n), of(series.lower), of(series.upper),
        np.zeros(known.shape, bool) if _one_by_nature(rule.each, answer) else flag("small_sample"),
        flag("insufficient_data"),
    )  # fmt: skip


def _one_by_nature(each: str, answer: Answer) -> bool:
    """Whether a number is one of each account, such as a score: that an account is one case says nothing of noise."""
    means = [one for one in answer.plan.kpis[0].kpi.measures.values() if one.function in ("mean", "median", "p90")]
    return each == ACCOUNT and bool(means) and all(one.per and one.per.key == "account_id" for one in means)


def _query(watch: Watch, when: OfKpi, periods: int) -> Query:
    asked = parse_asked(when.kpi)
    watch.here.ground.catalog.kpi(asked)  # an unknown one is told with what is near
    if missing := watch.here.missing(when.kpi):
        need = watch.here.kpi_needs([asked.name], "alerts")
        what = f"'{when.kpi}' cannot be computed: it needs {', '.join(missing)}, and there is no source of it."
        raise RuleError(what, mend=need[0].mend if need else None)
    by = {COMPANY: (), ACCOUNT: ("account_id",)}.get(watch.rule.each, (watch.rule.each,))
    return Query(
        (asked,), by, f"last-{periods}-{when.per}s", when.per, watch.rule.where, (), watch.rule.scope, "end", "none"
    )


def _subjects(each: str, answer: Answer, series: KpiSeries) -> tuple[list[int], list[str]]:
    """The groups that are told, by their place, and what they are called."""
    if each == COMPANY:
        return ([0], [""]) if len(answer.frame.level) else ([], [])
    shown = answer.frame.dims[0].shown().tolist()
    here = series.here.tolist()
    rows = [place for place, text in enumerate(shown) if here[place] and text not in NOBODY]
    return rows, [shown[place] for place in rows]


def _in_scope(watch: Watch, subjects: Sequence[str], ends: Sequence[datetime]) -> Mask:
    """At which periods' ends each account is in scope; groups of accounts always are."""
    if watch.rule.each != ACCOUNT:
        return np.ones((len(subjects), len(ends)), bool)
    members = watch.members(ends)
    place = {id_: number for number, id_ in enumerate(members.accounts)}
    inside = np.vstack([members.here, np.zeros((1, len(ends)), bool)])
    return inside[[place.get(one, -1) for one in subjects]]


def health_track(watch: Watch, moments: Sequence[datetime]) -> dict[str, Array]:
    """Account → its health score at the last whole day before each of these moments; NaN: unknown."""
    here = watch.here
    grain = "week" if watch.back else "day"
    answer = here.answer(
        Query((parse_asked("health_score"),), ("account_id",), f"last-{len(moments)}-{grain}s", grain, totals="none")
    )
    values = kpi_series(answer, 0).value
    return dict(zip(answer.frame.dims[0].shown().tolist(), values, strict=True))


def signed(text: str, held: tuple[Held, str] | None, **told: object) -> Sign:
    """A sign; where it is held back, with the reason behind it."""
    why = f"{text} Held back, because {held[1]}." if held else text
    return Sign(why, held=held[0] if held else None, **told)  # type: ignore[arg-type]
