"""A digest of some KPIs: each with its value, its change, and whether that is more than noise."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from accountlens.delivery.making import Occasion
from accountlens.delivery.page import QUIET, page
from accountlens.delivery.parcel import Attachment, Parcel
from accountlens.language import numbers
from accountlens.language.asked import split_apart
from accountlens.language.calendar import Clock
from accountlens.workspace.asking import Asking

ABOUT = "a digest of some KPIs, with the change since the period before"
PERSONAL = False
KPIS = {"format": "kpis"}  # chosen from the catalog
FLAGS = {"small_sample": "few cases", "partial_period": "not over yet", "suppressed": "kept back: under five"}


def _apart(given: Any) -> Any:
    return [part.strip() for part in split_apart(given, ",")] if isinstance(given, str) else given


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kpis: Annotated[
        list[str], BeforeValidator(_apart), Field(min_length=1, max_length=40, title="KPIs", json_schema_extra=KPIS)
    ]
    period: str = Field("last-month", title="Period", description="last-month, last-quarter, this-year, 2026-Q3 …")
    where: str | None = Field(None, title="Only where", description="A condition, as tier in ('A', 'B').")
    scope: str = Field("all", title="Scope", description="all, target, control, or a list.")


@dataclass(frozen=True)
class Line:
    """One KPI as it is read; an empty text where there is nothing to say."""

    label: str
    value: str
    before: str
    change: str
    remarks: str


def check(workspace: Asking, options: Options) -> None:
    """Ask it once: unknown KPIs, filters and periods are told now, not at night."""
    _asked(workspace, options)


def make(occasion: Occasion, options: Options) -> Parcel | None:
    answer = _asked(occasion.workspace, options)
    rows = answer.rows()
    labels = {one.name: one.label for one in answer.kpis}
    lines = [_line(row, labels, answer.currency) for row in rows]
    about = f"{_period(rows)}, beside the period before it"
    foot = [f"Of {occasion.audience}.", f"Data as of {moment(answer.as_of, occasion)}; snapshot {answer.snapshot}."]
    foot += list(answer.notes)
    file = io.StringIO()
    answer.to_csv(file)
    return Parcel(
        f"{occasion.name}: {_period(rows)}",
        _text(about, lines, foot),
        _page(occasion.name, about, lines, foot),
        (Attachment("kpis.csv", "text/csv", file.getvalue().encode()),),
    )


def _asked(workspace: Asking, options: Options) -> Any:
    return workspace.ask(
        *options.kpis, period=options.period, where=options.where, scope=options.scope, compare="previous"
    )


def _line(row: dict[str, Any], labels: dict[str, str], currency: str) -> Line:
    unit, beside = row["unit"], row["compare"]["previous"]
    value, before = numbers.known(row["value"]), numbers.known(beside["value"])
    change = numbers.change(value, before, beside["change"], unit)
    remarks = [words for flag, words in FLAGS.items() if flag in row["flags"]]
    if change not in ("", "=") and _within(before, row["lower"], row["upper"]):
        remarks.append("the change may be chance")
    now, then = (numbers.show(one, unit, currency) for one in (value, before))
    return Line(labels.get(row["kpi"], row["kpi"]), now, then, change, ", ".join(remarks))


def _within(before: float | None, lower: Any, upper: Any) -> bool:
    """Whether the value of before lies in today's interval, so that the change is not told from noise."""
    low, high = numbers.known(lower), numbers.known(upper)
    return None not in (before, low, high) and low <= before <= high  # type: ignore[operator]


def _period(rows: list[dict[str, Any]]) -> str:
    """`2026-07-01 to 2026-09-30`: its first day and its last one."""
    first, after = (date.fromisoformat(str(rows[0][key])) for key in ("period_start", "period_end"))
    return f"{first} to {after - timedelta(days=1)}"


def moment(instant: datetime, occasion: Occasion) -> str:
    zone = occasion.workspace.house.time_zone
    return f"{Clock(ZoneInfo(zone), instant).local(instant):%Y-%m-%d %H:%M} ({zone})"


def _text(about: str, lines: list[Line], foot: list[str]) -> str:
    told = [f"{one.label}: {one.value}{_more(one)}" for one in lines]
    return "\n".join([f"{about}:", "", *told, "", *foot, ""])


def _more(line: Line) -> str:
    more = [f"{line.change} from {line.before}" if line.change not in ("", "=") else "", line.remarks]
    told = "; ".join(filter(None, more))
    return f" ({told})" if told else ""


_LEFT = "text-align:left;padding:.45em .8em .45em 0;border-bottom:1px solid #d0d0d0;vertical-align:top"
_RIGHT = _LEFT.replace("left", "right") + ";white-space:nowrap"


def _page(title: str, about: str, lines: list[Line], foot: list[str]) -> str:
    head = "".join(f'<th scope="col" style="{look}">{escape(name)}</th>' for name, look in _columns())
    body = "".join(_row(one) for one in lines)
    table = f'<table style="border-collapse:collapse;width:100%"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
    return page(title, f"<p>{escape(about)}</p>{table}</table>", foot)


def _columns() -> list[tuple[str, str]]:
    return [("KPI", _LEFT), ("Value", _RIGHT), ("Before", _RIGHT), ("Change", _RIGHT)]


def _row(line: Line) -> str:
    note = f'<br><span style="{QUIET}">{escape(line.remarks)}</span>' if line.remarks else ""
    cells = [(line.value, _RIGHT), (line.before, _RIGHT), (line.change, _RIGHT)]
    shown = "".join(f'<td style="{look}">{escape(text)}</td>' for text, look in cells)
    return f'<tr><th scope="row" style="{_LEFT};font-weight:normal">{escape(line.label)}{note}</th>{shown}</tr>'
