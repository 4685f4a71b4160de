"""Credit for what was won, one journey at a time: by tier it is what was touched, by channel what each model makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import permutations
from math import factorial

from tests.oracle.doings import DAY
from tests.oracle.ground import Ground, Group, Period, Recount, Row, oracle, ratio
from tests.oracle.influence import before, is_campaign_touch

Model = Callable[[Ground, Row, list[Row]], list[float]]  # a won deal and its path → the weight of each touch
Path = tuple[Row, list[Row]]


def won(g: Ground, period: Period) -> list[Row]:
    return [row for row in g.rows("opportunities") if row["status"] == "won" and period.has(row["closed_at"])]


def paths(g: Ground, period: Period, days: int) -> list[Path]:
    """Deals won in the period with the campaign touches of their account in the days before, if there are any."""
    found = [
        (deal, [row for row in before(g, deal["account_id"], deal["closed_at"], days) if is_campaign_touch(row)])
        for deal in won(g, period)
    ]
    return [(deal, touches) for deal, touches in found if touches]


def channel(g: Ground, touch: Row) -> str | None:
    """The campaign's, else the activity's."""
    known = [row["channel"] for row in g.rows("campaigns") if row["campaign_id"] == touch["campaign_id"]]
    return next((name for name in known if name), None) or touch["channel"]


def first(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return [1.0, *([0.0] * (len(touches) - 1))]


def last(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return [*([0.0] * (len(touches) - 1)), 1.0]


def linear(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return [1.0] * len(touches)


def time_decay(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return [2 ** (-(deal["closed_at"] - row["occurred_at"]) / DAY / 7) for row in touches]


def peaks(touches: list[Row], at: list[int | None], peak: float, rest: float) -> list[float]:
    """A weight to each milestone's touch, the rest in equal parts to all others."""
    weights = [0.0] * len(touches)
    for index in at:
        if index is not None:
            weights[index] += peak
    others = [index for index in range(len(touches)) if index not in at]
    for index in others:
        weights[index] = rest / len(others)
    return weights


def milestone(touches: list[Row], at: datetime | None) -> int | None:
    """The last touch at or before it."""
    seen = [index for index, row in enumerate(touches) if at is not None and row["occurred_at"] <= at]
    return max(seen, default=None)


def lead_at(g: Ground, deal: Row) -> datetime | None:
    """The account's first lead; one after the close is no milestone."""
    leads = [row["created_at"] for row in g.rows("leads") if row["account_id"] == deal["account_id"] and not g.is_internal(row["contact_id"])]  # fmt: skip
    return min((at for at in leads if at <= deal["closed_at"]), default=None)


def opened_at(deal: Row) -> datetime | None:
    at = deal["created_at"]
    return at if at is not None and at <= deal["closed_at"] else None


def u_shaped(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return peaks(touches, [0, len(touches) - 1], 0.4, 0.2)


def w_shaped(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return peaks(touches, [0, milestone(touches, lead_at(g, deal)), milestone(touches, opened_at(deal))], 0.3, 0.1)


def full_path(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    at = [0, milestone(touches, lead_at(g, deal)), milestone(touches, opened_at(deal)), len(touches) - 1]
    return peaks(touches, at, 0.225, 0.1)


MODELS: dict[str, Model] = {
    "first": first, "last": last, "linear": linear, "time_decay": time_decay,
    "u_shaped": u_shaped, "w_shaped": w_shaped, "full_path": full_path,
}  # fmt: skip


def credits_of(g: Ground, model: Model, path: Path) -> list[tuple[Row, float]]:
    """The amount of a deal shared out over its touches by their weights."""
    deal, touches = path
    weights = model(g, deal, touches)
    return [(row, (deal["amount"] or 0) * weight / sum(weights)) for row, weight in zip(touches, weights, strict=True)]


def by_tier(model: Model) -> Recount:
    def recount(g: Ground, period: Period, group: Group) -> float:
        mine = [
            (deal, rows) for deal, rows in paths(g, period, 90) if group.event(deal["account_id"], deal["closed_at"])
        ]
        return sum(credit for path in mine for _, credit in credits_of(g, model, path))

    return recount


def by_channel(model: Model) -> Recount:
    def recount(g: Ground, period: Period, group: Group) -> float:
        shared = [item for path in paths(g, period, 60) for item in credits_of(g, model, path)]
        return sum(credit for touch, credit in shared if group.value(channel(g, touch)))

    return recount


for name, model in MODELS.items():
    oracle(f"attribution_{name}")(by_tier(model))
    oracle(f"attribution_{name}(lookback_days=60)", by="channel")(by_channel(model))


Worth = dict[frozenset[str | None], float]  # channels of a path → what such paths won


def games(g: Ground, period: Period, group: Group, days: int) -> Worth:
    found: Worth = {}
    for deal, touches in paths(g, period, days):
        if group.event(deal["account_id"], deal["closed_at"]):
            channels = frozenset(channel(g, row) for row in touches)
            found[channels] = found.get(channels, 0) + (deal["amount"] or 0)
    return found


def shapley_value(worth: Worth, player: str | None) -> float:
    """What a channel adds to those before it, in the mean over all orders of channels."""
    players = sorted(frozenset[str | None]().union(*worth), key=str)
    if player not in players:
        return 0.0
    total = 0.0
    for order in permutations(players):
        earlier = set(order[: order.index(player)])
        total += sum(won for channels, won in worth.items() if player in channels and channels <= earlier | {player})
    return total / factorial(len(players))


@oracle("attribution_shapley")
def shapley_by_tier(g: Ground, period: Period, group: Group) -> float:
    worth = games(g, period, group, 90)
    return sum(shapley_value(worth, player) for player in frozenset[str | None]().union(*worth))


@oracle("attribution_shapley(lookback_days=60)", by="channel")
def shapley_by_channel(g: Ground, period: Period, group: Group) -> float:
    worth = games(g, period, Group(g, None), 60)
    return sum(shapley_value(worth, player) for player in frozenset[str | None]().union(*worth) if group.value(player))


@oracle("attribution_coverage")
def attribution_coverage(g: Ground, period: Period, group: Group) -> float | None:
    touched = [deal for deal, _ in paths(g, period, 90)]
    part, whole = (
        sum(deal["amount"] or 0 for deal in deals if group.event(deal["account_id"], deal["closed_at"]))
        for deals in (touched, won(g, period))
    )
    return ratio(part, whole)
