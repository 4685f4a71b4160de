"""A worked example for a KPI: one question to the sample company, with the engine's own numbers in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docs.definitions.words import data, link, pretty, prose, table

from accountlens.catalog.catalog import Catalog
from accountlens.engine.answer import SMALL_SAMPLE
from accountlens.engine.explain import Explanation, MeasureTrace, RowSet
from accountlens.errors import AccountlensError
from accountlens.language import formula as f
from accountlens.language import numbers
from accountlens.language.asked import Asked
from accountlens.surfaces.cli.marks import words as flag_words
from accountlens.surfaces.cli.records import show_value
from accountlens.workspace import Workspace

Question = Mapping[str, Any]
ROWS = 3  # rows shown of those that count


def worked(name: str, workspace: Workspace) -> str:
    """The example of one KPI: the first of the usual questions that the sample company can answer."""
    question, found = _answered(name, workspace)
    if found is None:
        return "The sample company has nothing to compute this KPI from.\n"
    body = found.definition.body(found.options)
    taken = {part: item.kpi for part, item in body.measures.items() if item.kpi}
    inner = {part: _inner(kpi, found, question, workspace) for part, kpi in taken.items()}
    parts = [
        _asked(name, question),
        _worked_out(body.formula, found, inner),
        _said(found, question),
        _rows_counted(found, taken, inner, workspace.catalog),
        *_sample(found, workspace.settings.time_zone),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _answered(name: str, workspace: Workspace) -> tuple[Question, Explanation | None]:
    """The first question with an answer other than 0; where none has one, the last that could be asked."""
    own = [question for question in data("words")["examples"] if name in question["for"]]
    last: tuple[Question, Explanation | None] = ({}, None)
    for question in (*own, *data("words")["usual"]):
        asked = {key: value for key, value in question.items() if key in ("period", "where", "scope")}
        try:
            found = workspace.explain(name + question.get("options", ""), **asked)
        except AccountlensError:
            continue
        last = question, found
        if found.row["value"]:
            break
    return last


def _asked(name: str, question: Question) -> str:
    kpi = name + question.get("options", "")
    words = [f"accountlens -C demo explain {kpi if kpi == name else chr(39) + kpi + chr(39)}"]
    words += [f"--{key} {_shell(question[key])}" for key in ("period", "where", "scope") if key in question]
    return (
        "From the [sample company](README.md#the-sample-company); every number below is the engine's:\n\n"
        f"```console\n$ {' '.join(words)}\n```"
    )


def _shell(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _worked_out(formula: str, found: Explanation, inner: Mapping[str, float | None]) -> str:
    """The formula as written, with its numbers, and what they come to."""
    tree = f.parse_formula(formula)
    figures = {**_period_words(found), **found.row["parts"], **inner}
    settled = f.replace(tree, lambda node: _option(node, found.options))
    value = numbers.show(found.row["value"], found.row["unit"], found.answer.currency)
    lines = [pretty(tree), f"= {pretty(settled, lambda word: _figure(figures.get(word.name)))}"]
    if f.children(tree):
        lines.append(f"= {_figure(found.row['value'])}")
    if found.row["value"] is not None and lines[-1] != f"= {value}":
        lines.append(f"→ {value}")
    return "```text\n" + "\n".join(lines) + "\n```"


def _option(node: f.Node, options: Mapping[str, Any]) -> f.Node | None:
    if not isinstance(node, f.OptionRef):
        return None
    value = options.get(node.name)
    return f.Number(float(value)) if isinstance(value, int | float) else f.Name("unknown")


def _inner(name: str, found: Explanation, question: Question, workspace: Workspace) -> float | None:
    """The value of a KPI that this one takes in whole, asked alike."""
    definition = workspace.catalog.kpis[name]
    usual = workspace.catalog.defaults(definition)
    own = {key: value for key, value in found.options.items() if key in usual and usual[key] != value}
    asked = {key: value for key, value in question.items() if key in ("period", "where", "scope")}
    value: float | None = workspace.ask(str(Asked(name, own)), **asked).rows()[0]["value"]
    return value


def _period_words(found: Explanation) -> dict[str, float]:
    piece = found.answer.plan.slices[0]
    return {
        "days": round((piece.as_of - piece.start).total_seconds() / 86400),
        "days_observed": (piece.horizon - piece.end).total_seconds() / 86400,
    }


def _figure(value: float | None) -> str:
    if value is None:
        return "unknown"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:,.4g}"


def _said(found: Explanation, question: Question) -> str:
    """The answer in a sentence, with its interval and its flags."""
    row = found.row
    value = numbers.show(row["value"], row["unit"], found.answer.currency)
    text = f"{question['said']}: **{'unknown' if row['value'] is None else value}**"
    if row["n"] is not None and row["n"] != row["value"]:
        text += f", from n = {numbers.show(row['n'], 'count')}"
    lines = [text + "."]
    if row["lower"] is not None and row["upper"] is not None:
        low, high = (numbers.show(row[key], row["unit"], found.answer.currency) for key in ("lower", "upper"))
        cases = f"With {numbers.count(row['n'], 'case')}" if row["n"] is not None else "With so many cases"
        lines.append(f"{cases}, anything between {low} and {high} is compatible with the data (95 % interval).")
    lines += [f"Marked `{flag}`: {_flag(flag)}." for flag in row["flags"] if flag not in ("total", "subtotal")]
    return " ".join(lines)


def _flag(flag: str) -> str:
    if flag == "small_sample":
        return f"fewer than {SMALL_SAMPLE} cases, so read it with care"
    return str(data("words")["flags"].get(flag) or flag_words(flag))


def _rows_counted(
    found: Explanation, taken: Mapping[str, str], inner: Mapping[str, float | None], catalog: Catalog
) -> str:
    """For every measure its value, the rows that count, and those that do not with the reason."""
    rows = [
        (f"`{name}`", _figure(inner[name]), f"those of {link(kpi, catalog.kpis[kpi].label)}", "")
        for name, kpi in taken.items()
    ]
    told: dict[tuple[Any, ...], str] = {}
    rows += [
        (f"`{trace.name}`", _figure(trace.value), _taken(trace), _out(trace, told, catalog))
        for trace in found.traces
        if "." not in trace.name
    ]
    return table(("measure", "value", "rows that count", "rows left out"), rows)


def _out(trace: MeasureTrace, told: dict[tuple[Any, ...], str], catalog: Catalog) -> str:
    """Why rows do not count; what holds for several measures is told of the first, by name in `told`."""
    own = [some for some in trace.excluded if some.reason.startswith("not: ")]
    shared = [some for some in trace.excluded if some not in own]
    parts = [_left_out(some, catalog) for some in own]
    if shared:
        first = told.setdefault(tuple((some.reason, some.count) for some in shared), trace.name)
        alike = [f"as for `{first}`"] if first != trace.name else [_left_out(some, catalog) for some in shared]
        parts = [*alike, *parts]
    return "; ".join(parts) or "none"


def _taken(trace: MeasureTrace) -> str:
    """How many rows count; of a two-stage measure also how many accounts, people… they are, and how many are kept."""
    if not trace.keys:
        return f"{trace.included.count:,}"
    kept = sum(some.count for some in trace.keys if some.reason.startswith("kept"))
    of = sum(some.count for some in trace.keys)
    found = f"{kept:,}" if kept == of else f"{kept:,} of {of:,} kept"
    return f"{trace.included.count:,}, by `{trace.keys[0].columns[0]}`: {found}"


def _left_out(some: RowSet, catalog: Catalog) -> str:
    reason, _, condition = some.reason.partition("not: ")
    if condition:
        short = " ".join(condition.split())
        return (
            f"{some.count:,} that do not meet `{short}`"
            if len(short) < 80
            else f"{some.count:,} that do not meet its condition"
        )
    if some.reason.startswith("left out by the question"):
        return f"{some.count:,} that the question leaves out"
    return f"{some.count:,} {prose(reason.partition(' (')[0], catalog)}"


def _sample(found: Explanation, zone: str) -> Iterator[str]:
    """A few of the rows that count, of the first measure that has some."""
    trace = next((one for one in found.traces if one.included.rows and "." not in one.name), None)
    if trace is None:
        return
    shown = _columns(trace.included)
    rows = [
        tuple(show_value(row[place], zone).replace("\n", " ")[:40] for place, _ in shown)
        for row in trace.included.rows[:ROWS]
    ]
    more = trace.included.count - len(rows)
    intro = f"The rows behind `{trace.name}`" + (
        f", the latest {len(rows)} of {trace.included.count:,}:" if more else ":"
    )
    yield intro + "\n\n" + table(tuple(f"`{name}`" for _, name in shown), rows)


def _columns(some: RowSet) -> Sequence[tuple[int, str]]:
    """The columns that say something: not those empty in every row shown."""
    return [
        (place, name)
        for place, name in enumerate(some.columns)
        if any(row[place] is not None for row in some.rows[:ROWS])
    ]
