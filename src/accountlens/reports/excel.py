"""A review as an Excel workbook: real numbers with the formats of their units, a sheet for each section."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from accountlens.reports import cells
from accountlens.reports.content import Cell, Chart, Column, Figure, Report, Section, Table

FORMATS = {
    "fraction": "0.0%",
    "count": "#,##0",
    "touches": "#,##0.0",
    "days": '#,##0.0" days"',
    "hours": '#,##0.0" h"',
    "minutes": '#,##0.0" min"',
    "months": '#,##0.0" months"',
    "points": "#,##0.0",
    "ratio": "#,##0.00",
    "number": "General",
}
LONGEST_NAME = 31  # of a sheet
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def to_excel(report: Report) -> bytes:
    """The workbook. Text is never taken for a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, SAFE) as book:
        book.set_properties({"title": report.name, "company": report.company, "created": report.made_at})
        pen = Pen(book, report)
        _summary(pen)
        for part in report.sections:
            _section(pen, part)
        _texts(
            pen,
            "Notes",
            ["Day", "About", "Note", "Author"],
            [(one.on, one.about, one.text, one.author) for one in report.notes],
        )
        _texts(pen, "What cannot be told", ["What, and what it needs"], [(text,) for text in report.left_out])
        _texts(pen, "Definitions", ["KPI", "Question", "Formula", "Unit"],
               [(one.label, one.asks, one.formula, one.unit) for one in report.definitions])  # fmt: skip
    return content.getvalue()


@dataclass
class Pen:
    """Writes cells by unit into a workbook; formats and names of sheets are made once."""

    book: Any
    report: Report
    formats: dict[str, Any] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def style(self, **wanted: Any) -> Any:
        key = repr(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"valign": "top", **wanted})
        return self.formats[key]

    def unit(self, unit: str) -> Any:
        """The format of a unit; a change shows its sign."""
        change, unit = unit.startswith("change:"), unit.removeprefix("change:")
        money = f'#,##0.00" {self.report.currency}"' if unit == "money" else f'#,##0.00" {self.report.currency}/day"'
        shown = money if unit.startswith("money") else FORMATS.get(unit, "General")
        return self.style(num_format=f"+{shown};-{shown};{shown}" if change and shown != "General" else shown)

    def sheet(self, title: str) -> Any:
        name = re.sub(r"[\[\]:*?/\\']", " ", title)[:LONGEST_NAME].strip() or "Sheet"
        number = 1
        while name.lower() in self.names:
            number += 1
            name = f"{name[: LONGEST_NAME - 3]} {number}"
        self.names.add(name.lower())
        made = self.book.add_worksheet(name)
        made.set_landscape()
        made.fit_to_pages(1, 0)
        return made

    def header(self, sheet: Any, row: int, names: Sequence[str]) -> None:
        style = self.style(bold=True, bottom=2, text_wrap=True)
        for place, name in enumerate(names):
            sheet.write_string(row, place, name, style)

    def put(self, sheet: Any, row: int, column: int, value: Cell, unit: str) -> None:
        """Unknown stays empty; it is not zero."""
        if value is None:
            sheet.write_blank(row, column, None, self.unit(unit) if unit != "text" else self.style())
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self.style(text_wrap=True))
        else:
            sheet.write_number(row, column, value, self.unit(unit))


def _summary(pen: Pen) -> None:
    report, sheet = pen.report, pen.sheet("Summary")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, report.title, pen.style(bold=True, font_size=16))
    told = [
        ("Company", report.company),
        ("About", report.whom),
        ("Period", report.period_name),
        ("Beside", report.before_name),
    ]
    for row, (name, text) in enumerate(told, 1):
        sheet.write_string(row, 0, name, pen.style(bold=True))
        sheet.write_string(row, 1, text, pen.style())
    days = pen.style(num_format="yyyy-mm-dd", align="left")
    for row, (name, day) in enumerate((("First day", report.start), ("First day after", report.end)), 5):
        sheet.write_string(row, 0, name, pen.style(bold=True))
        sheet.write_datetime(row, 1, day, days)
    row = 8
    for text in (*report.headline, *cells.closing(report)):
        sheet.write_string(row, 1, text, pen.style(text_wrap=True))
        row += 1


FIGURES = ("KPI", "Value", "Unit", "Lower", "Upper", "n", "Before", "Change", "Change, lower", "Change, upper",
           "More than noise", "A year ago", "Change on a year ago", "Target", "Change on target", "Marks")  # fmt: skip


