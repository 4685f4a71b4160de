"""The health score recounted: five components brought to 0-100 and weighed by account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.oracle.doings import duration_days, known_before
from tests.oracle.engagement import scores, touched_at
from tests.oracle.ground import Ground, Group, Period, mean, oracle
from tests.oracle.product_use import seat_adoption
from tests.oracle.support import tickets
from tests.oracle.voice import answers, latest_per_person, promoter_score

WEIGHTS = {"engagement": 25, "adoption": 25, "sentiment": 20, "relationship": 15, "support": 15}


class Account(Group):
    """One account alone, seen as a group."""

    def event(self, account: str | None, instant: datetime) -> bool:
        return account == self.name

    def state(self, account: str | None, instant: datetime) -> bool:
        return account == self.name


def engagement(g: Ground, period: Period, account: Account) -> float | None:
    return sum(scores(g, period, account).values())


def adoption(g: Ground, period: Period, account: Account) -> float | None:
    share = seat_adoption(g, period, account)
    return None if share is None else 100 * share


def sentiment(g: Ground, period: Period, account: Account) -> float | None:
    """NPS of the latest answer of each person, however old; -100 is 0."""
    asked = [row for row in answers(g, "nps") if row["answered_at"] < period.as_of]
    nps = promoter_score([row for row in latest_per_person(asked) if row["account_id"] == account.name])
    return None if nps is None else (nps + 100) / 2


def relationship(g: Ground, period: Period, account: Account) -> float | None:
    times = touched_at(g, period, account).get(str(account.name))
    return 100 * (1 - duration_days(g, times[-1], period.as_of) / 90) if times else None


def support(g: Ground, period: Period, account: Account) -> float | None:
    recent = [row for row in tickets(g) if row["account_id"] == account.name and period.window(row["created_at"], 30)]
    return 100 * (1 - len(recent) / 10)


COMPONENTS: dict[str, Callable[[Ground, Period, Account], float | None]] = {
    "engagement": engagement, "adoption": adoption, "sentiment": sentiment, "relationship": relationship, "support": support,
}  # fmt: skip


def score(g: Ground, period: Period, account: str) -> float | None:
    """Weighed over what is known, where that is half the weight or more."""
    found = {name: component(g, period, Account(g, account)) for name, component in COMPONENTS.items()}
    known = {name: min(max(value, 0.0), 100.0) for name, value in found.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in known)
    if weight < 50:
        return None
    return sum(WEIGHTS[name] * value for name, value in known.items()) / weight


@oracle("health_score")
def health_score(g: Ground, period: Period, group: Group) -> float | None:
    accounts = [
        id_
        for id_, row in g.accounts.items()
        if known_before(row["created_at"], period.as_of) and group.state(id_, period.as_of)
    ]
    found = [score(g, period, account) for account in accounts]
    return mean([value for value in found if value is not None])
