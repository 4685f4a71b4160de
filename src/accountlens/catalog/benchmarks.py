"""Figures from elsewhere to set a KPI beside: `benchmarks.yaml` of the workspace, each with its source and its date.

They stand in a file as definitions do, for they say how a KPI is to be read, and are kept with the KPIs it is read by:
reviewed, versioned and passed on together. They never mix with peers' medians, which are figures of one's own accounts.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from accountlens.catalog.document import Document
from accountlens.catalog.yamlfile import read_yaml_file, validate
from accountlens.errors import AccountlensError, Problem, ProblemsError, suggest

FILE_NAME = "benchmarks.yaml"
MOST = 12  # of one KPI: more lines than that nobody reads
ADDRESS = r"^https?://[^\s<>\"']+$"
Figure = Annotated[float, Field(allow_inf_nan=False)]


class Benchmark(BaseModel):
    """A value, or a range from `low` to `high`, in the unit of its KPI. `only`: for whom, as `segment: enterprise`."""

    model_config = ConfigDict(extra="forbid")

    value: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    source: str = Field(min_length=1, max_length=200, examples=["SaaS survey 2025, 312 companies"])
    url: str | None = Field(None, pattern=ADDRESS, max_length=500)
    dated: date = Field(description="The day it was true, or published.")
    only: dict[str, str] = Field(default_factory=dict, max_length=3)

    @model_validator(mode="after")
    def _is_a_value_or_a_range(self) -> Self:
        if (self.value is None) == (self.low is None and self.high is None):
            raise ValueError("a benchmark has a value, or a range by low and high; not both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low ({self.low:g}) is above high ({self.high:g})")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    benchmarks: dict[str, list[Benchmark]] = Field(default_factory=dict)


def read_benchmarks(folder: Path, kpis: Collection[str]) -> tuple[Mapping[str, Sequence[Benchmark]], list[Problem]]:
    """By KPI, and what is wrong with the file; of a KPI that is not there any more they are not told."""
    path = folder / FILE_NAME
    if not path.is_file():
        return {}, []
    document, problems = read_yaml_file(path, FILE_NAME)
    if problems:
        return {}, problems
    found, problems = validate(Document(FILE_NAME, {"benchmarks": document.data or {}}, _below(document)), _File)
    if found is None:
        return {}, problems
    unknown = [name for name in found.benchmarks if name not in kpis]
    problems = [
        document.problem((name,), f"There is no KPI '{name}'.", suggest(name, kpis), "warning") for name in unknown
    ]
    return {name: some for name, some in found.benchmarks.items() if name in kpis}, problems


def write_benchmarks(folder: Path, kpi: str, benchmarks: Sequence[Benchmark]) -> None:
    """Those of one KPI in the place of what it had; the file is whole at every moment."""
    path = folder / FILE_NAME
    document, problems = read_yaml_file(path, FILE_NAME) if path.is_file() else (Document(FILE_NAME, {}), [])
    if problems or not isinstance(document.data or {}, dict):
        raise ProblemsError(
            problems or [Problem(FILE_NAME, 1, "It is no mapping of KPIs.", "Write 'win_rate:' first.")]
        )
    kept = dict(document.data or {})
    kept.pop(kpi, None)
    if benchmarks:
        kept[kpi] = [one.model_dump(exclude_none=True, exclude_defaults=True) for one in benchmarks]
    beside = path.with_name(f".{FILE_NAME}.{os.getpid()}")
    try:
        beside.write_text(yaml.safe_dump(kept, sort_keys=True, allow_unicode=True, width=110), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise AccountlensError(f"The benchmarks cannot be kept: {error.strerror}.", FILE_NAME) from error


def _below(document: Document) -> dict[tuple[str | int, ...], int]:
    return {("benchmarks", *path): line for path, line in document.lines.items()}
