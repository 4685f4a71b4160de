"""How each account stands now: who it is, what it pays, its pipeline, health, engagement and last touch."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from accountlens.pages.stand import Record, Stand

WINDOW = "last-90-days"
KPIS = ("mrr", "pipeline_value_open", "health_score", "engagement_score", "interaction_gap_days")
GAP_DAYS: Mapping[str, int] = {"A": 14, "B": 30, "C": 60}  # days without a touch that are too many, by tier
OTHER_GAP_DAYS = 60  # of an account of another tier, or of none


@dataclass(frozen=True)
class Figure:
    """A KPI now, and a quarter of a year ago; None: unknown."""

    value: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        return None if self.value is None or self.before is None else self.value - self.before


UNKNOWN = Figure(None, None)


@dataclass(frozen=True)
class State:
    """`is_customer`: it pays now, by its stage. `at_stake`: a year of what it pays, and its open pipeline."""

    account_id: str
    name: str | None
    tier: str | None
    owner_id: str | None
    is_customer: bool
    figures: Mapping[str, Figure]
    gap_limit: int

    def figure(self, kpi: str) -> Figure:
        return self.figures.get(kpi, UNKNOWN)

    @property
    def at_stake(self) -> float | None:
        yearly, pipeline = self.figure("mrr").value, self.figure("pipeline_value_open").value
        return None if yearly is None and pipeline is None else 12 * (yearly or 0) + (pipeline or 0)

    @property
    def matters(self) -> bool:
        """Whether somebody ought to be in touch: it pays us, or there is a deal."""
        return self.is_customer or bool(self.figure("mrr").value) or bool(self.figure("pipeline_value_open").value)


@dataclass(frozen=True)
class States:
    accounts: Mapping[str, State]
    now: datetime
    currency: str

    @property
    def owners(self) -> Mapping[str, str | None]:
        return {id: state.owner_id for id, state in self.accounts.items()}

    def of(self, rows: Iterable[Record]) -> Iterator[tuple[Record, State]]:
        """Rows with the states of their accounts; without those of accounts that are not known yet."""
        for row in rows:
            if (state := self.accounts.get(row["account_id"])) is not None:
                yield row, state

    def money(self, amount: float | None) -> str:
        return "an unknown amount" if amount is None else f"{amount:,.0f} {self.currency}"


def states_of(here: Stand, gap_days: Mapping[str, int]) -> States:
    """Those of all accounts that may be seen."""
    rows = here.rows(
        """SELECT a.account_id, a.name, a.tier, a.owner_id, COALESCE(s.stage = 'customer', FALSE) AS is_customer
        FROM accounts a LEFT JOIN account_stages s ON s.account_id = a.account_id AND s.from_at < $now
            AND (s.to_at IS NULL OR s.to_at >= $now)
        WHERE a.created_at IS NULL OR a.created_at < $now""",
        "accounts", "account_stages", now=here.now,
    )  # fmt: skip
    figures = _figures(here)
    accounts = {
        row["account_id"]: State(
            **row,
            figures=figures.get(row["account_id"], {}),
            gap_limit=gap_days.get(row["tier"] or "", OTHER_GAP_DAYS),
        )
        for row in rows
    }
    return States(accounts, here.now, here.opened.house.currency)


def _figures(here: Stand) -> dict[str, dict[str, Figure]]:
    """Account → KPI → its figure."""
    asked = here.can(*KPIS)
    found: dict[str, dict[str, Figure]] = {}
    if not asked:
        return found
    answer = here.ask(asked, by="account_id", period=WINDOW, compare="previous", totals="none")
    ids = answer.frame.dims[0].shown().tolist()
    for series in answer.series().kpis:
        values, before = series.value[:, 0].tolist(), series.compare["previous"].value[:, 0].tolist()
        for id, value, then in zip(ids, values, before, strict=True):
            found.setdefault(id, {})[series.kpi] = Figure(_known(value), _known(then))
    return found


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
