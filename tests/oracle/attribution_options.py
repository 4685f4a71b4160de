"""Influence and credit by other options than the default ones (sheet 8)."""

from __future__ import annotations

from tests.oracle.attribution import (
    Model,
    Path,
    channel,
    credits_of,
    first,
    lead_at,
    linear,
    milestone,
    paths,
    peaks,
    won,
)  # fmt: skip
from tests.oracle.doings import DAY
from tests.oracle.ground import Ground, Group, Period, Recount, Row, oracle, ratio
from tests.oracle.influence import before, created, is_campaign_touch


def last_but_direct(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    """The last touch of another channel than `direct`; where there is none, the last of all."""
    others = [index for index, row in enumerate(touches) if channel(g, row) != "direct"]
    return [float(index == (others or [len(touches) - 1])[-1]) for index in range(len(touches))]


def with_lead_peak(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return peaks(touches, [0, milestone(touches, lead_at(g, deal))], 0.4, 0.2)


def uneven(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    """30 % to the first, 70 % to the last, nothing to those between."""
    weights = [0.0] * len(touches)
    weights[0] += 0.3
    weights[-1] += 0.7
    return weights


def slow_decay(g: Ground, deal: Row, touches: list[Row]) -> list[float]:
    return [2 ** (-(deal["closed_at"] - row["occurred_at"]) / DAY / 30) for row in touches]


def by_channel(model: Model) -> Recount:
    def recount(g: Ground, period: Period, group: Group) -> float:
        shared = [item for path in paths(g, period, 90) for item in credits_of(g, model, path)]
        return sum(credit for touch, credit in shared if group.value(channel(g, touch)))

    return recount


CHOICES: dict[str, Model] = {
    "attribution_last(skip_direct=true)": last_but_direct,
    "attribution_u_shaped(u_lead=true)": with_lead_peak,
    "attribution_u_shaped(weights=[0.3, 0, 0.7])": uneven,
    "attribution_time_decay(half_life_days=30)": slow_decay,
}
for asked, model in CHOICES.items():
    oracle(asked, by="channel")(by_channel(model))


@oracle("attribution_linear(repeat=per_channel)", by="channel")
def each_channel_alike(g: Ground, period: Period, group: Group) -> float:
    total = 0.0
    for deal, touches in paths(g, period, 90):
        names = {channel(g, row) for row in touches}
        total += (deal["amount"] or 0) * sum(map(group.value, names)) / len(names)
    return total


def of_people(g: Ground, period: Period) -> list[Path]:
    """Won deals with the touches of the people they name alone."""
    named = {(row["opportunity_id"], row["contact_id"]) for row in g.rows("opportunity_contacts")}
    found = [
        (deal, [row for row in touches if (deal["opportunity_id"], row["contact_id"]) in named])
        for deal, touches in paths(g, period, 90)
    ]
    return [(deal, touches) for deal, touches in found if touches]


@oracle("attribution_first(path=person)", by="channel")
def first_of_people(g: Ground, period: Period, group: Group) -> float:
    shared = [item for path in of_people(g, period) for item in credits_of(g, first, path)]
    return sum(credit for touch, credit in shared if group.value(channel(g, touch)))


@oracle("attribution_linear(value=count)", by="channel")
def wins_by_channel(g: Ground, period: Period, group: Group) -> float:
    counted: list[Path] = [({**deal, "amount": 1.0}, touches) for deal, touches in paths(g, period, 90)]
    shared = [item for path in counted for item in credits_of(g, linear, path)]
    return sum(credit for touch, credit in shared if group.value(channel(g, touch)))


@oracle("attribution_coverage(value=count)")
def share_of_wins(g: Ground, period: Period, group: Group) -> float | None:
    touched = [deal for deal, _ in paths(g, period, 90)]
    part, whole = (
        sum(group.event(deal["account_id"], deal["closed_at"]) for deal in deals) for deals in (touched, won(g, period))
    )
    return ratio(part, whole)


def touched_before(g: Ground, deal: Row, days: int) -> bool:
    return any(map(is_campaign_touch, before(g, deal["account_id"], deal["created_at"], days)))


@oracle("influenced_pipeline(window_days=30)")
def influenced_in_a_month(g: Ground, period: Period, group: Group) -> float:
    return sum(row["amount"] or 0 for row in created(period, group) if touched_before(g, row, 30))


@oracle("influenced_pipeline(until=close)")
def influenced_until_close(g: Ground, period: Period, group: Group) -> float:
    """Touches after the creation count too, of open deals up to now."""

    def later(deal: Row) -> bool:
        end = deal["closed_at"] if deal["status"] != "open" and deal["closed_at"] else g.now
        since = (end - deal["created_at"]) / DAY
        rows = before(g, deal["account_id"], end, max(since, 0))
        return any(is_campaign_touch(row) and row["occurred_at"] < g.now for row in rows)

    rows = created(period, group)
    return sum(row["amount"] or 0 for row in rows if touched_before(g, row, 90) or later(row))
