"""The same review in every form: each number is the one that `ask` gives, text is never taken for markup."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.workspaces import saying

from accountlens.reports import cells, forms
from accountlens.reports.build import build
from accountlens.reports.content import Report, from_plain, to_plain
from accountlens.reports.html import to_html
from accountlens.reports.pdf import to_png
from accountlens.workspace import Workspace

PACKS = [
    ("weekly", "company"),
    ("monthly", "company"),
    ("quarterly", "owner:Bob"),
    ("annual", "team:North"),
    ("annual", "account:A1"),
]


@pytest.fixture(scope="module")
def monthly(known: Workspace) -> Report:
    return build(known, "monthly")


class Cells(HTMLParser):
    """The texts of all cells of tables, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("td", "th") or (self.inside and tag in ("span", "br", "strong"))
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += f" {data.strip()}"


def asked(workspace: Workspace, report: Report) -> list[Any]:
    """The rows of all figures, asked together: that this equals asking alone is a law of the engine."""
    kpis = [one.asked.kpi for one in report.figures]
    return workspace.ask(*kpis, period=report.period, compare=["previous", "year-ago"]).rows()


def marks(name: str, label: str) -> bool:
    """Whether a cell holds that label, and behind it nothing but marks."""
    rest = name.removeprefix(label).strip()
    return not rest or all(part in cells.FLAGS.values() for part in rest.split(", "))


def test_every_figure_of_html_and_markdown_is_the_one_that_ask_gives(known: Workspace, monthly: Report) -> None:
    page = Cells()
    page.feed(to_html(monthly))
    rows = {row[0].split("  ")[0].strip(): row for row in page.rows if len(row) >= 4}
    lines = {line.split("|")[1].partition("(")[0].strip(): line for line in forms.FORMS["md"].make(monthly).decode().splitlines()
             if line.startswith("| ") and "**" in line}  # fmt: skip
    assert len(monthly.figures) > 30
    for one, row in zip(monthly.figures, asked(known, monthly), strict=True):
        assert (one.value, one.before) == (row["value"], row["compare"]["previous"]["value"]), one.asked.kpi
        assert (one.lower, one.upper, one.n) == (row["lower"], row["upper"], row["n"])
        assert one.year_ago in (row["compare"]["year-ago"]["value"], None)
        assert one.year_ago is not None or not row["compare"]["year-ago"]["value"], "None where records begin later"
        shown = cells.show(row["value"], row["unit"], "EUR")
        html = next(cell for name, cell in rows.items() if name.startswith(one.label) and marks(name, one.label))
        assert shown in html[1], one.label
        assert shown in lines[one.label], one.label


def test_excel_holds_the_very_numbers_with_the_formats_of_their_units(known: Workspace, monthly: Report) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(forms.FORMS["xlsx"].make(monthly)))
    assert book.sheet_names[0] == "Summary"
    assert {"Sales", "Recurring revenue", "Definitions"} <= set(book.sheet_names)
    values = {row["kpi"]: row["value"] for row in asked(known, monthly)}
    seen = 0
    for part in monthly.sections:
        lines = book.get_sheet_by_name(part.title[:31]).to_python()
        for one, line in zip(part.figures, lines[1:], strict=False):
            value = values[one.asked.kpi]
            assert line[0] == one.label
            assert line[1] == ("" if value is None else pytest.approx(value, rel=1e-14)), one.label
            assert line[6] == ("" if one.before is None else pytest.approx(one.before, rel=1e-14))
            seen += isinstance(line[1], float)
    assert seen > 15
    content = forms.FORMS["xlsx"].make(monthly)
    assert formats_of(content) >= {"0.0%", '#,##0.00" EUR"', '+#,##0.00" EUR";-#,##0.00" EUR";#,##0.00" EUR"'}


def formats_of(content: bytes) -> set[str]:
    import zipfile
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        tree = ElementTree.fromstring(parts.read("xl/styles.xml"))
        built_in = {"10": "0.00%", "3": "#,##0"}
        told = {one.get("formatCode", "") for one in tree.iter() if one.tag.endswith("numFmt")}
        texts = "".join(
            parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")
        )
    assert "<f>" not in texts, "a text was taken for a formula"
    assert 'state="frozen"' in texts
    return told | set(built_in.values())


@pytest.mark.parametrize(("cadence", "audience"), PACKS)
def test_html_needs_nothing_from_elsewhere_and_runs_nothing(cadence: Any, audience: str, known: Workspace) -> None:
    report = build(known, cadence, audience)
    text = to_html(report)
    page = Cells()
    page.feed(text)
    assert page.tags.isdisjoint({"script", "link", "iframe", "object", "form", "video", "b"})
    assert all(address.startswith("data:image/svg+xml;base64,") for address in page.addresses)
    assert not re.search(r"url\(|@import|\son[a-z]+=", text)
    assert len(re.findall(r"<img [^>]*alt=\"[^\"]+\"", text)) == len(page.addresses)
    assert "@media print" in text
    for ending in ("pdf", "xlsx", "md"):
        assert forms.FORMS[ending].make(report)


def test_names_that_look_like_markup_are_text_in_every_form(monthly: Report) -> None:
    assert "=Acme|<b>" not in to_html(monthly)
    assert "=Acme|&lt;b&gt;" in to_html(monthly)
    text = forms.FORMS["md"].make(monthly).decode()
    assert "=Acme\\|\\<b\\>" in text
    assert "Acme|<b>" not in text
    book = CalamineWorkbook.from_filelike(io.BytesIO(forms.FORMS["xlsx"].make(monthly)))
    flat = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert "=Acme|<b>" in flat


def test_a_pdf_has_pages_and_a_chart_is_a_picture(monthly: Report) -> None:
    content = forms.FORMS["pdf"].make(monthly)
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type/Page/") >= 2 or b"/Count" in content
    chart = next(chart for part in monthly.sections for chart in part.charts)
    assert to_png(chart, "EUR").startswith(b"\x89PNG")


def test_a_review_comes_back_from_its_plain_form_as_it_was(monthly: Report) -> None:
    import json

    again = from_plain(json.loads(json.dumps(to_plain(monthly))))
    assert to_plain(again) == to_plain(monthly)
    assert to_html(again) == to_html(monthly)


def test_the_command_writes_every_form_and_refuses_others_before_it_asks(
    known: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say = saying(known.folder, capsys)
    for ending, begins in (("html", b"<!DOCTYPE"), ("pdf", b"%PDF"), ("xlsx", b"PK"), ("md", b"# ")):
        file = tmp_path / f"review.{ending}"
        code, out, err = say("report", "monthly", "--for", "owner:Ann", "--out", str(file))
        assert (code, out) == (0, "")
        assert "written to" in err
        assert file.read_bytes().startswith(begins)
    code, out, _ = say("report", "monthly", "--period", "2026-08")
    assert (code, out[:32]) == (0, "# Monthly review: August 2026\n\nK")
    code, _, err = say("report", "monthly", "--out", str(tmp_path / "review.doc"))
    assert code == 1
    assert "Forms: html, pdf, xlsx, md." in err
