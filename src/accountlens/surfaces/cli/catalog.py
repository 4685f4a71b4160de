"""`accountlens kpis` and `accountlens kpi NAME`: the catalog as a list, and one definition whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from accountlens.errors import AccountlensError, suggest
from accountlens.language import numbers
from accountlens.language.asked import parse_asked, write_value
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.catalog.definition import KpiDefinition
    from accountlens.language.kpi import Kpi, Option
    from accountlens.language.measures import Measure
    from accountlens.workspace import Workspace

BUILT_IN = "built-in"  # such a KPI has a page of its own
GOOD = {"up": "▲ more is better", "down": "▼ less is better", "context": "depends on the context"}


def kpis(workspace: Workspace, family: str | None, as_json: bool) -> None:
    from accountlens.catalog.catalog import family_order

    found = family_order(workspace.catalog.kpis.values())
    families = list(dict.fromkeys(one.family for one in found))
    if family is not None:
        if family not in families:
            known = f"{suggest(family, families)} The families are {', '.join(families)}."
            raise AccountlensError(f"No family named '{family}'.", mend=known.strip())
        found = [one for one in found if one.family == family]
    if as_json:
        messages.write(json.dumps([summary(one) for one in found], ensure_ascii=False, indent=1))
    else:
        messages.show(*listing(found, messages.page().width))


def kpi(workspace: Workspace, name: str, engine: str | None = None) -> None:
    """A definition, or what an engine would run for it."""
    asked = parse_asked(name)
    if engine is not None:
        messages.write(workspace.script(name, engine).rstrip())
        return
    messages.show(*definition(workspace.catalog.definition(asked.name), workspace.catalog.kpi(asked)))


def summary(one: KpiDefinition) -> dict[str, Any]:
    """A definition for machines."""
    plain = {key: getattr(one, key) for key in ("name", "family", "label", "asks", "unit", "good", "leads")}
    options = {
        option.name: {"default": option.default, "values": list(option.values)} for option in one.options.values()
    }
    return {
        **plain,
        "review": one.review,
        "formula": one.formula_text,
        "options": options,
        "origin": one.origin,
    }


def listing(found: Sequence[KpiDefinition], width: int) -> Iterator[RenderableType]:
    """One table a family; the columns stand at the same places in all of them."""
    names, labels = max(len(one.name) for one in found), max(len(one.label) for one in found)
    for family, some in groupby(found, key=lambda one: one.family):
        group = list(some)
        columns = (
            Column("", [Text(one.name.ljust(names), style="cyan") for one in group], right=False),
            Column("", texts([one.label.ljust(labels) for one in group]), right=False),
            Column("", texts([one.unit.replace("_", " ").ljust(13) for one in group], "dim"), right=False),
            Column("", texts([one.review.ljust(9) for one in group], "dim"), right=False),
        )
        yield from draw(Sheet(columns, title=f"{family} ({len(group)})"), width)
        yield Text()
    total = numbers.count(len(found), "KPI")
    yield messages.hint(f"{total}. One definition, whole:", f"accountlens kpi {found[0].name}")


def definition(one: KpiDefinition, settled: Kpi) -> Iterator[RenderableType]:
    """A definition as a page; `settled` is the KPI with the options in force."""
    yield Text.assemble((one.label, "bold"), "  ", (one.name, "cyan"))
    yield Text(one.asks)
    traits = (one.family, one.unit.replace("_", " "), GOOD[one.good], one.leads, f"reviewed {one.review}")
    yield Text(" · ".join(traits), style="dim")
    yield from _part("Formula", [Text(settled.formula_text)])
    yield from _part("Measures", [_measure(item) for item in settled.measures.values()])
    yield from _part("Options", [_option(item, settled) for item in one.options.values()])
    yield from _part("Notes", list(map(Text, sentences(one.notes))))
    yield from _part("Related", [Text(", ".join(one.related))] if one.related else [])
    yield from _part("Sources", [Text(source) for source in one.sources])
    yield Text()
    yield Text(f"{one.origin}: {one.file}", style="dim")
    if one.origin == BUILT_IN:
        yield Text(f"worked example, and what it is confused with: docs/kpis/{one.name}.md", style="dim")


def _measure(measure: Measure) -> RenderableType:
    from accountlens.engine.explain import sentence

    said = sentence(measure).replace("; first", "\nfirst")
    return Group(Text(measure.name, style="cyan"), Padding(Text(said), (0, 0, 0, 2), expand=False))


def _option(option: Option, settled: Kpi) -> Text:
    """`basis = count  or value`, `threshold = 10`: what is in force, then what else there is."""
    now = settled.options.get(option.name)
    others = [write_value(value) for value in option.values if value != now]
    value = "not set" if now is None else write_value(now)
    also = f"  or {', '.join(others)}" if others else ""
    if option.between:
        also = "  between {} and {}".format(*option.between)
    return Text.assemble(f"{option.name} = {value}", (also, "dim"))


def sentences(notes: str) -> list[str]:
    """Lines that break within a sentence are put together again; lines that end with one stay."""
    joined: list[str] = []
    for line in notes.strip().splitlines():
        if joined and joined[-1] and joined[-1][-1] not in ".!?:":
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line.strip())
    return joined


def _part(title: str, lines: Sequence[RenderableType]) -> Iterator[RenderableType]:
    if lines:
        yield Text(f"\n{title}", style="bold")
        yield Padding(Group(*lines), (0, 0, 0, 2), expand=False)