def _section(pen: Pen, part: Section) -> None:
    sheet = pen.sheet(part.title)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, len(FIGURES), 15)
    row = 0
    if part.figures:
        pen.header(sheet, 0, FIGURES)
        sheet.freeze_panes(1, 1)
        for row, figure in enumerate(part.figures, 1):
            for place, (value, unit) in enumerate(_figure(figure)):
                pen.put(sheet, row, place, value, unit)
        row += 2
    for text in part.sentences:
        sheet.merge_range(row, 0, row, 9, "", pen.style(text_wrap=True))
        sheet.write_string(row, 0, text, pen.style(text_wrap=True))
        sheet.set_row(row, 15 * (len(text) // 130 + 1))
        row += 1
    for table in part.tables:
        row = _table(pen, sheet, row + 1, table)
    for chart in part.charts:
        row = _chart(pen, sheet, row + 1, chart)


def _figure(one: Figure) -> Iterator[tuple[Cell, str]]:
    unit, change = one.unit, f"change:{one.unit}"
    yield from (
        (one.label, "text"),
        (one.value, unit),
        (unit, "text"),
        (one.lower, unit),
        (one.upper, unit),
        (one.n, "count"),
    )
    yield from ((one.before, unit), (one.change, change), (one.change_lower, change), (one.change_upper, change))
    yield from ((cells.VERDICTS[one.verdict], "text"), (one.year_ago, unit), (one.year_change, change))
    yield from ((one.goal.value, unit), (one.goal.change, change)) if one.goal else ((None, unit), (None, unit))
    yield cells.row(one, "").marks, "text"


def _table(pen: Pen, sheet: Any, row: int, table: Table) -> int:
    """The first row after it."""
    sheet.write_string(row, 0, table.title, pen.style(bold=True))
    pen.header(sheet, row + 1, [column.label for column in table.columns])
    for number, line in enumerate(table.rows, row + 2):
        for place, (value, column) in enumerate(zip(line, table.columns, strict=True)):
            pen.put(sheet, number, place, value, column.unit)
    end = row + 2 + len(table.rows)
    if table.note:
        sheet.write_string(end, 0, table.note, pen.style(italic=True))
    return end + 1


def _chart(pen: Pen, sheet: Any, row: int, chart: Chart) -> int:
    """The figures of a chart, and it drawn from them."""
    bounds = chart.kind == "line" and len(chart.lower) == len(chart.values)
    columns = [Column("Period" if chart.kind == "line" else "Group", "text"), Column(chart.title, chart.unit)]
    columns += [Column("Lower", chart.unit), Column("Upper", chart.unit)] if bounds else []
    parts = [chart.names, chart.values, *([chart.lower, chart.upper] if bounds else [])]
    end = _table(pen, sheet, row, Table(chart.title, columns, [list(line) for line in zip(*parts, strict=True)]))
    drawn = pen.book.add_chart({"type": "line" if chart.kind == "line" else "bar"})
    first, last = row + 2, row + 1 + len(chart.values)
    for column in range(1, len(columns)):
        drawn.add_series({
            "name": [sheet.get_name(), row + 1, column],
            "categories": [sheet.get_name(), first, 0, last, 0],
            "values": [sheet.get_name(), first, column, last, column],
            "line": {"width": 2.25 if column == 1 else 0.75, "color": "#1d4ed8" if column == 1 else "#9db4ee"},
            "fill": {"color": "#1d4ed8"},
        })  # fmt: skip
    drawn.set_legend({"none": True})
    drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
    if chart.kind == "bars":
        drawn.set_y_axis({"reverse": True})
    drawn.set_size({"width": 480, "height": 240})
    sheet.insert_chart(row, len(columns) + 1, drawn, {"description": chart.label})
    return max(end, row + 13)


def _texts(pen: Pen, title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    sheet = pen.sheet(title)
    sheet.set_column(0, 1, 28)
    sheet.set_column(2, 2, 70)
    pen.header(sheet, 0, names)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(rows, 1):
        for place, value in enumerate(line):
            if isinstance(value, str):
                sheet.write_string(number, place, value, pen.style(text_wrap=True))
            else:
                sheet.write_datetime(number, place, value, pen.style(num_format="yyyy-mm-dd", align="left"))
