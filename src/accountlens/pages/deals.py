"""The opportunities of an account: each with its stages, and how fast it goes beside deals that were won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accountlens.pages.needs import Need
from accountlens.pages.stand import Record, Stand, days_between, names_of, stand
from accountlens.workspace.asking import Asking

LEAST = 5  # won deals behind what is usual


@dataclass(frozen=True)
class StageStay:
    """A stay in a stage; `days` up to now where it lasts."""

    stage: str
    entered_at: datetime
    left_at: datetime | None
    days: float


@dataclass(frozen=True)
class Deal:
    """`age_days`: from creation to its close, or to now. `usual_days`: the median of won deals of its type, by the KPI.

    `pace`: age over what is usual; above 1 it takes longer than deals that are won.
    """

    opportunity_id: str
    name: str | None
    status: str
    stage: str | None
    type: str | None
    amount: float | None
    probability: float | None
    owner_id: str | None
    owner: str | None
    product: str | None
    created_at: datetime | None
    closed_at: datetime | None
    age_days: int | None
    usual_days: float | None
    pace: float | None
    stages: Sequence[StageStay]


@dataclass(frozen=True)
class Deals:
    """Open ones first, by amount; then those closed last. `usual_stage_days`: by stage, the mean of won ones."""

    account_id: str
    currency: str
    deals: Sequence[Deal]
    usual_stage_days: Mapping[str, float]
    needs: Sequence[Need]


def deals(workspace: Asking, account: str, *, snapshot: str | None = None) -> Deals:
    """All opportunities of an account. What is usual is told of at least five won deals that may be seen."""
    here = stand(workspace, snapshot)
    id = here.account(account)["account_id"]
    currency = here.opened.house.currency
    needs = here.lacking("deals", "opportunities") + here.lacking(
        "how deals go from stage to stage", "opportunity_history"
    )
    if not here.has("opportunities"):
        return Deals(id, currency, [], {}, needs)
    rows = here.rows(
        """SELECT o.opportunity_id, o.name, o.status, o.stage, o.type, o.amount, o.probability, o.owner_id,
            p.name AS product, o.created_at, o.closed_at
        FROM opportunities o LEFT JOIN products p ON p.product_id = o.product_id
        WHERE o.account_id = $account AND (o.created_at IS NULL OR o.created_at < $now)
        ORDER BY o.status <> 'open', CASE WHEN o.status = 'open' THEN o.amount END DESC NULLS LAST,
            o.closed_at DESC NULLS LAST, o.opportunity_id""",
        "opportunities", "products", account=id, now=here.now,
    )  # fmt: skip
    owners = names_of(here, "employees", "employee_id", [row["owner_id"] for row in rows if row["owner_id"]])
    stays, usual = _stays(here, id), _usual_days(here)
    found = [_deal(here, row, owners, stays.get(row["opportunity_id"], []), usual) for row in rows]
    return Deals(id, currency, found, _usual_stages(here), needs)


def _deal(
    here: Stand, row: Record, owners: Mapping[str, str], stays: Sequence[StageStay], usual: Mapping[str | None, float]
) -> Deal:
    begun, over = row["created_at"], row["status"] != "open"
    ended = row["closed_at"] if over else here.now
    age = days_between(here, begun, ended) if begun is not None and ended is not None else None
    normal = usual.get(row["type"], usual.get(None))
    pace = age / normal if age is not None and normal else None
    return Deal(
        **row, owner=owners.get(row["owner_id"] or ""), age_days=age, usual_days=normal, pace=pace, stages=stays
    )


def _stays(here: Stand, account: str) -> dict[str, list[StageStay]]:
    rows = here.rows(
        """SELECT opportunity_id, stage, entered_at, left_at, COALESCE(days, KPI_DURATION(entered_at, $now)) AS days
        FROM stage_visits WHERE account_id = $account AND entered_at < $now AND stage IS NOT NULL
        ORDER BY opportunity_id, entered_at""",
        "stage_visits", account=account, now=here.now,
    )  # fmt: skip
    found: dict[str, list[StageStay]] = {}
    for row in rows:
        found.setdefault(row.pop("opportunity_id"), []).append(StageStay(**row))
    return found


def _usual_days(here: Stand) -> dict[str | None, float]:
    """By type, and of all (None): the median days of deals won in the last two years, by `sales_cycle_days`."""
    if not here.can("sales_cycle_days"):
        return {}
    rows = here.ask(["sales_cycle_days(stat=median)"], by="type", period="last-24-months").rows()
    return {row["by"]["type"]: row["value"] for row in rows if row["value"] is not None and (row["n"] or 0) >= LEAST}


def _usual_stages(here: Stand) -> dict[str, float]:
    """By stage, the mean days deals stayed in it that were won, of the last two years, by `time_in_stage_days`."""
    if not here.can("time_in_stage_days"):
        return {}
    won = "opportunities.status = 'won'"
    rows = here.ask(["time_in_stage_days"], by="stage", where=won, period="last-24-months", totals="none").rows()
    return {row["by"]["stage"]: row["value"] for row in rows if row["value"] is not None and (row["n"] or 0) >= LEAST}
