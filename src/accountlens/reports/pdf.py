"""A review as a PDF, set by Typst: one wheel, no library or font of the system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from accountlens.reports import cells
from accountlens.reports.content import Chart, Report, Section, Table
from accountlens.reports.spans import day
from accountlens.reports.svg import draw

TEMPLATE = Path(__file__).with_name("templates") / "report.typ"
PICTURE = """\
#set page(width: auto, height: auto, margin: 4pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 340pt)
"""


def to_pdf(report: Report) -> bytes:
    """The document. All text is handed over as data: none of it can be taken for markup."""
    import typst

    made: bytes = typst.compile(_template(), sys_inputs={"data": json.dumps(told(report))}, format="pdf")
    return made


def to_png(chart: Chart, currency: str) -> bytes:
    """A chart as pixels, for mails that show no SVG."""
    import typst

    made: bytes = typst.compile(PICTURE.encode(), sys_inputs={"svg": draw(chart, currency)}, format="png", ppi=144)
    return made


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def told(report: Report) -> dict[str, Any]:
    """All that the template sets, as texts."""
    return {
        "name": report.name,
        "company": report.company,
        "title": f"{report.title}: {report.period_name}",
        "about": f"{report.whom[:1].upper()}{report.whom[1:]}, set beside {report.before_name}.",
        "running": "The period still runs." if report.partial else "",
        "sight": report.sight,
        "now": report.period_name,
        "before": report.before_name,
        "cards": [asdict(one) for one in cells.rows(report.cards, report.currency)],
        "headline": list(report.headline),
        "sections": [_section(part, report) for part in report.sections],
        "notes": [
            {"head": f"{day(one.on)}, {one.about}.", "text": one.text, "author": one.author} for one in report.notes
        ],
        "left_out": list(report.left_out),
        "definitions": [
            {"label": one.label, "asks": one.asks, "formula": one.formula if report.internal else ""}
            for one in report.definitions
        ],
        "closing": " ".join(cells.closing(report)),
        "made": [report.made_at.year, report.made_at.month, report.made_at.day],
    }


def _section(part: Section, report: Report) -> Mapping[str, Any]:
    return {
        "title": part.title,
        "sentences": list(part.sentences),
        "rows": [asdict(one) for one in cells.rows(part.figures, report.currency)],
        "heads": asdict(cells.heads(part.figures, report)),
        "charts": [{"title": one.title, "svg": draw(one, report.currency), "label": one.label} for one in part.charts],
        "tables": [_table(one, report) for one in part.tables],
    }


def _table(table: Table, report: Report) -> Mapping[str, Any]:
    rows: Sequence[Sequence[str]] = [
        [cells.cell(value, column, report.currency) for value, column in zip(line, table.columns, strict=True)]
        for line in table.rows
    ]
    columns = [{"label": column.label, "left": column.unit == "text"} for column in table.columns]
    return {"title": table.title, "columns": columns, "rows": rows, "note": table.note}
