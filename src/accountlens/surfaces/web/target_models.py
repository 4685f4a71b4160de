"""What is asked and told of targets."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from accountlens.surfaces.web.cursors import AllOrLimit, Limit, Paged
from accountlens.surfaces.web.list_models import MOST_TEXT, Check, RowFault
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Name, Strict, Text

Kind = Literal["company", "team", "owner", "tier", "segment", "account"]
Over = Literal["team", "owner", "tier", "segment", "account", "month", "quarter"]
Kpi = Annotated[Name, Field(description="With options where it has some.", examples=["win_rate(basis=value)"])]
Scope = Annotated[
    Name,
    Field(
        description="company, or team:, owner:, tier:, segment:, account: and which (an id or a name).",
        examples=["tier:A"],
    ),
]
Span = Annotated[Name, Field(description="One month, quarter or year.", examples=["2026-Q4", "FY2027", "2026-11"])]
Amount = Annotated[
    float | Text,
    Field(
        description="A number, 40% of a share, +10% on the same period of last year, or a formula over KPIs: "
        "= mrr * 1.05.",
        examples=["+10%"],
    ),
]
Base = Annotated[Name | None, Field(description="Of which period a formula's KPIs are: year-ago, previous, 2025-Q4.")]
Note = Annotated[str, Field(max_length=2_000)]
At = Annotated[
    Name | None, Field(description="Targets and paces as they were known then: a day or an instant; else now.")
]


class TargetsAsked(Paged):
    """Which targets: those in force, of what one sees."""

    kpi: Kpi | None = None
    scope: Annotated[Name | None, Field(description="company, owner, or one as owner:E0001.")] = None
    period: Annotated[Name | None, Field(description="Those that touch it: 2026-Q4, this-quarter …")] = None
    as_of: At = None
    pace: Annotated[bool, Field(description="Tell how they run.")] = True
    limit: AllOrLimit = None


class ScopesAsked(Paged):
    kind: Annotated[
        Literal["team", "owner", "tier", "segment", "account"], Field(description="Of which kind they are.")
    ] = "owner"
    search: Annotated[str, Field(max_length=200, description="A part of the name or the id.")] = ""
    limit: Limit = 200


class NewTarget(Strict):
    kpi: Kpi
    scope: Scope = "company"
    period: Span
    amount: Amount
    base: Base = None
    note: Note = ""


class Retiring(Strict):
    note: Note = ""


class Splitting(Strict):
    """`save` false: only tell what it would be."""

    over: Over
    how: Annotated[
        Literal["last-year", "evenly", "weights"], Field(description="By the shares of a year ago, evenly, as given.")
    ] = "last-year"
    weights: Annotated[
        dict[Name, float],
        Field(
            default_factory=dict, description="Shares of at most 1 together, or weights.", examples=[{"A": 3, "B": 1}]
        ),
    ]
    among: Annotated[
        list[Name], Field(default_factory=list, max_length=500, description="Only these; else all there are.")
    ]
    save: bool = False
    note: Note = ""


class PartsAsked(Strict):
    over: Over = "owner"


class Gathering(PartsAsked):
    note: Note = ""


class TargetsImport(Strict):
    """`check`: write nothing, only tell."""

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST_TEXT,
            description="CSV with the columns kpi, scope, period, amount; also base, since, note.",
            examples=["kpi,scope,period,amount\nwin_rate,tier:A,2027-Q1,40%\n"],
        ),
    ]
    check: Check = False


class Told(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ScopeTold(Told):
    """`value` is the id of an owner or account, the team, tier or segment; null for the company."""

    kind: Kind
    value: str | None
    name: str


class SpanTold(Told):
    """First day, and first day not in it."""

    label: str
    start: date
    end: date
    grain: Literal["month", "quarter", "year"]


class AmountTold(Told):
    """`text` is as it is written; `value` of an absolute one, `rate` of growth (0.1: 10 %), `formula` and `base`."""

    kind: Literal["absolute", "growth", "formula", "retired"]
    text: str
    value: float | None
    rate: float | None
    formula: str | None
    base: str | None


class VersionTold(Told):
    """`since`: from when it counts, `recorded_at`: when it was written down. `parent`: what it was split from."""

    version: int
    amount: AmountTold
    since: Moment
    recorded_at: Moment
    author_id: str | None
    author: str | None
    note: str
    parent: str | None


class PaceTold(Told):
    """How it runs. `share`: what of a period's figure usually stands by now, by the periods `past`; so `expected` of
    the target. The bounds hold with probability `level`; `verdict` is `on` where `actual` lies between them.
    """

    nature: Literal["flow", "stock", "rate"]
    state: Literal["coming", "running", "over"]
    verdict: Literal["ahead", "on", "behind", "unknown"]
    why: str | None
    elapsed: float
    actual: float | None
    actual_low: float | None
    actual_high: float | None
    gap: float | None
    share: float | None
    expected: float | None
    expected_low: float | None
    expected_high: float | None
    forecast: float | None
    forecast_low: float | None
    forecast_high: float | None
    level: float
    past: list[str]


class TargetTold(VersionTold):
    """A target as it is in force. `worth`: what it amounts to, null with the reason in `why`."""

    id: str
    kpi: str
    label: str
    unit: str
    good: str
    adds_up: bool
    scope: ScopeTold
    period: SpanTold
    worth: float | None
    why: str | None
    may_set: bool
    pace: PaceTold | None


class TargetsTold(BaseModel):
    """`total` of them, of which `targets` are this page; `edition` is another one wherever a target was set."""

    snapshot: str
    currency: str
    as_of: Moment
    edition: int
    may_set: bool
    scopes: list[Kind]
    total: int
    targets: list[TargetTold]
    next: str | None


class ScopesTold(BaseModel):
    """Of whom targets can be set by whoever asks, by name; `total` of them fit. `today`: the day the data goes to."""

    snapshot: str
    today: date
    fiscal_year_starts: int
    may_set: bool
    kinds: list[Kind]
    total: int
    scopes: list[ScopeTold]
    next: str | None


class HistoryTold(BaseModel):
    """Every version, the oldest first; the last one may say that it is retired."""

    id: str
    kpi: str
    scope: ScopeTold
    period: SpanTold
    versions: list[VersionTold]


class CascadePart(BaseModel):
    """`base`: its figure a year ago. `value` null: it is given nothing. `before`: its target so far, as written."""

    scope: ScopeTold
    period: SpanTold
    name: str
    base: float | None
    share: float | None
    value: float | None
    before: str | None


class CascadeTold(BaseModel):
    """`total` is `given` to the parts and the `remainder`. `adds_up` false: each part is handed the target itself.

    `elsewhere`: what the figure of a year ago holds beyond those of the parts. `said`: what to know about it.
    """

    id: str
    over: str
    how: str
    total: float | None
    adds_up: bool
    given: float | None
    remainder: float | None
    elsewhere: float | None
    parts: list[CascadePart]
    said: list[str]
    saved: int


class ImportTold(BaseModel):
    """How many rows were set, and stood so already. `written`: they are kept; `faults`: why not."""

    written: bool
    rows: int
    set: int
    unchanged: int
    empty: int = Field(description="Rows without an amount: they set nothing.")
    faults: list[RowFault]
