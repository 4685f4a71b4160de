"""How a definition reads as text: formulas, measures, names of columns and of other KPIs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from accountlens.catalog.catalog import Catalog
from accountlens.engine.explain import sentence
from accountlens.language import formula as f
from accountlens.language.asked import write_value
from accountlens.language.kpi import Kpi
from accountlens.language.measures import Measure
from accountlens.surfaces.cli.catalog import sentences

HERE = Path(__file__).parent
SIGNS = {" / ": " ÷ ", " * ": " × ", " - ": " − ", "<=": "≤", ">=": "≥", "<>": "≠"}
CODE = re.compile(r"(`[^`]*`)")
LONG = 160  # signs of SQL from which a page points to the definition instead
GUARDS = {re.compile(r" [+-] 1e-\d+"): "", re.compile(r"\b(\d+)e0\b"): r"\1"}  # against rounding; doubles
# What is typed or is a name of a column, KPI or measure: --by tier, method=movements, opening_mrr.
TYPED = re.compile(
    r"(\{[^{}]*\}"  # {meeting: 20}
    r"|(?<![\w.])(?:--[a-z-]+(?: (?:[a-z]+_[a-z_]+|method|tier|survey|channel)\b)?"  # --by tier
    r"|[a-z_]+=[\w.]+(?<!\.)|[a-z]+(?:_[a-z0-9]+)+)(?!\w))"  # method=movements, opening_mrr
)


@cache
def data(name: str) -> Any:
    """A YAML file beside this one."""
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Stage:
    """The first of two stages of a measure, as text."""

    key: str
    each: Mapping[str, str]
    keep: str


def pretty(node: f.Node, word: Callable[[f.Name], str] = lambda name: name.name) -> str:
    """The formula with the signs of arithmetic, options by their names: `won ÷ (won + lost)`."""
    text = f.show(f.replace(node, _plain_option), word)
    for typed, sign in SIGNS.items():
        text = text.replace(typed, sign)
    return text


def _plain_option(node: f.Node) -> f.Node | None:
    return f.Name(node.name) if isinstance(node, f.OptionRef) else None


def denominator(node: f.Node) -> f.Node | None:
    """What the whole formula is divided by, where it is a ratio, also one times a number."""
    match node:
        case f.Binary("/", _, right):
            return right
        case f.Binary("*", left, right):
            return denominator(right) if isinstance(left, f.Number) else None
    return None


def functions(node: f.Node) -> list[str]:
    own = [node.function] if isinstance(node, f.Call) else []
    return list(dict.fromkeys(own + [name for child in f.children(node) for name in functions(child)]))


def told(measure: Measure, kpi: Kpi) -> str:
    """A measure as `explain` says it, with its expressions as code, without its first stage."""
    text = sentence(replace(measure, expression="IT", where=None, per=None, shift=None))
    text = text.replace(f" in {measure.fact}, ", f" in `{measure.fact}`, ", 1).replace(", with ", " with ", 1)
    for column in (value for value in vars(measure.time).values() if isinstance(value, str)):
        text = re.sub(rf"(with |\(| to ){re.escape(column)}\b", r"\1`" + column + "`", text, count=1)
    text = text.replace("sum of IT", "number of IT") if measure.expression == "1" else text
    text = text.replace(" IT ", f" {_counted(measure, kpi) or code(measure.expression, kpi)} ", 1)
    if measure.where:
        text += f", where {code(measure.where, kpi)}"
    if measure.shift:
        text += {"previous": ", in the period before", "previous_year": ", a year before"}[measure.shift]
    return text


def _counted(measure: Measure, kpi: Kpi) -> str:
    """What a count counts: rows, or what the first stage keeps, all or those that meet a condition."""
    condition = re.fullmatch(r"CASE WHEN (.*) THEN 1 END", measure.expression, re.DOTALL)
    if not (condition or measure.expression in ("rows", "1")):
        return ""
    things = _plural(measure.per.key) if measure.per else "rows"
    return f"{things} with {code(condition[1], kpi)}" if condition else things


def _plural(key: str) -> str:
    return {
        "account_id": "accounts", "payer_id": "paying accounts", "contact_id": "people", "person_id": "people",
        "opportunity_id": "opportunities", "survey": "surveys", "touch_number": "touch numbers",
    }.get(key, f"kept `{key}`")  # fmt: skip


def stage(measure: Measure, kpi: Kpi) -> Stage | None:
    """The first stage of a two-stage measure: what is computed for each key, and which keys stay."""
    if measure.per is None:
        return None
    each = {name: code(sql, kpi) for name, sql in measure.per.each.items()}
    key = f"duration `{measure.per.lasted}`" if measure.per.lasted else f"`{measure.per.key}`"
    return Stage(bound(key, kpi), each, code(measure.per.keep, kpi) if measure.per.keep else "")


def code(sql: str, kpi: Kpi) -> str:
    text = bound(" ".join(sql.split()), kpi)
    for pattern, plain in GUARDS.items():
        text = pattern.sub(plain, text)
    return f"`{text}`" if len(text) <= LONG else "an expression that stands in the [definition](#sources)"


def bound(text: str, kpi: Kpi) -> str:
    """Short option values in place of `$name`; lists and tables stay as names, being long."""

    def value(match: re.Match[str]) -> str:
        found = kpi.options.get(match[1], match[1])
        return match[1] if isinstance(found, list | dict | tuple) or found is None else write_value(found)

    return re.sub(r"\$([a-z_]+)", value, text)


def prose(text: str, catalog: Catalog, here: str = "") -> str:
    """Text of a definition as Markdown: what is typed as code, names of KPIs as links."""
    parts = CODE.split(" ".join(text.split()))
    marked = [part if part.startswith("`") else TYPED.sub(r"`\1`", _escaped(part)) for part in parts]
    return CODE.sub(lambda match: _linked(match[1], catalog, here), "".join(marked))


def paragraphs(notes: str) -> list[str]:
    """The notes as paragraphs: a line that ends with a sentence ends one, a colon does not."""
    joined: list[str] = []
    for line in sentences(notes):
        if joined and joined[-1].endswith(":"):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _escaped(text: str) -> str:
    return re.sub(r"([<>*|])", r"\\\1", text)


def _linked(marked: str, catalog: Catalog, here: str) -> str:
    name = marked.strip("`")
    return link(name, marked) if name in catalog.kpis and name != here else marked


def link(name: str, text: str) -> str:
    return f"[{text}]({name}.md)"


def named(name: str, catalog: Catalog) -> str:
    """A KPI by its label, as a link."""
    return link(name, catalog.kpis[name].label)


def listed(names: list[str], catalog: Catalog) -> str:
    return ", ".join(named(name, catalog) for name in names)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") if "\\|" not in cell else cell for cell in line) + " |"
        for line in lines
    )
