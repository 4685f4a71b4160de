"""What is told of the data the numbers stand on, and what can be decided about it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from accountlens.surfaces.web.cursors import Limit, Paged
from accountlens.surfaces.web.questions import Name, Snapshot, Strict, Text


class Decide(Strict):
    """Whose rows are whose: a value of the list, as `domain:acme.com`, and the account it is, or is not."""

    value: Name
    account: Annotated[Name | None, Field(description="Its id, domain or name; else the only candidate.")] = None
    decision: Literal["accept", "reject"] = "accept"
    note: Annotated[str, Field(max_length=1_000)] = ""


class Tried(Decide):
    period: Annotated[Name, Field(description="Of the KPIs that are asked before and after.")] = "last-12-months"


class MergeAsked(Strict):
    """One account that counts as another from a day on; else ever."""

    loser: Name
    survivor: Name
    on: date | None = None
    note: Annotated[str, Field(max_length=1_000)] = ""


class Mended(Strict):
    """Rows of the quarantine as they should be: `table`, `source`, `row_number` and the columns."""

    rows: Annotated[list[dict[str, str | int | float | None]], Field(min_length=1, max_length=1_000)]


class Aside(Strict):
    """Which quarantined rows."""

    table: Name | None = None
    reason: Text | None = None
    snapshot: Snapshot = None


class AsidePage(Aside, Paged):
    limit: Limit = 100


class Differing(Strict):
    """Two snapshots; else the current one and the one before."""

    first: Snapshot = None
    second: Snapshot = None


class SourceState(BaseModel):
    source: str
    type: str
    fetched_at: str | None
    newest: str | None
    entities: list[str]
    failures: int
    error: str


class Fresh(BaseModel):
    """How far the rows of an entity go; `late` where they end long before the others."""

    entity: str
    column: str
    latest: str
    days_ago: float
    behind_days: float
    usual_days: float | None
    late: bool


class RunTold(BaseModel):
    id: str
    started_at: str
    ended_at: str | None
    status: str
    message: str


class SourcesTold(BaseModel):
    snapshot: str
    as_of: str
    sources: list[SourceState]
    freshness: list[Fresh]
    runs: list[RunTold]


class Balanced(BaseModel):
    """What became of the rows of a table: taken in = accepted + duplicates + quarantined."""

    table: str
    taken_in: int
    accepted: int
    duplicates: int
    quarantined: int
    whole: bool
    unmatched: int | None = Field(description="Accepted rows that are of no account; null where none could be.")


class BalanceTold(BaseModel):
    snapshot: str
    tables: list[Balanced]
    warnings: list[str]


class ReasonTold(BaseModel):
    table: str
    reason: str
    count: int


class AsideRow(BaseModel):
    table: str
    source: str
    row_number: int | None
    reason: str
    content: dict[str, Any] | str


class QuarantineTold(BaseModel):
    snapshot: str
    total: int
    reasons: list[ReasonTold]
    rows: list[AsideRow]
    next: str | None


class CandidateTold(BaseModel):
    account_id: str
    name: str
    method: str
    confidence: float


class Waiting(BaseModel):
    """A domain or name that rows wait for, or an account that may be another twice. `said`: how it is decided."""

    kind: str
    value: str
    said: str
    rows: dict[str, int]
    candidates: list[CandidateTold]


class Matched(BaseModel):
    entity: str
    method: str
    rows: int
    lowest: float | None


class MergedTold(BaseModel):
    loser_id: str
    survivor_id: str
    source: str


class DecisionTold(BaseModel):
    """A decision written down here, whether a refresh took it already or not; no account: it is nobody's."""

    kind: str
    value: str
    said: str
    account_id: str | None
    accepted: bool


class MatchesTold(BaseModel):
    """`total` wait for a decision, of which `waiting` are this page."""

    snapshot: str
    total: int
    waiting: list[Waiting]
    next: str | None
    matched: list[Matched]
    merged: list[MergedTold]
    decided: list[DecisionTold]


class Written(BaseModel):
    """Where a decision stands now; it counts from the next refresh on."""

    file: str
    decided: int
    mend: str


class Moved(BaseModel):
    kpi: str
    unit: str
    before: float | None
    after: float | None


class PreviewTold(BaseModel):
    rows: dict[str, int]
    moved: list[Moved]
    of_account: list[Moved]
    asked: int
    period: str


class SnapshotShort(BaseModel):
    id: str
    created_at: str
    as_of: str
    current: bool
    rows: int
    tables: int
    quarantined: int


class SnapshotsTold(BaseModel):
    snapshots: list[SnapshotShort]
    next: str | None


class TableDifference(BaseModel):
    table: str
    rows: list[int]
    came: int
    went: int
    changed: int
    columns: list[str]
    only_in: str | None


class DifferenceTold(BaseModel):
    first: str
    second: str
    tables: list[TableDifference]
    same: int
    definitions: list[str]


class ProblemTold(BaseModel):
    file: str
    line: int
    what: str
    mend: str
    severity: str
    code: str


class ProblemsTold(BaseModel):
    errors: int
    warnings: int
    problems: list[ProblemTold]
