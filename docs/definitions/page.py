"""The page of one KPI, from its definition alone; the worked example stands between marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docs.definitions import words
from docs.definitions.words import data, named, pretty, prose, table

from accountlens.catalog.catalog import Catalog
from accountlens.catalog.definition import KpiDefinition
from accountlens.catalog.kpi_options import COMMON_OPTIONS, INTERVAL_OPTIONS, RATE_OPTIONS
from accountlens.errors import AccountlensError
from accountlens.language.asked import Asked, write_value
from accountlens.language.formula import Node, Number, names, parse_formula
from accountlens.language.kpi import Kpi, Option
from accountlens.surfaces.cli.marks import words as flag_words

BEGIN, END = "<!-- example:begin -->\n", "<!-- example:end -->\n"
SHORT = 60  # signs of a denominator that can be named in a sentence
SHARED = {*COMMON_OPTIONS, *RATE_OPTIONS, *INTERVAL_OPTIONS}
GOOD = {"up": "higher is better", "down": "lower is better", "context": "neither high nor low is good in itself"}
LEADS = {
    "leading": "leading: it moves before results do",
    "lagging": "lagging: it tells what has happened",
    "both": "leading and lagging",
}


def page(one: KpiDefinition, catalog: Catalog, example: str) -> str:
    parts = [
        _head(one),
        *_formula(one, catalog),
        *_options(one, catalog),
        *_what_counts(one, catalog),
        *_sureness(one),
        f"## Worked example\n\n{BEGIN}{example}{END}".rstrip("\n"),
        *_beside(one, catalog),
        *_sources(one),
    ]
    return "\n\n".join(parts) + "\n"


def _head(one: KpiDefinition) -> str:
    unit = data("words")["units"].get(one.unit, one.unit)
    rows = [
        ("Unit", unit),
        ("Direction", GOOD[one.good]),
        ("Kind", LEADS[one.leads]),
        ("Review", one.review),
        ("Ask it", f"`accountlens ask {one.name}`"),
    ]
    back = "[All KPIs](README.md) · [Which KPI for which question?](choose.md)"
    family = data("words")["families"].get(one.family, one.family)
    return f"# {one.label}\n\n{back}\n\n`{one.name}` · {family}\n\n**{one.asks}**\n\n" + table(("", ""), rows)


def _formula(one: KpiDefinition, catalog: Catalog) -> Iterator[str]:
    settled = catalog.kpi(Asked(one.name))
    body = one.body(one.defaults())
    tree = parse_formula(body.formula)
    first = [name for name in names(tree) if name in body.measures]
    rest = [name for name in body.measures if name not in first]
    stages: dict[Any, str] = {}
    measures = ["\n".join(_measures(wanted, one, settled, catalog, stages)) for wanted in (first, rest)]
    yield "## Formula"
    yield f"```text\n{_spoken(one)} = {pretty(tree)}\n```"
    if said := data("words")["spoken"].get(one.name):
        yield f"In words: {said}."
    yield measures[0]
    yield from _about_formula(tree, first)
    yield from _titled("Shown beside it:", measures[1])
    if others := list(_other_forms(one, body.formula)):
        yield from _titled("With other options:", table(("option", "formula"), others))
    told = "".join(measures)
    if macros := [said for macro, said in data("words")["macros"].items() if f"{macro}(" in told]:
        yield "In the code " + "; ".join(macros) + "."
    yield from _titled("Where the rows come from:", "\n".join(_facts(settled, catalog)))


def _about_formula(tree: Node, measures: list[str]) -> Iterator[str]:
    """What its functions and words mean, and when it has no value."""
    unexplained = [*words.functions(tree), *(name for name in names(tree) if name not in measures)]
    if explained := [said for word in unexplained if (said := data("words")["formula"].get(word))]:
        yield "In the formula " + "; ".join(explained) + "."
    below = words.denominator(tree)
    if below is not None and len(pretty(below)) <= SHORT:
        yield f"Where `{pretty(below)}` is 0 or unknown, the answer is unknown (–), never 0."


def _titled(title: str, text: str) -> Iterator[str]:
    yield from (title, text) if text else ()


def _spoken(one: KpiDefinition) -> str:
    label = one.label
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _measures(
    wanted: list[str], one: KpiDefinition, settled: Kpi, catalog: Catalog, stages: dict[Any, str]
) -> Iterator[str]:
    """`stages` remembers which first stage was told for which measure, so that it is told once."""
    for name in wanted:
        inner = one.measures[name].kpi
        if inner is not None:
            yield f"- `{name}`: the KPI {named(inner, catalog)}, with its own rules"
            continue
        measure = settled.measures[name]
        yield f"- `{name}`: {words.told(measure, settled)}"
        stage = words.stage(measure, settled)
        if stage is None:
            continue
        known = stages.setdefault((measure.fact, measure.time, measure.where, str(measure.per)), name)
        if known != name:
            yield f"  - first for each {stage.key}, as for `{known}`"
            continue
        yield f"  - first, for each {stage.key}:"
        yield from (f"    - `{part}` = {sql}" for part, sql in stage.each.items())
        if stage.keep:
            yield f"  - of these count those with {stage.keep}"


def _other_forms(one: KpiDefinition, usual: str) -> Iterator[tuple[str, str]]:
    """What the formula becomes when one option is set otherwise."""
    for option in one.options.values():
        for value in option.values:
            try:
                other = one.body({**one.defaults(), option.name: value}).formula
            except (ValueError, AccountlensError):
                continue
            if other != usual:
                yield f"`{option.name}={write_value(value)}`", f"`{pretty(parse_formula(other))}`"


def _facts(settled: Kpi, catalog: Catalog) -> Iterator[str]:
    for name in dict.fromkeys(measure.fact for measure in settled.measures.values()):
        yield f"- `{name}`: {prose(catalog.facts[name].about, catalog)}"


def _options(one: KpiDefinition, catalog: Catalog) -> Iterator[str]:
    own = [option for option in one.options.values() if option.name not in SHARED]
    shared = [f"`{option.name}`" for option in one.options.values() if option.name in SHARED]
    yield "## Options"
    if own:
        rows = [_option(option, one, catalog) for option in own]
        yield table(("option", "default", "other values", "what it does"), rows)
    also = " and ".join(filter(None, [", ".join(shared[:-1]), shared[-1]]))
    takes = "It also takes" if own else "It takes"
    yield f"{takes} {also}, as explained for [all KPIs](README.md#options-shared-by-many-kpis)."


def _option(option: Option, one: KpiDefinition, catalog: Catalog) -> tuple[str, str, str, str]:
    usual = "not set" if option.default is None else f"`{write_value(option.default)}`"
    others = ", ".join(f"`{write_value(value)}`" for value in option.values if value != option.default)
    about = (
        _about(option.name, one) or data("words")["options"].get(option.name) or _about_elsewhere(option.name, catalog)
    )
    return f"`{option.name}`", usual, others, prose(about, catalog, one.name)


def _about(option: str, one: KpiDefinition) -> str:
    written: Mapping[str, Any] = one.document.data.get("options") or {}
    return str((written.get(option) or {}).get("about", ""))


def _about_elsewhere(option: str, catalog: Catalog) -> str:
    """What another KPI says of an option of the same name, where all that say something agree."""
    found = {text for other in catalog.kpis.values() if (text := _about(option, other))}
    return found.pop() if len(found) == 1 else ""


def _what_counts(one: KpiDefinition, catalog: Catalog) -> Iterator[str]:
    if one.notes.strip():
        yield "## What counts, and what does not"
        yield "\n\n".join(prose(line, catalog, one.name) for line in words.paragraphs(one.notes))


def _sureness(one: KpiDefinition) -> Iterator[str]:
    """The interval and the flags a figure may carry."""
    body = one.body(one.defaults())
    kind = body.interval if isinstance(body.interval, str) else "standard_error"
    lines = [f"- {data('words')['intervals'][kind]}"] if body.interval else []
    for flag, text in body.flags.items():
        said = data("words")["flags"].get(flag) or flag_words(flag)
        tree = parse_formula(text)
        when = "" if isinstance(tree, Number) else f" (when `{pretty(tree)}`)"
        lines.append(f"- `{flag}`: {said}{when}")
    if lines:
        yield "## How sure it is"
        yield "\n".join(lines)


def _beside(one: KpiDefinition, catalog: Catalog) -> Iterator[str]:
    related = [name for name in one.related if name in catalog.kpis and name != one.name]
    if related:
        yield "## Related"
        yield "\n".join(f"- {named(name, catalog)}: {catalog.kpis[name].asks}" for name in related)
    confused = [pair for pair in data("goals")["confusions"] if one.name in pair["kpis"]]
    if confused:
        yield "## Often confused with"
        yield "\n".join(f"- {confusion(pair, catalog, one.name)}" for pair in confused)


def confusion(pair: Mapping[str, Any], catalog: Catalog, here: str) -> str:
    others = " and ".join(named(name, catalog) for name in pair["kpis"] if name != here and name in catalog.kpis)
    return f"{others}: {prose(pair['differ'], catalog, here)}"


def _sources(one: KpiDefinition) -> Iterator[str]:
    briefs = data("words")["briefs"]
    yield "## Sources"
    lines = [f"- {briefs.get(source, source)}" for source in one.sources]
    yield "\n".join([*lines, f"- The definition itself: [{one.file}](../../src/accountlens/catalog/{one.file})"])
