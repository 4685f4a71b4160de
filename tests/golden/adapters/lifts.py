"""Difference in differences: cells or accounts as rows for the model's function, and as deals for the KPI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.golden.adapters.attribution import deal
from tests.golden.cases import Case
from tests.golden.reading import LOWER, UPPER, Reading, named, part
from tests.golden.words import Given
from tests.golden.world import LONG_AGO, START, Rows, Scenario

from accountlens.models import lift


@dataclass(frozen=True)
class Observed:
    """What an account came to before or after."""

    account: str
    late: bool
    target: bool
    outcome: float


def did(case: Case) -> list[Scenario]:
    """Difference in differences by the model; by the KPI too, over deals of January and December, where rows can say it."""
    means = case.has("cells")
    observed = _cells(case.need("cells")) if means else _panel(case.need("rows observations outcomes accounts"))
    options = {"se": case.option("se", default="clustered"), "level": float(case.option("level", default=0.95))}
    columns = zip(*((one.account, one.late, one.target, one.outcome) for one in observed), strict=True)
    found = lift.difference_in_differences(*columns, pre=False, post=True, **options)
    told = _means(found.means)
    if found.estimate is not None and not means:
        told |= dict.fromkeys(("se", "standard_error"), found.estimate.standard_error)
        told |= dict.fromkeys(LOWER, found.estimate.lower) | dict.fromkeys(UPPER, found.estimate.upper)
        told |= {"p_value": found.estimate.p_value, "ci": [found.estimate.lower, found.estimate.upper]}
    fields: dict[str, Reading] = {name: _constant(value) for name, value in told.items()}
    rows = Rows()
    rows.account()
    rows.ensure("account_list_members", "opportunities")
    if _can_be_deals(observed):
        for one in observed:
            _bought(rows, one)
        fields |= {name: reading for name, reading in _of_kpi(options).items() if name in fields}
    return [Scenario(rows, main=case.kpi, fields=fields)]


def _constant(value: Any) -> Reading:
    return lambda desk: value


def _panel(rows: list[Given]) -> list[Observed]:
    return [
        Observed(
            row.text("account account_id id") or str(index),
            str(row.take("period time")) in ("post", "after", "1", "True"),
            str(row.take("group arm")) in ("target", "treated", "treatment", "1", "True"),
            row.need("outcome value y revenue mean"),
        )
        for index, row in enumerate(rows)
    ]


def _cells(rows: list[Given]) -> list[Observed]:
    """A group's mean as that of one account."""
    found = []
    for row in rows:
        row.skim("n")
        target = row.text("group arm") in ("target", "treated", "treatment")
        late = row.text("period time") not in ("pre", "before")
        if (mean := row.number("mean value outcome")) is not None:
            found.append(Observed("target" if target else "control", late, target, mean))
    return found


def _can_be_deals(observed: Sequence[Observed]) -> bool:
    """Whether each account stands in one group and is seen once before and once after, with nothing below 0."""
    places = Counter((one.account, one.late) for one in observed)
    groups = {(one.account, one.target) for one in observed}
    accounts = {one.account for one in observed}
    return (
        set(places.values()) == {1}
        and len(places) == 2 * len(accounts)
        and len(groups) == len(accounts)
        and min(one.outcome for one in observed) >= 0
    )


def _bought(rows: Rows, one: Observed) -> None:
    account = rows.account(one.account)
    if one.late:
        group = "target" if one.target else "control"
        rows.add("account_list_members", account_id=account, list="target", group=group, joined_at=LONG_AGO)
    moment = START + timedelta(days=9 if one.late else -9)
    deal(rows, account, moment, "won", one.outcome, None, moment - timedelta(days=5))


def _of_kpi(options: Mapping[str, Any]) -> dict[str, Reading]:
    def figure(key: str) -> Reading:
        return lambda desk: desk.row("target_lift_did", **options)[key]

    changes = {name: part("target_lift_did", name) for name in ("target_change", "control_change")}
    bounds = dict.fromkeys(LOWER, figure("lower")) | dict.fromkeys(UPPER, figure("upper"))
    both: Reading = lambda desk: [figure("lower")(desk), figure("upper")(desk)]  # noqa: E731
    return named("did lift value effect", figure("value")) | changes | bounds | {"ci": both}


def _means(means: lift.CellMeans) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(("did", "lift", "value", "effect"), means.difference)
    changes = {"target_change": means.target_change, "control_change": means.control_change}
    return told | changes | {"relative_lift": means.relative_lift}
