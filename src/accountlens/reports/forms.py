"""The forms a review is given in, by the ending of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from accountlens.errors import AccountlensError, suggest
from accountlens.reports.content import Report


@dataclass(frozen=True)
class Form:
    media: str
    make: Callable[[Report], bytes]


def _html(report: Report) -> bytes:
    from accountlens.reports.html import to_html

    return to_html(report).encode()


def _markdown(report: Report) -> bytes:
    from accountlens.reports.markdown import to_markdown

    return to_markdown(report).encode()


def _excel(report: Report) -> bytes:
    from accountlens.reports.excel import to_excel

    return to_excel(report)


def _pdf(report: Report) -> bytes:
    from accountlens.reports.pdf import to_pdf

    return to_pdf(report)


FORMS: Mapping[str, Form] = {
    "html": Form("text/html; charset=utf-8", _html),
    "pdf": Form("application/pdf", _pdf),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _excel),
    "md": Form("text/markdown; charset=utf-8", _markdown),
}


def form(word: str) -> Form:
    """By its ending, without the dot."""
    if word not in FORMS:
        listed = ", ".join(FORMS)
        raise AccountlensError(
            f"A review is not made as '{word}'.", mend=f"{suggest(word, FORMS)} Forms: {listed}.".strip()
        )
    return FORMS[word]


def write(report: Report, file: Path) -> None:
    """In the form that the file's name ends in."""
    content = form(file.suffix.removeprefix(".").lower()).make(report)
    file.write_bytes(content)


def file_name(report: Report, ending: str) -> str:
    """`monthly-review-2026-09-company.pdf`."""
    words = f"{report.title}-{report.period}-{report.whom if report.subject else report.audience}".lower()
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in words)
    return f"{'-'.join(part for part in plain.split('-') if part)}.{ending}"
