"""The report: each KPI that is marked leading, beside what became of the customers it was known of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked, parse_asked
from accountlens.language.calendar import Clock
from accountlens.language.periods import add_months
from accountlens.language.query import Query
from accountlens.leading.concordance import CHANCE, Concordance, concordance
from accountlens.leading.goals import Diagnosis, diagnosis
from accountlens.leading.outcomes import Histories, Outcome, outcome_of, read_histories
from accountlens.leading.panel import Panel, month_ends, panel
from accountlens.leading.shares import Share
from accountlens.leading.thresholds import threshold
from accountlens.leading.values import lacking, of_accounts, values
from accountlens.leading.verdicts import Verdict, corrected, enough, judge
from accountlens.models.arrays import FloatArray
from accountlens.open_snapshot import OpenSnapshot

AHEAD = (3, 6, 12)  # months
MARKED = ("leading", "both")
A_MONTH = 30  # days


@dataclass(frozen=True)
class Suggested:
    """It warns where the KPI is at most (`warns` low) or at least (high) `value`; chosen on months up to `chosen_to`,
    measured on later ones. `right`: of warnings those that came true; `usual`: of all customers at a month's end."""

    value: float
    chosen_to: str
    measured_from: str
    measured_to: str
    hits: Share
    false_alarms: Share
    right: Share
    usual: Share
    useful: bool  # warnings come true more often than is usual


@dataclass(frozen=True)
class Later:
    """How well it told customers apart by what happened in one month alone: the first after the month's end is 1."""

    month: int
    found: Concordance | None


@dataclass(frozen=True)
class Lead:
    """`warns`: which values ought to go before the outcome, `low` or `high`. `q`: p corrected for the number tested."""

    kpi: str
    label: str
    unit: str
    marked: str
    warns: str
    verdict: Verdict
    why: str
    found: Concordance | None
    q: float | None
    suggested: Suggested | None = None
    months: Sequence[Later] = ()


@dataclass(frozen=True)
class Leading:
    """`first` and `last`: the months (2026-05) at whose ends it was looked. `left_out`: KPIs that no account has."""

    outcome: str
    event: str
    otherwise: str
    ahead: int
    first: str | None
    last: str | None
    accounts: int
    outcomes: int
    tested: int
    kpis: Sequence[Lead]
    left_out: Sequence[str]
    goals: Diagnosis | None
    notes: Sequence[str]


def leading(opened: OpenSnapshot, kpis: Sequence[str], outcome: str, ahead: int) -> Leading:
    """Whether KPIs led: all that are marked so are tested, and of those named more is told.

    Also where some are named all are tested, so that a verdict does not depend on which of them one looks at.
    """
    if ahead not in AHEAD:
        raise AccountlensError(f"{ahead} months ahead are not looked at ({', '.join(map(str, AHEAD))}).")
    about = outcome_of(outcome, opened)
    named = [parse_asked(kpi) for kpi in kpis]
    asked, left_out = _chosen(opened, named)
    past, clock = read_histories(opened), opened.ground(Query(())).clock
    months = month_ends(past, about, ahead, clock)
    study = _Study(opened, about, ahead, past, clock, months, panel(past, about, months, clock, 0, ahead))
    leads = study.leads(asked, named)
    rows = study.rows
    stale = opened.backdrop.stale(opened.snapshot.as_of)
    return Leading(
        outcome, about.event, about.otherwise, ahead,
        _month(months[0]) if months else None, _month(months[-1]) if months else None,
        len(set(rows.account.tolist())), len(set(rows.account[rows.event].tolist())),
        sum(one.q is not None for one in leads),
        [one for one in leads if not named or one.kpi in map(str, named)],
        left_out, diagnosis(opened), [f"{stale} Until then customers may only seem to stay."] if stale else [],
    )  # fmt: skip


def _chosen(opened: OpenSnapshot, named: Sequence[Asked]) -> tuple[list[Asked], list[str]]:
    """What is tested: KPIs marked leading, and those named; and what is not, for it is of no account."""
    catalog = opened.catalog
    marked = [Asked(name) for name, kpi in catalog.kpis.items() if kpi.leads in MARKED]
    for one in named:
        if not of_accounts(catalog, one):
            raise AccountlensError(f"{one} is not known account by account, so it cannot be set beside what they did.")
    every = {str(one): one for one in (*marked, *named)}
    own = {text: one for text, one in every.items() if of_accounts(catalog, one)}
    return list(own.values()), [text for text in every if text not in own]


