"""Who pays what when: subscriptions as they run, day by day movements, and who is a customer (sheet 5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.ground import DAY, Ground, Group, Period, Row


def monthly(subscription: Row) -> float:
    """What it is worth a month: as given, or price × quantity × (1 − discount) / billing months."""
    given: float | None = subscription.get("mrr")
    if given is not None:
        return given
    price = subscription.get("price") or 0.0
    quantity, months = subscription.get("quantity"), subscription.get("billing_months")
    full = price * (1.0 if quantity is None else quantity) * (1.0 - (subscription.get("discount") or 0.0))
    return full / (1.0 if months is None else months)


def payers(g: Ground) -> dict[tuple[str | None, str], list[Row]]:
    """(account, who) → paid subscriptions; of no account we know, who pays is whom the source named."""
    found: dict[tuple[str | None, str], list[Row]] = defaultdict(list)
    for row in g.rows("subscriptions"):
        if monthly(row) > 0:
            who = row["account_id"] or row.get("account_id_given") or row["subscription_id"]
            found[row["account_id"], who].append(row)
    return found


def runs(row: Row, instant: datetime) -> bool:
    """Just before an instant."""
    return row["started_on"] < instant and (row["ended_on"] is None or row["ended_on"] >= instant)


def pays(subscriptions: list[Row], instant: datetime) -> float:
    return sum(monthly(row) for row in subscriptions if runs(row, instant))


def mrr_at(g: Ground, instant: datetime, group: Group) -> float:
    return sum(pays(rows, instant) for (account, _), rows in g.once(payers).items() if group.state(account, instant))


def customers(g: Ground, instant: datetime, group: Group) -> set[str]:
    """Accounts with a paid subscription that runs just before an instant."""
    return {
        account
        for (account, _), rows in g.once(payers).items()
        if account and pays(rows, instant) > 0 and group.state(account, instant)
    }


@dataclass(frozen=True)
class Movement:
    kind: str  # new, reactivation, expansion, contraction, churn
    account: str | None
    who: str
    at: datetime  # the last change of the day
    amount: float  # losses negative


def movements(g: Ground) -> list[Movement]:
    """The net change of every payer on every local day."""
    return [m for (account, who), rows in g.once(payers).items() for m in moves_of(g, account, who, rows)]


def moves_of(g: Ground, account: str | None, who: str, rows: list[Row]) -> list[Movement]:
    """The movements of one payer with these subscriptions."""
    found: list[Movement] = []
    instants = {i for row in rows for i in (row["started_on"], row["ended_on"]) if i is not None and i < g.now}
    last = {g.local(instant).date(): instant for instant in sorted(instants)}
    for day, at in last.items():
        before, after = pays(rows, g.utc(day)), pays(rows, min(g.utc(day + DAY), g.now))
        if not round(after - before, 9):
            continue
        if before and after:
            kind = "expansion" if after > before else "contraction"
        else:
            kind = "churn" if before else "reactivation" if found else "new"
        found.append(Movement(kind, account, who, at, after - before))
    return found


def moved(g: Ground, period: Period, group: Group, *kinds: str) -> float:
    """The sum of the movements of some kinds in the period."""
    return sum(
        m.amount for m in g.once(movements) if m.kind in kinds and period.has(m.at) and group.event(m.account, m.at)
    )
