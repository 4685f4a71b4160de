"""`accountlens check`: everything wrong with a workspace, each with its place and how to mend it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from accountlens.errors import AccountlensError, Problem, ProblemsError
from accountlens.language import numbers
from accountlens.surfaces.cli import messages
from accountlens.surfaces.cli.sheet import Column, Sheet, draw, texts

if TYPE_CHECKING:
    from accountlens.quality import SourceFreshness


def check(folder: Path, as_json: bool) -> int:
    """Print the findings; 1 if there is an error among them, else 0."""
    findings = _findings(folder)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        told = {"errors": errors, "findings": [_told(one) for one in findings]}
        told |= {"freshness": _freshness(folder), "sources": [asdict(one) for one in _sources(folder)]}
        messages.write(json.dumps(told, indent=1, default=str))
    else:
        messages.show(*_sheet(_sources(folder)), *messages.findings(findings), messages.hint(_sum(findings)))
    return 1 if errors else 0


def _findings(folder: Path) -> list[Problem]:
    """Faults that keep the workspace from opening are findings like the others."""
    from accountlens.delivery.checking import findings
    from accountlens.workspace import Workspace

    try:
        workspace = Workspace(folder)
        return [*workspace.check(), *findings(workspace)]
    except ProblemsError as error:
        return error.problems
    except AccountlensError as error:
        return [Problem(error.where or str(folder), 0, error.what, error.mend or "")]


def _told(finding: Problem) -> dict[str, Any]:
    """A finding for machines. What is wrong with a file has no code of its own: it is an error of a definition."""
    return {**asdict(finding), "code": finding.code or "definition"}


def _freshness(folder: Path) -> list[dict[str, Any]]:
    from accountlens.workspace import Workspace

    try:
        return [{**asdict(one), "late": one.late} for one in Workspace(folder).freshness()]
    except AccountlensError:
        return []  # the findings say why


def _sources(folder: Path) -> list[SourceFreshness]:
    from accountlens.workspace import Workspace

    try:
        return [one for one in Workspace(folder).source_freshness() if one.fetched_at or one.failures]
    except AccountlensError:
        return []


def _sheet(sources: Sequence[SourceFreshness]) -> Iterator[RenderableType]:
    """How fresh each source is, in UTC."""
    if sources:
        names = Column("source", texts([one.source for one in sources]), right=False)
        read = Column("read (UTC)", texts([_moment(one.fetched_at) for one in sources]), right=False)
        newest = Column("newest row", texts([_moment(one.newest) for one in sources]), right=False)
        yield from draw(Sheet((names, read, newest)), messages.page().width)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"


def _sum(findings: Sequence[Problem]) -> str:
    counts = Counter(finding.severity for finding in findings)
    told = [numbers.count(counts[severity], severity) for severity in messages.SEVERITIES if counts[severity]]
    return f"{', '.join(told)}." if told else "Nothing to mend."
