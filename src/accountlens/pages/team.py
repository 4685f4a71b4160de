"""Portfolios by account manager: what each looks after, how close they are to it, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accountlens.pages.fair import UNKNOWN, Compared, Fair, by_chance, compared
from accountlens.pages.needs import Need
from accountlens.pages.stand import Record, Stand, stand
from accountlens.workspace.asking import Asking

# Of the accounts of each manager, as they were theirs in the period; those without data are left out.
OF_ACCOUNTS = (
    "mrr", "pipeline_value_open", "sales_revenue", "win_rate", "health_score", "interaction_gap_days",
    "engaged_account_rate", "nps",
)  # fmt: skip
TOUCHED_DAYS = (30, 90)
EMPLOYEES = ("enps", "esat")


@dataclass(frozen=True)
class Portfolio:
    """One account manager; None of `employee_id`: the accounts of nobody. `tiers`: accounts by tier, today.

    `figures` are KPIs over the accounts of the manager; `fair` the same beside average accounts of the same tiers;
    `touches` what happened with them in the last 90 days, by anybody; `load` what is in hand: own touches then, open
    deals and open tickets of the accounts.
    """

    employee_id: str | None
    name: str | None
    team: str | None
    accounts: int
    customers: int
    tiers: Mapping[str, int]
    figures: Mapping[str, float | None]
    fair: Mapping[str, Fair]
    touches: int | None
    touched_30_days: float | None
    touched_90_days: float | None
    load: Mapping[str, int | None]


@dataclass(frozen=True)
class Satisfaction:
    """What a team answered. Of fewer than five people nothing is told, and `suppressed` says so."""

    kpi: str
    team: str | None
    value: float | None
    n: int | None
    lower: float | None
    upper: float | None
    suppressed: bool


@dataclass(frozen=True)
class Team:
    """`portfolios` by accounts, the most first; `total` over all of them.

    `compared`: how many of the fair comparisons are told; `by_chance` as many of them would stand out by chance alone.
    No total of satisfaction is told beside a team that is kept back: it could be worked out from the others.
    """

    period: str
    currency: str
    portfolios: Sequence[Portfolio]
    total: Mapping[str, float | None]
    compared: int
    by_chance: int
    satisfaction: Sequence[Satisfaction]
    needs: Sequence[Need]


def team(workspace: Asking, *, period: str = "last-quarter", snapshot: str | None = None) -> Team:
    """Accounts by who owns them now, with the KPIs of a period; coverage, touches and load are those of now."""
    here = stand(workspace, snapshot)
    here.span(period)
    figures = compared(here, here.can(*OF_ACCOUNTS), period)
    touches = _touches(here)
    portfolios = [_portfolio(here, row, figures, touches) for row in _owners(here)]
    portfolios.sort(key=lambda one: (one.employee_id is None, -one.accounts, one.employee_id or ""))
    counts = by_chance({one.employee_id or UNKNOWN: one.fair for one in portfolios})
    return Team(
        period, here.opened.house.currency, portfolios, figures.total, *counts, _satisfaction(here), _needs(here)
    )


def _portfolio(here: Stand, row: Record, figures: Compared, touches: Mapping[str, Record]) -> Portfolio:
    owner, size = row["owner_id"], row["accounts"]
    touched = touches.get(owner or "", {}) if here.has("activities") else None
    shares = [None if touched is None else touched.get(f"within_{days}", 0) / size for days in TOUCHED_DAYS]
    load = {
        "touches": None if touched is None else touched.get("own", 0),
        "open_deals": row["deals"] if here.has("opportunities") else None,
        "open_tickets": row["tickets"] if here.has("tickets") else None,
    }
    return Portfolio(
        owner, row["name"], row["team"], size, row["customers"], dict(row["tiers"]),
        figures.figures.get(owner or UNKNOWN, {}), figures.fair.get(owner, {}) if owner else {},
        None if touched is None else touched.get("touches", 0), shares[0], shares[1], load,
    )  # fmt: skip


def _owners(here: Stand) -> list[Record]:
    return here.rows(
        """SELECT a.owner_id, MAX(e.name) AS name, MAX(e.team) AS team, COUNT(*) AS accounts,
            COUNT(*) FILTER (WHERE s.stage = 'customer') AS customers,
            HISTOGRAM(COALESCE(a.tier, $unknown)) AS tiers,
            CAST(SUM(COALESCE(d.deals, 0)) AS BIGINT) AS deals, CAST(SUM(COALESCE(k.tickets, 0)) AS BIGINT) AS tickets
        FROM accounts a
        LEFT JOIN employees e ON e.employee_id = a.owner_id
        LEFT JOIN account_stages s ON s.account_id = a.account_id AND s.from_at < $now
            AND (s.to_at IS NULL OR s.to_at >= $now)
        LEFT JOIN (SELECT account_id, COUNT(*) AS deals FROM opportunities WHERE status = 'open' AND created_at < $now
            GROUP BY account_id) d ON d.account_id = a.account_id
        LEFT JOIN (SELECT account_id, COUNT(*) AS tickets FROM ticket_spans WHERE opened_at < $now
            AND (solved_at IS NULL OR solved_at >= $now) GROUP BY account_id) k ON k.account_id = a.account_id
        WHERE a.created_at IS NULL OR a.created_at < $now GROUP BY a.owner_id""",
        "accounts", "employees", "account_stages", "opportunities", "ticket_spans", now=here.now, unknown=UNKNOWN,
    )  # fmt: skip


def _touches(here: Stand) -> dict[str, Record]:
    """Owner → touches of the accounts in the last 90 days, the accounts touched, and the owner's own touches."""
    month, quarter = (here.now - timedelta(days=days) for days in TOUCHED_DAYS)
    rows = here.rows(
        f"""SELECT COALESCE(a.owner_id, '') AS owner, COUNT(*) AS touches,
            COUNT(DISTINCT a.account_id) FILTER (WHERE t.occurred_at >= $month) AS within_30,
            COUNT(DISTINCT a.account_id) AS within_90, COUNT(*) FILTER (WHERE t.employee_id = a.owner_id) AS own
        FROM {here.touches} t JOIN accounts a ON a.account_id = t.account_id
        WHERE t.occurred_at >= $quarter AND t.occurred_at < $now GROUP BY 1""",
        here.touches, "accounts", month=month, quarter=quarter, now=here.now,
    )  # fmt: skip
    return {row["owner"]: row for row in rows}


def _satisfaction(here: Stand) -> list[Satisfaction]:
    """Of the last twelve months, by team; people who see some of the accounts only have no answers of colleagues."""
    asked = here.can(*EMPLOYEES) if here.session.seen is None else []
    rows = here.ask(asked, by="team", period="last-12-months").rows() if asked else []
    found: list[Satisfaction] = []
    for kpi in asked:
        *teams, total = [_answers(kpi, row) for row in rows if row["kpi"] == kpi]
        found += teams if any(one.suppressed for one in teams) else [*teams, total]
    return found


def _answers(kpi: str, row: Mapping[str, Any]) -> Satisfaction:
    figures = (row["value"], row["n"], row["lower"], row["upper"])
    return Satisfaction(kpi, row["by"]["team"], *figures, "suppressed" in row["flags"])


def _needs(here: Stand) -> list[Need]:
    needs = here.unfilled("whose an account is", "accounts", "owner_id")
    needs += here.unfilled("what accounts of the same tiers bring", "accounts", "tier")
    needs += here.lacking("touches, coverage and load", "activities")
    needs += here.lacking("deals and what comes of them", "opportunities")
    needs += here.lacking("names and teams of account managers", "employees")
    return needs + here.lacking("how satisfied our own people are", "survey_responses")
