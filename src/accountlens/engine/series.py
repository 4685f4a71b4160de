"""An answer as arrays by group and period: what `Answer.rows` tells, for surfaces that draw or send it as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from accountlens.engine.arrays import Array
from accountlens.engine.columns import Columns, columns_of
from accountlens.engine.components import Component, told
from accountlens.engine.plan import PlannedKpi
from accountlens.engine.series_json import Form, as_arrays, as_lists, as_told
from accountlens.language.query import PROFILE, TARGET

if TYPE_CHECKING:
    from accountlens.engine.answer import Answer
    from accountlens.engine.frame import Frame

Flag = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Compared:
    """Beside a value (g, p) the earlier one, or that of another profile, and the change.

    `told`: `parts`, `changed` and, where known, `faded` and `came` of each component; unknown where there is none.
    """

    value: Array
    change: Array
    told: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)


@dataclass(frozen=True)
class KpiSeries:
    """A KPI's figures, (g, p) each; NaN is unknown. `here`: (g,) whether the answer has rows of that group.

    `flags` are those raised anywhere, but for what is so of a whole period (partial) or group (total).
    """

    kpi: str
    unit: str
    options: Mapping[str, Any]
    here: Flag
    value: Array
    n: Array
    lower: Array
    upper: Array
    parts: Mapping[str, Array]
    flags: Mapping[str, Flag]
    compare: Mapping[str, Compared]

    def arrays(self) -> Iterator[Array]:
        yield from (self.value, self.n, self.lower, self.upper, *self.parts.values())
        for compared in self.compare.values():
            yield from (compared.value, compared.change)
            yield from (array for components in compared.told.values() for array in components.values())


@dataclass(frozen=True)
class Series:
    """g groups over p periods. `periods`: label, start, end, partial."""

    periods: Sequence[Mapping[str, Any]]
    kpis: Sequence[KpiSeries]
    about: Mapping[str, Any]  # snapshot, currency, as_of … as `Answer.to_json_dict` tells them
    tell_groups: Callable[[], Iterator[Mapping[str, Any]]]

    @cached_property
    def groups(self) -> Sequence[Mapping[str, Any]]:
        """Each group: `by`, `names`, and a `flag` where it is a total; written out when first asked for."""
        return list(self.tell_groups())

    def to_json_dict(self) -> dict[str, Any]:
        """The same in plain lists, group after group, each over all periods: group g in period p is at g * P + p.

        Unknown is None; so is a whole figure that is unknown throughout.
        """
        return self._told(as_lists)

    def to_json_arrays(self) -> dict[str, Any]:
        """The same for a writer that takes arrays as they are, and writes NaN as null."""
        return self._told(as_arrays)

    def _told(self, form: Form) -> dict[str, Any]:
        cells = form([array for kpi in self.kpis for array in kpi.arrays()])
        kpis = [as_told(kpi, cells) for kpi in self.kpis]
        return {**self.about, "periods": list(self.periods), "groups": list(self.groups), "kpis": kpis}


def series_of(answer: Answer, components: bool) -> Series:
    """The arrays behind an answer's rows."""
    periods = [
        {
            "label": piece.period.label,
            "start": piece.period.start.isoformat(),
            "end": piece.period.end.isoformat(),
            "partial": piece.partial,
        }
        for piece in answer.plan.slices[: answer.plan.asked]
    ]
    kpis = [kpi_series(answer, index, components) for index in range(len(answer.plan.kpis))]
    return Series(periods, kpis, answer.about(), lambda: _groups(answer))


def kpi_series(answer: Answer, index: int, components: bool = False) -> KpiSeries:
    """Those of one of the asked KPIs."""
    return _Dresser(answer, answer.plan.kpis[index], index, components).series()


