"""KPI files: what stands in one, and how options turn it into a KPI that can be planned."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

from pydantic import Field, model_validator

from accountlens.catalog.intervals import IntervalFile, StandardErrorFile, kinds_of
from accountlens.catalog.settings import Strict
from accountlens.catalog.yamlfile import Document
from accountlens.errors import AccountlensError, suggest
from accountlens.language import formula as f
from accountlens.language.kpi import UNITS, Kpi, Option, Split, StandardError, Terms
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

# Options every KPI takes (sheet, section 13: "every rate by accounts or events").
COMMON_OPTIONS: Mapping[str, Option] = {
    "membership": Option("membership", "at_event", ("at_event", "at_period_end", "ever")),
}
# Options of rates (G3): a group's own rate, or the mean of its accounts' rates.
RATE_UNITS = ("fraction", "ratio")
RATE_OPTIONS: Mapping[str, Option] = {"rollup": Option("rollup", "pooled", ("pooled", "mean_of_accounts"))}
# Options of every KPI that carries an interval (sheet, G8).
INTERVAL_OPTIONS: Mapping[str, Option] = {"level": Option("level", 0.95, between=(0, 1))}


def shared_options(unit: Any, interval: Any) -> dict[str, Option]:
    """The options a KPI has without naming them, by its `unit` and `interval` as written: one, or a choice."""
    found = dict(COMMON_OPTIONS)
    if set(_choices(unit)) & set(RATE_UNITS):
        found |= RATE_OPTIONS
    return {**found, **(INTERVAL_OPTIONS if kinds_of(interval) else {})}


def _choices(written: Any) -> list[str]:
    return list(map(str, written.values() if isinstance(written, dict) else [written]))


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


class KpiFile(Strict):
    """A KPI file after its options are chosen."""

    label: str
    asks: str
    unit: str
    good: Literal["up", "down", "context"]
    leads: Literal["leading", "lagging", "both"]
    review: Literal["weekly", "monthly", "quarterly", "annual"]
    formula: str
    measures: dict[str, MeasureFile]
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


@dataclass(frozen=True)
class KpiDefinition:
    """A KPI as written, with everything about it that does not depend on an option."""

    name: str
    family: str
    label: str
    asks: str
    unit: str
    good: str
    leads: str
    review: str
    formula_text: str
    options: Mapping[str, Option]
    sources: tuple[str, ...]
    notes: str
    related: tuple[str, ...]
    file: str
    origin: str  # built-in | workspace | workspace, overrides built-in
    document: Document = field(repr=False)

    @property
    def measures(self) -> Mapping[str, MeasureFile]:
        return self.body(self.defaults()).measures

    def defaults(self) -> dict[str, Any]:
        return {name: option.default for name, option in self.options.items()}

    def settle(self, *layers: Mapping[str, Any]) -> dict[str, Any]:
        """The options in force: the defaults, then each layer over the ones before it."""
        values = self.defaults()
        for layer in layers:
            for name, value in layer.items():
                self._allow(name, value)
                values[name] = value
        return values

    def _allow(self, name: str, value: Any) -> None:
        option = self.options.get(name)
        if option is None:
            known = ", ".join(self.options) or "none"
            raise AccountlensError(
                f"{self.name} has no option '{name}' (its options: {known}).",
                mend=suggest(name, self.options),
            )
        if option.values and value not in option.values:
            words = ", ".join(map(str, option.values))
            raise AccountlensError(f"{self.name}({name}={value}): the values are {words}.")
        if (option.between or _is_number(option.default)) and not _is_number(value):
            raise AccountlensError(f"{self.name}({name}={value}): a number is needed.")
        if option.between and not option.between[0] < value < option.between[1]:
            low, high = option.between
            wanted = f"above {low:g}" if high == inf else f"between {low} and {high}"
            raise AccountlensError(f"{self.name}({name}={value}): a number {wanted} is needed.")
        if isinstance(option.default, list) and (lacking := _lacking(option.default, value)):
            raise AccountlensError(f"{self.name}({name}={value}): {lacking} is needed.")

    def body(self, options: Mapping[str, Any]) -> KpiFile:
        return KpiFile.model_validate(choose(self.document.data, options))

    def resolve(self, options: Mapping[str, Any], beyond: Mapping[str, Any], others: Mapping[str, Any]) -> Kpi:
        """The KPI with these options; `others` are the definitions it may take in whole."""
        return _kpi(self, self.body(options), options, beyond, others, ())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _lacking(default: list[Any], value: Any) -> str | None:
    """What a value lacks that stands for a list. Numbers each have their place, so there are as many of them."""
    if not isinstance(value, list):
        return "a list, such as [one, two],"
    if not all(map(_is_number, default)) or not default:
        return None
    fits = len(value) == len(default) and all(_is_number(item) and item >= 0 for item in value)
    return None if fits else f"a list of {len(default)} numbers, none below 0,"


def choose(value: Any, options: Mapping[str, Any]) -> Any:
    """Follow every `{when: option, …}`, and write option values into `$option` keys."""
    if isinstance(value, dict) and "when" in value:
        asked = options.get(value["when"])
        word = {True: "true", False: "false"}.get(asked, asked) if isinstance(asked, bool) else asked
        by_text = {str(_yaml_word(key)): item for key, item in value.items() if key != "when"}
        if str(word) not in by_text and "else" in by_text:
            return choose(by_text["else"], options)
        if str(word) not in by_text:
            raise ValueError(f"'when: {value['when']}' has no case for '{word}'")
        return choose(by_text[str(word)], options)
    if isinstance(value, dict):
        return {_key(key, options): choose(item, options) for key, item in value.items()}
    if isinstance(value, list):
        return [choose(item, options) for item in value]
    return value


def _yaml_word(key: Any) -> Any:
    return {True: "true", False: "false"}[key] if isinstance(key, bool) else key


def _key(key: Any, options: Mapping[str, Any]) -> Any:
    return options.get(key[1:], key) if isinstance(key, str) and key.startswith("$") else key


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
        earlier=_with_options(item.earlier, options),
        empty=empty,  # type: ignore[arg-type]
        merge=item.merge or ("sum" if function in ("count", "sum") and not per else "never"),
        parameters=dict(item.parameters),
    )


def _with_options(text: Any, options: Mapping[str, Any]) -> str | None:
    return None if text is None else re.sub(r"\$([a-z_]+)", lambda match: str(options.get(match[1])), str(text))


def _time_role(item: MeasureFile, options: Mapping[str, Any]) -> TimeRole:
    trailing = _with_options(item.trailing, options)
    window = None if trailing is None else parse_window(trailing)
    if item.at is not None:
        return At(item.at) if window is None else Trailing(item.at, window)
    if item.during is not None:
        return During(item.during[0], item.during[1], item.read, item.boundary)
    assert item.across is not None
    return Across(item.across[0], item.across[1], window, item.boundary)
