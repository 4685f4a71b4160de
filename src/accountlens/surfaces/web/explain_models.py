"""A number explained, its rows, and a sentence read."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from accountlens.surfaces.web.schemas import About


class RowSetTold(BaseModel):
    """How many rows there are of a reason, the first of them, and how `/rows` is asked for all."""

    reason: str
    count: int
    columns: list[str]
    sample: list[list[Any]]
    rows: dict[str, str]


class MeasureTraceTold(BaseModel):
    name: str
    sentence: str
    value: float | None
    counted: RowSetTold
    left_out: list[RowSetTold]
    keys: list[RowSetTold]


class LineTold(BaseModel):
    name: str
    before: float
    now: float
    change: float
    came: float | None


class ChangeTold(BaseModel):
    against: str
    lines: list[LineTold]


class ExplanationTold(About):
    """A number, followed back to its rows. `row` is the row of the answer it is."""

    kpi: str
    label: str
    unit: str
    good: str
    options: dict[str, Any]
    period: str
    row: dict[str, Any]
    formula: str
    numbers: str
    change: ChangeTold | None
    measures: list[MeasureTraceTold]
    sql: str


class RowsTold(BaseModel):
    snapshot: str
    measure: str
    fact: str
    offset: int
    columns: list[str]
    rows: list[list[Any]]
    next: str | None


class MeaningTold(BaseModel):
    kind: str
    value: str
    label: str
    dimension: str


class PartTold(BaseModel):
    """Words of a sentence, where they stand, and what they were taken for; `other`: what else may be meant."""

    words: str
    start: int
    end: int
    kind: str
    value: str
    label: str
    other: list[MeaningTold]


class ReadingTold(BaseModel):
    """A sentence read. `question` is as `/query` takes it, `path` its address; null without a KPI. Its condition in two
    parts: `filters`, values kept of each dimension, and `without`, the condition on what is left out."""

    text: str
    question: dict[str, Any] | None
    filters: dict[str, list[str]]
    without: str
    path: str | None
    understood: list[PartTold]
    unknown: list[PartTold]
