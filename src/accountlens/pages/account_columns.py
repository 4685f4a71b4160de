"""Columns over accounts: attributes, and figures of KPIs, as arrays with a cell for each account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from accountlens.engine.answer import Answer
from accountlens.engine.arrays import Array
from accountlens.engine.series import KpiSeries, kpi_series
from accountlens.engine.series_json import EXACT
from accountlens.engine.session import Session
from accountlens.warehouses.expand import literal, quoted

Places = npt.NDArray[np.int64]
NOWHERE = -1
STAGE = "stage"  # of the journey, at the snapshot's moment; an attribute that accounts have besides their own
STAGES = "account_stages"
NUMBERS = ("BIGINT", "DOUBLE", "INTEGER")
ORDERED = "ORDER BY lower(f.name) NULLS LAST, f.account_id"  # the order of all columns, and of what is equal otherwise


@dataclass(frozen=True)
class Attribute:
    """Numbers, unknown NaN, or anything else, unknown None; `names` are those of ids."""

    name: str
    kind: str  # SQL type
    values: npt.NDArray[Any]
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def ranked(self) -> Array:
        """A number for each account, in the order of what is read; unknown is NaN."""
        if self.values.dtype != object:
            return self.values
        shown = [None if one is None else str(self.names.get(one, one)).casefold() for one in self.values.tolist()]
        rank = {text: place for place, text in enumerate(sorted({one for one in shown if one is not None}))}
        return np.array([np.nan if one is None else rank[one] for one in shown], np.float64)


@dataclass(frozen=True)
class Figures:
    """A KPI's figures, (accounts,) each; unknown is NaN. `raised`: which flags stand where."""

    unit: str
    value: Array
    then: Array | None
    change: Array | None
    raised: Mapping[str, npt.NDArray[np.bool_]]


def attribute(name: str, kind: str, entity: str | None, session: Session) -> Attribute:
    """An attribute of every account the session sees; ids of an entity with their readable names."""
    session.table("accounts")
    if name == STAGE:
        return Attribute(name, kind, _objects(_stages(session)))
    found = [row[0] for row in session.fetch(f"SELECT f.{quoted(name)} FROM accounts f {ORDERED}").fetchall()]
    if kind in NUMBERS:
        return Attribute(name, kind, np.array([np.nan if one is None else one for one in found], np.float64))
    labelled = entity is not None and session.catalog.entities[entity].label is not None
    names = session.labels(entity) if labelled and entity else {}
    known = {one for one in found if one is not None}
    return Attribute(name, kind, _objects(found), {key: text for key, text in names.items() if key in known})


def _stages(session: Session) -> list[Any]:
    session.ensure_fact(STAGES)
    now = literal(session.as_of)
    stands = f"s.account_id = f.account_id AND s.from_at < {now} AND COALESCE(s.to_at >= {now}, TRUE)"
    sql = f"SELECT s.stage FROM accounts f LEFT JOIN {STAGES} s ON {stands} {ORDERED}"
    return [row[0] for row in session.fetch(sql).fetchall()]


def _objects(found: Sequence[Any]) -> npt.NDArray[Any]:
    cells = np.empty(len(found), dtype=object)
    cells[:] = found
    return cells


def figures(answer: Answer, index: int, place: Mapping[str, int]) -> Figures:
    """A KPI of an answer by account, over one period, at the accounts' places."""
    series, rows, at = kpi_series(answer, index), *_aligned(answer, place)

    def put(cells: Array) -> Array:
        blank = np.full(len(place), np.nan)
        blank[at] = cells[rows, -1]
        return blank

    compared = next(iter(series.compare.values()), None)
    raised = {}
    for name, flag in series.flags.items():
        raised[name] = np.zeros(len(place), np.bool_)
        raised[name][at] = flag[rows, -1]
    then, change = (put(compared.value), put(compared.change)) if compared else (None, None)
    return Figures(series.unit, put(series.value), then, change, raised)


def courses(answer: Answer, index: int, place: Mapping[str, int]) -> Array:
    """A KPI of an answer by account over all its periods, (accounts, periods)."""
    series: KpiSeries = kpi_series(answer, index)
    rows, at = _aligned(answer, place)
    blank = np.full((len(place), answer.plan.asked), np.nan)
    blank[at] = series.value[rows]
    return blank


def _aligned(answer: Answer, place: Mapping[str, int]) -> tuple[Places, Places]:
    """The rows of an answer by account that are of some accounts, and these accounts' places."""
    dim = answer.frame.dims[0]
    texts = np.array([place.get(text, NOWHERE) for text in dim.texts.tolist()], np.int64)
    at = texts[dim.numbers] if len(texts) else np.array([], np.int64)
    known = (at != NOWHERE) & (answer.frame.level == 0)
    return np.flatnonzero(known), at[known]


def plain_numbers(cells: Array) -> list[Any]:
    """Cells as JSON and CSV have them: unknown is None; whole numbers where all of them are."""
    unknown = np.isnan(cells)
    whole = bool((unknown | ((cells == np.floor(cells)) & (np.abs(cells) < EXACT))).all())
    shown = np.where(unknown, 0, cells).astype(np.int64).astype(object) if whole else cells.astype(object)
    shown[unknown] = None
    found: list[Any] = shown.tolist()
    return found
