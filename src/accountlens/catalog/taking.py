"""Formulas that name other KPIs of the catalog, or measures of theirs: `mrr / engaged_accounts.engaged`.

What is named is taken as it stands there: with the options, defaults and profile by which anybody would be told it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from accountlens.catalog.kpi_options import parameter_of
from accountlens.errors import AccountlensError, suggest
from accountlens.language import formula as f
from accountlens.language.kpi import Kpi, StandardError
from accountlens.language.measures import Measure
from accountlens.warehouses.expand import bind

FORMULA_WORDS = (*f.PERIOD_WORDS, "unknown", "n")
Ask: TypeAlias = Callable[[str], Kpi]
Parameters: TypeAlias = Callable[[str], Mapping[str, Any]]  # of a fact, with their defaults


def formulas(kpi: Kpi) -> list[tuple[str, f.Node]]:
    """Every formula of a KPI, under the key that a file says it with."""
    found = [("formula", kpi.formula), *(("flags", node) for node in kpi.flags.values())]
    found += [("n", kpi.n)] if kpi.n is not None else []
    if isinstance(kpi.interval, StandardError):
        found += [("interval", kpi.interval.error), ("interval", kpi.interval.freedom)]
    return found


def named(kpi: Kpi, known: Collection[str]) -> list[str]:
    """What its formulas name that is no measure of its own, but of the catalog."""
    names = dict.fromkeys(name for _, node in formulas(kpi) for name in f.names(node))
    return [
        name
        for name in names
        if name not in kpi.measures and name not in FORMULA_WORDS and name.partition(".")[0] in known
    ]


def with_taken(kpi: Kpi, known: Collection[str], ask: Ask, parameters: Parameters) -> Kpi:
    """The KPI with what its formulas take from others as measures of its own, called `kpi.measure`.

    Of a KPI that is taken whole its flags come along: what makes it doubtful makes doubtful what is made of it.
    """
    measures, flags = dict(kpi.measures), dict(kpi.flags)
    whole: dict[str, f.Node] = {}
    for name in named(kpi, known):
        base, _, part = name.partition(".")
        inner = ask(base)
        if not part:
            words = {old: f.Name(f"{base}.{old}") for old in inner.measures}
            whole[name] = f.settle(inner.formula, words)
            for flag, node in inner.flags.items():
                raised = f.settle(node, words)
                flags[flag] = f.Call("max", (flags[flag], raised)) if flag in flags else raised
        for old in [part] if part else _read(inner):
            measures[f"{base}.{old}"] = _as_it_stands(old, inner, parameters)
    if measures == kpi.measures:
        return kpi

    def put(node: f.Node) -> f.Node:
        return f.settle(node, whole)

    interval = kpi.interval
    if isinstance(interval, StandardError):
        interval = StandardError(put(interval.error), put(interval.freedom))
    flags = {flag: put(node) for flag, node in flags.items()}
    count = put(kpi.n) if kpi.n is not None else None
    return replace(kpi, formula=put(kpi.formula), measures=measures, interval=interval, flags=flags, n=count)


def _read(kpi: Kpi) -> list[str]:
    """The measures that its formula and flags name; others are only told beside its value."""
    nodes = [kpi.formula, *kpi.flags.values()]
    return [name for name in dict.fromkeys(name for node in nodes for name in f.names(node)) if name in kpi.measures]


def _as_it_stands(name: str, kpi: Kpi, parameters: Parameters) -> Measure:
    """A measure with the options of its own KPI written into it."""
    measure = kpi.measures.get(name)
    if measure is None:
        known = list(kpi.measures)
        raise AccountlensError(
            f"The KPI '{kpi.name}' has no measure '{name}' (it has {', '.join(known)}).", mend=suggest(name, known)
        )
    own = {key: kpi.options[key] for key in parameters(measure.fact) if key in kpi.options}
    said = {key: parameter_of(value, kpi.options) for key, value in measure.parameters.items()}

    def put(text: str | None) -> str | None:
        return bind(text, kpi.options) if text else text

    per = measure.per
    if per is not None:
        each = {inner: bind(text, kpi.options) for inner, text in per.each.items()}
        per = replace(per, each=each, keep=put(per.keep), lasted=put(per.lasted))
    return replace(
        measure,
        expression=bind(measure.expression, kpi.options),
        where=put(measure.where),
        per=per,
        parameters={**own, **said},
    )
