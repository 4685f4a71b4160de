"""KPI files: what stands in one, and how options turn it into a KPI that can be planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from accountlens.catalog.definition import KpiDefinition
from accountlens.catalog.intervals import IntervalFile, StandardErrorFile
from accountlens.catalog.kpi_options import with_options
from accountlens.catalog.strict import Strict
from accountlens.errors import AccountlensError, suggest
from accountlens.language import formula as f
from accountlens.language.kpi import UNITS, Kpi, Split, StandardError, Terms
from accountlens.language.measures import (
    EMPTY_IS_ZERO,
    FUNCTIONS,
    Across,
    At,
    During,
    Measure,
    PerKey,
    TimeRole,
    Trailing,
    parse_window,
    survival,
)


class OptionFile(Strict):
    """A documented choice; without default it takes that of a fact's parameter of the same name."""

    default: Any = None
    values: list[Any] = Field(default_factory=list)
    above: float | None = Field(None, description="The number must be greater.")
    about: str = ""


class SurvivalFile(Strict):
    """Durations, and whether the thing waited for has happened; the aggregate is then over the curve's points."""

    lasted: str
    ended: str


class MeasureFile(Strict):
    """One aggregate over one fact with a time role, or `kpi:` to take another KPI in whole."""

    kpi: str | None = None
    fact: str | None = None
    at: str | None = None
    trailing: str | int | None = None
    during: list[str] | None = Field(None, min_length=2, max_length=2)
    across: list[str] | None = Field(None, min_length=2, max_length=2)
    read: Literal["opening", "closing"] = "closing"
    boundary: Literal["before", "at"] = "before"
    where: str | None = None
    per: str | None = None
    each: dict[str, str] = Field(default_factory=dict)
    keep: str | None = None
    survival: SurvivalFile | None = None
    shift: Literal["previous", "previous_year"] | None = None
    earlier: str | None = None
    empty: Literal[0, "unknown"] | None = None
    merge: Literal["sum", "min", "max", "never"] | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    count: str | None = None
    distinct: str | None = None
    sum: str | None = None
    mean: str | None = None
    median: str | None = None
    p90: str | None = None
    variance: str | None = None
    min: str | None = None
    max: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> MeasureFile:
        if self.kpi is not None:
            return self
        roles = [name for name in ("at", "during", "across") if getattr(self, name)]
        functions = [name for name in FUNCTIONS if getattr(self, name) is not None]
        if not self.fact:
            raise ValueError("a measure needs a fact")
        if len(roles) != 1:
            raise ValueError("a measure needs exactly one time role: at, during or across")
        if len(functions) != 1:
            raise ValueError(f"a measure needs exactly one aggregate of {', '.join(FUNCTIONS)}")
        if bool(self.per) != bool(self.each):
            raise ValueError("'per' and 'each' belong together")
        if self.keep and not (self.per or self.survival):
            raise ValueError("'keep' needs 'per' or 'survival'")
        if self.per and self.survival:
            raise ValueError("'per' and 'survival' exclude each other")
        return self


class SplitFile(Strict):
    """Components that are the groups by a column of the KPI's only measure."""

    by: str


OWN = ("measures", "options", "interval", "n", "components", "flags", "related")  # what a composed KPI has none of


class KpiFile(Strict):
    """A KPI file after its options are chosen."""

    label: str
    also: list[str] = Field(default_factory=list, description="What else people call it: words it is asked by.")
    asks: str
    unit: str
    good: Literal["up", "down", "context"]
    leads: Literal["leading", "lagging", "both"]
    review: Literal["weekly", "monthly", "quarterly", "annual"]
    formula: str = Field(description="Arithmetic over measures, and over what the catalog holds: mrr, win_rate.won.")
    composed: bool = Field(False, description="Made in the application, which may change it: it has no measures.")
    measures: dict[str, MeasureFile] = Field(default_factory=dict)
    takes: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="KPIs that the formula names, and the options they are taken with."
    )
    options: dict[str, OptionFile] = Field(default_factory=dict)
    interval: IntervalFile | None = None
    n: str | None = None
    components: SplitFile | list[str] | None = None
    flags: dict[str, str] = Field(default_factory=dict)
    sources: list[str] = Field(default_factory=list)
    notes: str = ""
    related: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _unit_is_known(self) -> KpiFile:
        if self.unit not in UNITS:
            raise ValueError(f"the unit '{self.unit}' is not one of {', '.join(UNITS)}")
        return self

    @model_validator(mode="after")
    def _is_composed(self) -> KpiFile:
        own = [name for name in OWN if getattr(self, name)]
        if self.composed and own:
            raise ValueError(f"a composed KPI has no '{own[0]}' of its own; without 'composed' it may")
        return self


