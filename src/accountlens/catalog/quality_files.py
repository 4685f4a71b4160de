"""Quality checks of data: one SELECT each that finds the rows a person should look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from accountlens.catalog.fact_files import HEADER, reads
from accountlens.catalog.strict import Strict
from accountlens.catalog.yamlfile import read_yaml, validate
from accountlens.errors import Problem

BUILT_IN = Path(__file__).parent / "quality"


class QualityHeader(Strict):
    """The header of a quality check."""

    about: str
    mend: str = ""
    severity: Literal["error", "warning", "note"] = "warning"


@dataclass(frozen=True)
class QualityCheck:
    """`about` is told with the number of rows the SELECT finds."""

    name: str
    about: str
    mend: str
    severity: str
    sql: str
    reads: tuple[str, ...]
    file: str


def load_quality_checks(workspace: Path) -> tuple[list[QualityCheck], list[Problem]]:
    """The built-in checks and the workspace's own (`quality/*.sql`); one of the same name replaces the built-in one."""
    found: dict[str, QualityCheck] = {}
    problems: list[Problem] = []
    for folder in (BUILT_IN, workspace / "quality"):
        for path in sorted(folder.glob("*.sql")):
            check, faults = _load(path)
            problems += faults
            if check is not None:
                found[check.name] = check
    return list(found.values()), problems


def _load(path: Path) -> tuple[QualityCheck | None, Sequence[Problem]]:
    shown, text = f"quality/{path.name}", path.read_text(encoding="utf-8")
    match = HEADER.match(text)
    if match is None:
        return None, [Problem(shown, 1, "The header is missing.", "Start with /* about: … */ in YAML.")]
    document, problems = read_yaml(match[1], shown, first_line=text[: match.start(1)].count("\n") + 1)
    header, more = validate(document, QualityHeader) if not problems else (None, [])
    if header is None:
        return None, [*problems, *more]
    sql = text[match.end() :].strip().rstrip(";")
    return QualityCheck(path.stem, header.about, header.mend, header.severity, sql, reads(sql), shown), []
