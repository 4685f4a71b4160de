"""A review as one HTML file: pictures within it, no script, nothing from elsewhere; right in a mail and on paper."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from accountlens.reports import cells
from accountlens.reports.content import Chart, Report
from accountlens.reports.spans import day
from accountlens.reports.svg import draw

Picture = Callable[[Chart], str]  # where the picture of a chart is found


def to_html(report: Report, picture: Picture | None = None) -> str:
    """The whole page. `picture` tells the address of a chart's picture; else it is put within."""
    return _template().render(
        report=report,
        cells=cells,
        day=day,
        picture=picture or (lambda chart: embedded(chart, report.currency)),
        closing=list(cells.closing(report)),
    )


def embedded(chart: Chart, currency: str) -> str:
    """The picture itself, as an address."""
    return f"data:image/svg+xml;base64,{base64.b64encode(draw(chart, currency).encode()).decode()}"


@cache
def _template() -> Template:
    loader = PackageLoader("accountlens.reports", "templates")
    env = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return env.get_template("report.html.j2")
