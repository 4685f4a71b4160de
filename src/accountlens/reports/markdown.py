"""A review as Markdown, to be read as it is, or put into a wiki or a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from accountlens.reports import cells
from accountlens.reports.content import Figure, Report, Section, Table
from accountlens.reports.spans import day

SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def to_markdown(report: Report) -> str:
    """The whole review; charts are told by what they show."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {plain(report.title)}: {plain(report.period_name)}"
    yield ""
    about = f"{plain(report.company)} — {plain(report.whom)}, set beside {report.before_name}."
    yield f"{about} **The period still runs.**" if report.partial else about
    yield from ["", f"*{plain(report.sight)}*"] if report.sight else []
    yield from ["", "## In short"]
    for text in report.headline:
        yield from ["", plain(text)]
    for part in report.sections:
        yield from _section(part, report)
    if report.notes:
        yield from ["", "## Notes", ""]
        yield from (
            f"- **{day(one.on)}, {plain(one.about)}.** {plain(one.text)} {plain(one.author)}".rstrip()
            for one in report.notes
        )
    if report.left_out:
        yield from ["", "## What cannot be told", ""]
        yield from (f"- {plain(text)}" for text in report.left_out)
    yield from ["", "## What the figures mean", ""]
    yield from (f"- **{plain(one.label)}**: {plain(one.asks)}" for one in report.definitions)
    yield from ["", "---", "", " ".join(map(plain, cells.closing(report)))]


def _section(part: Section, report: Report) -> Iterator[str]:
    yield from ["", f"## {plain(part.title)}"]
    for text in part.sentences:
        yield from ["", plain(text)]
    if part.figures:
        yield ""
        yield from _figures(part.figures, report)
    for chart in part.charts:
        yield from ["", f"*{plain(chart.label)}*"] if chart.kind == "line" else []
    for table in part.tables:
        yield from ["", f"### {plain(table.title)}", ""]
        yield from _table(table, report)


def _figures(figures: Sequence[Figure], report: Report) -> Iterator[str]:
    heads = cells.heads(figures, report)
    names = ["KPI", report.period_name, "Interval", report.before_name, "Change", "More than noise"]
    names += ["On a year ago"] if heads.year else []
    names += ["Target"] if heads.goal else []
    yield from _header(names, 1)
    for row in cells.rows(figures, report.currency):
        label = f"{row.label} ({row.marks})" if row.marks else row.label
        shown = [label, f"**{row.value}**", row.interval, row.before, row.change, row.verdict]
        shown += [row.year_change] if heads.year else []
        shown += [f"{row.goal} ({row.goal_change})" if row.goal else ""] if heads.goal else []
        yield _row([shown[0], *shown[1:]], bold=1)


def _table(table: Table, report: Report) -> Iterator[str]:
    texts = sum(column.unit == "text" for column in table.columns)
    yield from _header([column.label for column in table.columns], max(texts, 1) if texts == len(table.columns) else 1)
    for line in table.rows:
        yield _row(
            [cells.cell(value, column, report.currency) for value, column in zip(line, table.columns, strict=True)]
        )
    yield from ["", f"*{plain(table.note)}*"] if table.note else []


def _header(names: Sequence[str], left: int) -> Iterator[str]:
    yield _row(names)
    yield "|" + "|".join(" --- " if place < left else " ---: " for place in range(len(names))) + "|"


def _row(texts: Iterable[str], bold: int | None = None) -> str:
    shown = [text if place == bold else plain(text) for place, text in enumerate(texts)]
    return "| " + " | ".join(shown) + " |"


def plain(text: str) -> str:
    """Text in which nothing is markup, on one line."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
