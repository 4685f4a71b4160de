"""Account managers beside accounts of the same tiers: what those bring on average, and whether the rest is chance.

Indirect standardisation, as hospitals are compared by the patients they have (Breslow & Day 1987, Statistical Methods
in Cancer Research II, chapter 2): of each tier the figure of all accounts, weighted by what a manager has in that tier.
Of a share, a mean or a score that are his own cases there (deals decided, answers, accounts); of a sum it is the mean
of an account, times his accounts there. Direct standardisation would weight his own figure of each tier instead, also
that of the two accounts which are all he has of it.

The difference carries the interval of his own figure. The average counts as known: he is part of it, so that the
difference varies less than his figure alone. A figure without an interval is set beside draws of as many accounts from
the same tiers without replacement (Cochran 1977, Sampling Techniques, 5.3).

Whoever sees some accounts only is told what average accounts of a tier bring over all of them, never a row of
another's: where none of the tier is hidden from him or at least five are, and then with two digits, as in `peers`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from accountlens.engine.answer import Answer
from accountlens.engine.quantiles import LEVEL, Z
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.pages.peers import rough
from accountlens.pages.stand import Record, Stand

OWNER, TIER = "account.owner_id", "account.tier"
UNKNOWN, UNMATCHED = "(unknown)", "(unmatched)"
SUMS = ("mrr", "pipeline_value_open", "sales_revenue")  # over accounts; the others are shares, means and scores
LEAST = 5  # cases of a manager, and of the others, that a comparison needs

Verdict = Literal["above", "below", "within", "few"]


@dataclass(frozen=True)
class Fair:
    """A manager's figure beside that of average accounts of the same tiers.

    `difference` lies between `lower` and `upper` at 95 %. `cases`: how many accounts, answers or deals are behind the
    figure. Nothing but the figure is told where they, or those of others, are `few`. `better`: whether a difference
    beyond chance is in the good direction.
    """

    kpi: str
    value: float | None
    cases: int
    verdict: Verdict
    expected: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    better: bool | None


@dataclass(frozen=True)
class Compared:
    """Owner → KPI → value; the same of all accounts together; owner → KPI → its comparison."""

    figures: Mapping[str, Record]
    total: Record
    fair: Mapping[str, Mapping[str, Fair]]


def compared(here: Stand, kpis: Sequence[str], period: str) -> Compared:
    """KPIs over a period by account manager, asked once by owner and tier with all totals."""
    if not kpis:
        return Compared({}, {}, {})
    answer = here.ask(kpis, by=(OWNER, TIER), period=period, totals="all")
    table = _Table(here, kpis, period, answer)
    owners = sorted({owner for _, owner, _ in table.rows if owner is not None})
    figures = {owner: table.values(owner) for owner in owners}
    managers = [owner for owner in table.managers if owner not in (UNKNOWN, UNMATCHED)]
    return Compared(figures, table.values(None), {one: {kpi: table.fair(kpi, one) for kpi in kpis} for one in managers})


def by_chance(fair: Mapping[str, Mapping[str, Fair]]) -> tuple[int, int]:
    """How many comparisons are told, and how many of them would leave their interval by chance alone."""
    told = sum(one.verdict != "few" for of in fair.values() for one in of.values())
    return told, round(told * (1 - LEVEL))


class _Table:
    """The answer by KPI, owner and tier (None: all), with the accounts each had at the period's end.

    `everybody` are the tiers over all accounts; `hidden` counts those of a tier that bear on a KPI and may not be seen.
    """

    def __init__(self, here: Stand, kpis: Sequence[str], period: str, answer: Answer) -> None:
        self.rows = {(row["kpi"], row["by"][OWNER], row["by"][TIER]): row for row in answer.rows()}
        self.everybody = {(kpi, tier): row for (kpi, owner, tier), row in self.rows.items() if owner is None}
        self.good = {kpi: here.ground.catalog.kpi(parse_asked(kpi)).good for kpi in kpis}
        seen = tiers = _tiers(here, period)
        if here.session.seen is not None:
            query = Query(tuple(map(parse_asked, kpis)), (TIER,), period, totals="all")
            self.everybody = {(row["kpi"], row["by"][TIER]): row for row in here.whole.answer(query).rows()}
            tiers = _tiers(here.whole, period)
        self.accounts = Counter[tuple[str | None, str]](seen.values())
        self.accounts.update((None, tier) for _, tier in tiers.values())
        self.managers = sorted({owner for owner, _ in seen.values()} | {key[1] for key in self.rows if key[1]})
        bare = [kpi for kpi in kpis if all(row["lower"] is None for key, row in self.rows.items() if key[0] == kpi)]
        values = _values(here.whole, bare if seen is tiers else kpis, period)
        self.spread = {kpi: _spread(values[kpi], tiers, kpi in SUMS) for kpi in bare}
        self.hidden = Counter(
            (kpi, tiers[account][1])
            for kpi, its in values.items()
            for account, value in its.items()
            if account in tiers.keys() - seen.keys() and (value or kpi not in SUMS)
        )

    def values(self, owner: str | None) -> Record:
        return {kpi: row["value"] for (kpi, whose, tier), row in self.rows.items() if whose == owner and tier is None}

    def fair(self, kpi: str, owner: str) -> Fair:
        """What he has of each tier, at that tier's mean; and how far from it chance alone would take him."""
        mix = self._mix(kpi, owner)
        cases, all_cases = sum(mix.values()), sum(self._cases(kpi, None, tier) for tier in mix)
        own = self.rows.get((kpi, owner, None), {"value": 0.0 if kpi in SUMS and cases else None, "lower": None})
        value = own["value"]
        few = cases < LEAST or all_cases - cases < LEAST or any(0 < self.hidden[kpi, tier] < LEAST for tier in mix)
        if value is None or few:
            return Fair(kpi, value, cases, "few", None, None, None, None, None)
        whole = sum(count * self._mean(kpi, tier) for tier, count in mix.items())
        expected = whole if kpi in SUMS else whole / cases
        expected = rough(expected) if any(self.hidden[kpi, tier] for tier in mix) else expected
        change = value - expected
        if own["lower"] is None:
            half = Z * self._drawn(kpi, mix)
            lower, upper = change - half, change + half
        else:
            lower, upper = own["lower"] - expected, own["upper"] - expected
        verdict: Verdict = "above" if lower > 0 else "below" if upper < 0 else "within"
        told = verdict == "within" or self.good[kpi] == "context"
        better = None if told else (verdict == "above") == (self.good[kpi] == "up")
        return Fair(kpi, value, cases, verdict, expected, change, lower, upper, better)

    def _mix(self, kpi: str, owner: str) -> dict[str, int]:
        """Tier → his cases there."""
        tiers = {tier for _, tier in self.accounts} | {tier for _, _, tier in self.rows if tier is not None}
        counts = {tier: self._cases(kpi, owner, tier) for tier in sorted(tiers)}
        return {tier: count for tier, count in counts.items() if count}

    def _cases(self, kpi: str, owner: str | None, tier: str) -> int:
        if kpi in SUMS:
            return self.accounts[owner, tier]
        row = self.everybody.get((kpi, tier)) if owner is None else self.rows.get((kpi, owner, tier))
        return int((row or {}).get("n") or 0)

    def _mean(self, kpi: str, tier: str) -> float:
        """Of a case of this tier, over all accounts."""
        value: float = self.everybody.get((kpi, tier), {}).get("value") or 0.0
        return value / self.accounts[None, tier] if kpi in SUMS else value

    def _drawn(self, kpi: str, mix: Mapping[str, int]) -> float:
        """The standard deviation of the figure of as many accounts, drawn from the same tiers."""
        known = ((count, *self.spread[kpi].get(tier, (count, 0.0))) for tier, count in mix.items())
        variance = sum(count * max(0.0, 1 - count / many) * spread for count, many, spread in known)
        return math.sqrt(variance) / (1 if kpi in SUMS else sum(mix.values()))