def kpi_of(
    definition: KpiDefinition, options: Mapping[str, Any], beyond: Mapping[str, Any], others: Mapping[str, Any]
) -> Kpi:
    """The KPI with these options; `others` are the definitions it may take in whole."""
    return _kpi(definition, definition.body(options), options, beyond, others, ())


def _kpi(
    definition: KpiDefinition,
    file: KpiFile,
    options: Mapping[str, Any],
    beyond: Mapping[str, Any],
    others: Mapping[str, Any],
    path: tuple[str, ...],
) -> Kpi:
    if definition.name in path:
        raise AccountlensError(f"KPIs take each other in a circle: {' → '.join([*path, definition.name])}.")
    measures: dict[str, Measure] = {}
    taken: dict[str, f.Node] = {}
    for name, item in file.measures.items():
        if item.kpi is None:
            measures[name] = _measure(name, item, options)
        else:
            inner = _inner(definition, item.kpi, options, others, path)
            renamed = {old: f"{name}.{old}" for old in inner.measures}
            measures |= {renamed[old]: measure for old, measure in inner.measures.items()}
            taken[name] = f.replace(inner.formula, lambda node, r=renamed: _rename(node, r))  # type: ignore[misc]

    def settle(text: str) -> f.Node:
        return f.replace(f.parse_formula(text), lambda node: _settled(node, taken, options))

    return Kpi(
        name=definition.name,
        unit=file.unit,
        good=file.good,
        formula=settle(file.formula),
        measures=measures,
        formula_text=file.formula,
        interval=_interval(file.interval, settle),
        n=settle(file.n) if file.n else None,
        components=_components(file),
        flags={flag: settle(text) for flag, text in file.flags.items()},
        membership=str(options.get("membership", "at_event")),
        rollup=str(options.get("rollup", "pooled")),
        options=dict(options),
        beyond=dict(beyond),
    )


def _components(file: KpiFile) -> Terms | Split | None:
    """What the value is made of, where the file says it."""
    match file.components:
        case SplitFile(by=column):
            return Split(column)
        case [*names]:
            return Terms(tuple(names))
    return None


def _interval(interval: IntervalFile | None, settle: Callable[[str], f.Node]) -> str | StandardError | None:
    if isinstance(interval, StandardErrorFile):
        return StandardError(settle(interval.standard_error), settle(interval.degrees_of_freedom))
    return interval


def _inner(
    outer: KpiDefinition,
    name: str,
    options: Mapping[str, Any],
    others: Mapping[str, Any],
    path: tuple[str, ...],
) -> Kpi:
    definition = others.get(name)
    if definition is None:
        raise AccountlensError(
            f"{outer.name} takes the KPI '{name}', which does not exist.", mend=suggest(name, others)
        )
    shared = {key: value for key, value in options.items() if key in definition.options}
    settled = definition.settle(shared)
    return _kpi(definition, definition.body(settled), settled, {}, others, (*path, outer.name))


def _rename(node: f.Node, renamed: Mapping[str, str]) -> f.Node | None:
    return f.Name(renamed[node.name]) if isinstance(node, f.Name) and node.name in renamed else None


def _settled(node: f.Node, taken: Mapping[str, f.Node], options: Mapping[str, Any]) -> f.Node | None:
    if isinstance(node, f.Name):
        return taken.get(node.name)
    if isinstance(node, f.OptionRef):
        value = options.get(node.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f.Name("unknown") if value is None else f.Number(float(bool(value)))
        return f.Number(float(value))
    return None


def _measure(name: str, item: MeasureFile, options: Mapping[str, Any]) -> Measure:
    function = next(word for word in FUNCTIONS if getattr(item, word) is not None)
    per = PerKey(item.per, dict(item.each), item.keep) if item.per else None
    if item.survival:
        per = survival(item.survival.lasted, item.survival.ended, item.keep)
    empty = "zero" if item.empty == 0 or (item.empty is None and function in EMPTY_IS_ZERO) else "unknown"
    return Measure(
        name=name,
        fact=item.fact or "",
        time=_time_role(item, options),
        function=function,
        expression=getattr(item, function),
        where=item.where,
        per=per,
        shift=item.shift,
        earlier=with_options(item.earlier, options),
        empty=empty,  # type: ignore[arg-type]
        merge=item.merge or ("sum" if function in ("count", "sum") and not per else "never"),
        parameters=dict(item.parameters),
    )


def _time_role(item: MeasureFile, options: Mapping[str, Any]) -> TimeRole:
    trailing = with_options(item.trailing, options)
    window = None if trailing is None else parse_window(trailing)
    if item.at is not None:
        return At(item.at) if window is None else Trailing(item.at, window)
    if item.during is not None:
        return During(item.during[0], item.during[1], item.read, item.boundary)
    assert item.across is not None
    return Across(item.across[0], item.across[1], window, item.boundary)