def kpi_course(answer: Answer, index: int, change: str | None = None) -> Array:
    """The values of one of the asked KPIs alone, (g, p), or the changes by a comparison."""
    names = columns_of(answer.plan.kpis[index], index)
    frame = answer.frame.only([answer.script.held.get(name, name) for name in (names.value, names.here)])
    dresser = _Dresser(replace(answer, found=frame), answer.plan.kpis[index], index, components=False)
    return dresser.change(change) if change else dresser.value()


def _groups(answer: Answer) -> Iterator[Mapping[str, Any]]:
    by, frame = answer.plan.query.by, answer.frame
    if len(by) == 1 and not frame.level.any():
        return _of_one(by[0], frame.dims[0].shown().tolist(), answer.labels.get(by[0], {}))
    return _of_many(answer)


def _of_one(by: str, texts: Iterable[str], labels: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Groups of one dimension without a total: of these there may be very many."""
    for text in texts:
        label = labels.get(text, text)
        yield {"by": {by: text}} if label == text else {"by": {by: text}, "names": {by: label}}


def _of_many(answer: Answer) -> Iterator[Mapping[str, Any]]:
    by, frame = answer.plan.query.by, answer.frame
    named = [(name, answer.names.get(name, {})) for name in by]
    kinds = {level: _Kind.of(level, named) for level in set(frame.level.tolist())}
    columns = [dim.shown().tolist() for dim in frame.dims]
    for level, *texts in zip(frame.level.tolist(), *columns, strict=True):
        yield kinds[level].group(texts)


@dataclass(frozen=True)
class _Kind:
    """Groups of one level: which dimensions they have, and which are summed over."""

    blank: Mapping[str, None]
    kept: Sequence[tuple[int, str, Mapping[str, str]]]  # place, dimension, what its values are called
    flag: Mapping[str, str]

    @classmethod
    def of(cls, level: int, named: Sequence[tuple[str, Mapping[str, str]]]) -> _Kind:
        gone = [level >> (len(named) - 1 - index) & 1 for index in range(len(named))]  # GROUPING sets the bit of each
        kept = [(index, *one) for index, one in enumerate(named) if not gone[index]]
        flag = {"flag": "subtotal" if kept else "total"} if any(gone) else {}
        return cls({name: None for name, _ in named}, kept, flag)

    def group(self, texts: Sequence[str]) -> Mapping[str, Any]:
        told = {name: texts[place] for place, name, _ in self.kept}
        names = {name: labels[texts[place]] for place, name, labels in self.kept if texts[place] in labels}
        found: dict[str, Any] = {"by": {**self.blank, **told} if self.flag else told, **self.flag}
        if names:
            found["names"] = names
        return found


class _Dresser:
    """Dresses one KPI's figures."""

    def __init__(self, answer: Answer, planned: PlannedKpi, index: int, components: bool) -> None:
        self.answer, self.planned, self.index, self.components = answer, planned, index, components
        self.columns: Columns = columns_of(planned, index)
        frame = answer.frame
        total = 2 ** len(answer.plan.query.by) - 1
        self.here = (self._figure(self.columns.here)[:, 0] > 0) | (frame.level == total)
        self.whole, self.nowhere = bool(self.here.all()), not self.here.any()

    def series(self) -> KpiSeries:
        names, kpi = self.columns, self.planned.kpi
        value, n = self._shown(names.value), self._shown(names.n)
        return KpiSeries(
            kpi=kpi.name,
            unit=kpi.unit,
            options=kpi.beyond,
            here=self.here,
            value=value,
            n=n,
            lower=self._shown(names.low),
            upper=self._shown(names.high),
            parts={name: self._shown(column) for name, column in names.parts.items()},
            flags=_raised(self._flags(value, n)),
            compare={word: self._compared(word, value) for word in self.answer.plan.query.compare},
        )

    def _figure(self, name: str) -> Array:
        return self.answer.figure(name)

    def _shown(self, name: str) -> Array:
        """A figure, unknown in groups that the answer does not tell."""
        return self._masked(self._figure(name))

    def _masked(self, figure: Array) -> Array:
        if self.whole:
            return figure
        return self._nothing if self.nowhere else np.where(self.here[:, None], figure, np.nan)

    @cached_property
    def _nothing(self) -> Array:
        return np.full(self._figure(self.columns.value).shape, np.nan)

    def _flags(self, value: Array, n: Array) -> Iterator[tuple[str, Flag]]:
        from accountlens.engine.answer import SMALL_SAMPLE, judged_by_sample

        if self.nowhere:
            return
        for name, column in self.columns.flags.items():
            yield name, np.abs(self._shown(column)) > 0
        if any(cell.value is None for cell in self.planned.cells.values()):
            yield "insufficient_data", np.isnan(value) & self.here[:, None]
        if judged_by_sample(self.planned):
            yield "small_sample", (n > 0) & (n < SMALL_SAMPLE)
        yield "unmatched_rows", self._shown(self.columns.unmatched) > 0

    def _compared(self, word: str, value: Array) -> Compared:
        then = self._then(word, value)
        change = value - then
        return Compared(then, change, self._told(word, change) if word in self.columns.compared else {})

    def _then(self, word: str, value: Array) -> Array:
        """What a value is compared with."""
        if word in self.columns.compared:
            return self._shown(self.columns.compared[word])
        if word == TARGET:
            return self._masked(self._aims(value.shape))
        other = self.answer.beside[word.removeprefix(PROFILE)]
        return self._masked(_aligned(self.answer.frame, other.frame, other.figure(self.columns.value)))

    def value(self) -> Array:
        return self._shown(self.columns.value)

    def change(self, word: str) -> Array:
        value = self.value()
        return value - self._then(word, value)

    def _aims(self, shape: tuple[int, ...]) -> Array:
        """The targets; unknown where there is none."""
        found, aims = np.full(shape, np.nan), self.answer.aims.get(self.columns.value, {})
        rows = self.answer.frame.rows if aims else {}
        for (p, *group), aim in aims.items():
            if aim is not None and (row := rows.get(tuple(group))) is not None:
                found[row, p] = aim
        return found

    def _told(self, word: str, change: Array) -> Mapping[str, Mapping[str, Array]]:
        if self.components and self.index in self.answer.apart:
            return self._of_groups(word, change)
        terms = self.columns.components[word]
        if not terms:
            return {}
        then = {name: self._shown(column) for name, column in terms.items()}
        known = ~np.isnan(change)
        moved = {
            name: np.where(known, np.nan_to_num(self._shown(self.columns.parts[name])) - np.nan_to_num(before), np.nan)
            for name, before in then.items()
        }
        return {"parts": then, "changed": moved}

    def _of_groups(self, word: str, change: Array) -> Mapping[str, Mapping[str, Array]]:
        """Components that are groups, known place by place."""
        components = self.answer.apart[self.index].components(word)
        found: dict[str, dict[str, Array]] = {}
        for group, key in enumerate(self.answer.frame.places()):
            for p in range(change.shape[1] if self.here[group] else 0):
                made_of: Mapping[str, Component] = components.get((p, *key), {})
                for kind, figures in told(made_of, not np.isnan(change[group, p])).items() if made_of else ():
                    for name, figure in figures.items():
                        blank = found.setdefault(kind, {}).setdefault(name, np.full(change.shape, np.nan))
                        blank[group, p] = np.nan if figure is None else figure
        return found


def _raised(flags: Iterable[tuple[str, Flag]]) -> dict[str, Flag]:
    """Those raised anywhere, each name once."""
    found: dict[str, Flag] = {}
    for name, raised in flags:
        if raised.any():
            found[name] = found[name] | raised if name in found else raised
    return found


def _aligned(mine: Frame, other: Frame, figure: Array) -> Array:
    """Another answer's figure in the groups of this one; unknown where that has none."""
    place = {key: row for row, key in enumerate(other.places())}
    rows = [place.get(key, -1) for key in mine.places()]
    found: Array = np.append(figure, np.full((1, figure.shape[1]), np.nan), axis=0)[rows]
    return found
