"""An account beside accounts like it: the median of its group and how many of them it exceeds.

This is the one thing asked on behalf of somebody over all accounts, also those he may not see. What leaves are the
number of a group's accounts, their median and the account's percentile: figures of five or more, never a row. Whoever
sees all but few of a group could work out those few from its figures; so a group is told only where none of its
accounts with a value is hidden from him, or at least five are. Then the number is told by fives, the median with two
digits and the percentile by tens, so that one account more or less does not give itself away. What remains: figures of
two periods, or of two groups that overlap, can be set against each other; that is blurred so, not excluded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from accountlens.engine.account_page import FIGURES, figures_known
from accountlens.engine.arrays import Array
from accountlens.engine.series import Flag, KpiSeries
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query
from accountlens.pages.needs import Need
from accountlens.pages.stand import Record, Stand, only, stand
from accountlens.workspace.asking import Asking

LEAST = 5  # accounts behind a figure, and accounts of it that somebody cannot see, if there are any
GROUPS = ("segment", "tier", "industry")
EVERYBODY = "all"
NOBODY = ""  # the id of no account: what a KPI says of no rows
DIGITS = 2
POINTS = 10


@dataclass(frozen=True)
class Peer:
    """A KPI's value beside its group's. `by`: segment, tier, industry or all; `group` its value, None of all.

    `n`: accounts of the group with a value; no tickets is one, no answers to a survey is none. `percentile`: 0 to 100,
    the share of the others below, those alike counting half. All are None where no group is large enough; `veiled`
    where accounts are among them that may not be seen, and the figures are told roughly.
    """

    kpi: str
    label: str
    unit: str
    good: str
    value: float | None
    by: str | None
    group: str | None
    n: int | None
    median: float | None
    percentile: float | None
    veiled: bool


@dataclass(frozen=True)
class Peers:
    account_id: str
    period: str
    least: int
    kpis: Sequence[Peer]
    needs: Sequence[Need]


def peers(
    workspace: Asking, account: str, kpis: Iterable[str] = (), *, period: str = "last-3-months",
    snapshot: str | None = None,
) -> Peers:  # fmt: skip
    """KPIs of an account that may be seen, each beside the smallest of its groups that has five accounts with a value.

    Args:
        kpis: with options where wanted; by default those of an account's page. One that cannot be split by account is
            an error.
    """
    here = stand(workspace, snapshot)
    one = here.account(account)
    here.span(period)
    kpis = list(kpis)
    asked = kpis or figures_known(here.ground)
    needs = here.kpi_needs([parse_asked(name).name for name in kpis or FIGURES], "some figures beside those of peers")
    if not asked:
        return Peers(one["account_id"], period, LEAST, [], needs)
    query = Query(tuple(map(parse_asked, asked)), period=period, where=only(one["account_id"]))
    own = [series.value[-1, 0] for series in here.answer(query).series().kpis]
    answer = here.whole.answer(replace(query, by=("account_id",), where=None, totals="none"))  # the privileged look
    ids = [row["account_id"] for row in here.whole.rows("SELECT account_id FROM accounts ORDER BY 1", "accounts")]
    seen, others = here.session.seen, np.array([id != one["account_id"] for id in ids], bool)
    hidden = np.array([seen is not None and id not in seen for id in ids], bool)
    circles = list(_circles(here, one, ids))
    nothing = here.whole.answer(replace(query, where=only(NOBODY))).series().kpis
    rows = {id: row for row, id in enumerate(answer.frame.dims[0].shown().tolist())}
    there = np.array([rows.get(id, -1) for id in ids], int)
    found = [
        _peer(
            here,
            name,
            series,
            planned.kpi.good,
            float(value),
            _Field(_filled(series, there, none), circles, others, hidden),
        )
        for name, series, planned, value, none in zip(
            asked, answer.series().kpis, answer.plan.kpis, own, nothing, strict=True
        )
    ]
    if not kpis:
        found = [one for one in found if one.value is not None or one.n is not None]
    return Peers(one["account_id"], period, LEAST, found, needs)


def _filled(series: KpiSeries, there: npt.NDArray[np.int_], nothing: KpiSeries) -> Array:
    """A value for every account: one without a row has that of no rows, such as no tickets, or none."""
    values = np.append(series.value[:, 0], np.nan)[there]
    return np.where(np.isnan(values), nothing.value[-1, 0], values)


@dataclass(frozen=True)
class _Circle:
    """A group of the account: which of all accounts are in it."""

    by: str
    group: str | None
    inside: Flag


def _circles(here: Stand, account: Record, ids: Sequence[str]) -> Iterator[_Circle]:
    """The groups the account is in, and all accounts."""
    rows = here.whole.rows(f"SELECT account_id, {', '.join(GROUPS)} FROM accounts", "accounts")
    known: Mapping[str, Record] = {row["account_id"]: row for row in rows}
    for by in GROUPS:
        if (group := account.get(by)) is not None:
            yield _Circle(by, group, np.array([known.get(id, {}).get(by) == group for id in ids], bool))
    yield _Circle(EVERYBODY, None, np.array([id in known for id in ids], bool))


@dataclass(frozen=True)
class _Field:
    """A KPI of all accounts: in which groups they are, which are not the account itself, which may not be seen."""

    values: Array
    circles: Sequence[_Circle]
    others: Flag
    hidden: Flag


def _peer(here: Stand, name: str, series: KpiSeries, good: str, own: float, field: _Field) -> Peer:
    """Beside the smallest group that may be told."""
    values, known = field.values, ~np.isnan(field.values)
    value = None if math.isnan(own) else own
    about = (name, here.ground.catalog.definition(series.kpi).label, series.unit, good, value)
    sized = sorted((int((one.inside & known).sum()), number) for number, one in enumerate(field.circles))
    for n, number in sized:
        circle = field.circles[number]
        members = circle.inside & known
        veiled = int((members & field.hidden).sum())
        if n < LEAST or 0 < veiled < LEAST:
            continue
        median = float(np.median(values[members]))
        percentile = None if value is None else _percentile(values[members & field.others], value)
        if veiled:
            n, median = n // LEAST * LEAST, rough(median)
            percentile = None if percentile is None else float(round(percentile / POINTS) * POINTS)
        return Peer(*about, circle.by, circle.group, n, median, percentile, veiled > 0)
    return Peer(*about, None, None, None, None, None, False)


def _percentile(others: Array, own: float) -> float:
    """The share of the others that lie below, those alike counting half."""
    return float(100 * ((others < own).sum() + (others == own).sum() / 2) / len(others))


def rough(value: float) -> float:
    """With two digits: what is told of accounts that may not be seen."""
    if value == 0:
        return 0.0
    return float(round(value, DIGITS - 1 - math.floor(math.log10(abs(value)))))