@dataclass(frozen=True)
class _Study:
    opened: OpenSnapshot
    outcome: Outcome
    ahead: int
    past: Histories
    clock: Clock
    months: Sequence[date]
    rows: Panel

    def leads(self, asked: Sequence[Asked], named: Sequence[Asked]) -> list[Lead]:
        """All of them, those that lead first, then by how well."""
        known = [one for one in asked if self.months and not lacking(self.opened, one)]
        found = dict[str, tuple[Lead, FloatArray]]()
        for one, value in values(self.opened, known, self.past.accounts, self.months) if known else ():
            lead, score = self._lead(one, value)
            more = replace(lead, months=self._by_month(value, lead.warns)) if one in named else lead
            found[str(one)] = more, score
        tested = [text for text, (lead, _) in found.items() if enough(lead.found)]
        qs = dict(zip(tested, corrected([_p(found[text][0]) for text in tested]), strict=True))
        judged = [self._judged(*found[text], qs.get(text), len(qs), named) for text in found]
        judged += [self._unknown(one) for one in asked if str(one) not in found]
        order = list(Verdict)
        return sorted(judged, key=lambda one: (order.index(one.verdict), -one.found.value if one.found else 0, one.kpi))

    def _lead(self, asked: Asked, value: FloatArray) -> tuple[Lead, FloatArray]:
        """How well a KPI told customers apart, and its score of each row: the higher, the likelier the outcome."""
        kpi = self.opened.catalog.definition(asked.name)
        raw = value[self.rows.account, self.rows.month]
        found = concordance(raw, self.rows)
        high = (
            (kpi.good == "up") == self.outcome.good if kpi.good != "context" else found is None or found.value >= CHANCE
        )
        score = raw if high else -raw
        warns, found = ("high", found) if high else ("low", concordance(score, self.rows))
        unit = self.opened.catalog.kpi(asked).unit
        return Lead(str(asked), kpi.label, unit, kpi.leads, warns, Verdict.TOO_LITTLE, "", found, None), score

    def _judged(self, lead: Lead, score: FloatArray, q: float | None, tested: int, named: Sequence[Asked]) -> Lead:
        lead = replace(lead, q=q)
        verdict, why = judge(lead, self.outcome, tested)
        wanted = verdict == Verdict.LEADS or lead.kpi in map(str, named)
        suggested = self._suggested(score, lead.warns) if wanted else None
        return replace(lead, verdict=verdict, why=why, suggested=suggested)

    def _suggested(self, score: FloatArray, warns: str) -> Suggested | None:
        found = threshold(score, self.rows, self.ahead + math.ceil(self.outcome.late_days / A_MONTH))
        if found is None:
            return None
        return Suggested(
            found.value if warns == "high" else -found.value,
            _month(self.months[found.chosen_to]), _month(self.months[found.measured_from]), _month(self.months[-1]),
            found.hits, found.false_alarms, found.right, found.usual, found.useful,
        )  # fmt: skip

    def _by_month(self, value: FloatArray, warns: str) -> list[Later]:
        """What happened in the first month after, in the second …, of those who were still customers as it began."""
        told = []
        for month in range(1, self.ahead + 1):
            rows = panel(self.past, self.outcome, self.months, self.clock, month - 1, month)
            score = value[rows.account, rows.month]
            told.append(Later(month, concordance(score if warns == "high" else -score, rows)))
        return told

    def _unknown(self, asked: Asked) -> Lead:
        kpi = self.opened.catalog.definition(asked.name)
        needs = lacking(self.opened, asked)
        why = (
            f"It needs {needs}, and there is no source of it."
            if needs
            else "No month is over long enough to be judged."
        )
        warns = "high" if (kpi.good == "up") == self.outcome.good else "low"
        return Lead(str(asked), kpi.label, kpi.unit, kpi.leads, warns, Verdict.TOO_LITTLE, why, None, None)


def _p(lead: Lead) -> float:
    assert lead.found
    return lead.found.p


def _month(after: date) -> str:
    """The month that ends before a day."""
    return f"{add_months(after, -1):%Y-%m}"