def _tiers(here: Stand, period: str) -> dict[str, tuple[str, str]]:
    """Account → whose it was at the period's end, and in which tier."""
    was = "CASE WHEN {0}.account_id IS NULL THEN a.{1} ELSE {0}.value END"
    join = """LEFT JOIN account_attributes {0} ON {0}.account_id = a.account_id AND {0}.attribute = '{1}'
        AND ({0}.valid_from IS NULL OR {0}.valid_from < $at) AND ({0}.valid_to IS NULL OR {0}.valid_to >= $at)"""
    here.session.table("account_attributes")
    rows = here.rows(
        f"""SELECT a.account_id AS id, COALESCE(CAST({was.format("o", "owner_id")} AS VARCHAR), $unknown) AS owner,
            COALESCE(CAST({was.format("t", "tier")} AS VARCHAR), $unknown) AS tier
        FROM accounts a {join.format("o", "owner_id")} {join.format("t", "tier")}
        WHERE a.created_at IS NULL OR a.created_at < $at""",
        "accounts", at=here.span(period).as_of, unknown=UNKNOWN,
    )  # fmt: skip
    return {row["id"]: (row["owner"], row["tier"]) for row in rows}


def _values(here: Stand, kpis: Sequence[str], period: str) -> dict[str, dict[str, float]]:
    """KPI → account → its value, where it has one."""
    if not kpis:
        return {}
    answer = here.answer(Query(tuple(map(parse_asked, kpis)), ("account_id",), period, totals="none"))
    ids = answer.frame.dims[0].shown().tolist()
    series = zip(kpis, answer.series().kpis, strict=True)
    return {
        kpi: {id: value for id, value in zip(ids, one.value[:, 0].tolist(), strict=True) if not math.isnan(value)}
        for kpi, one in series
    }


def _spread(
    values: Mapping[str, float], tiers: Mapping[str, tuple[str, str]], all_have: bool
) -> dict[str, tuple[int, float]]:
    """Tier → how many accounts have a value, and the variance between them; of a sum all accounts have one."""
    sides: dict[str, list[float]] = {}
    for account, (_, tier) in tiers.items():
        if all_have or account in values:
            sides.setdefault(tier, []).append(values.get(account, 0.0))
    return {tier: (len(side), _variance(side)) for tier, side in sides.items()}


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
