"""What answers look like, for the description of the API alone: no body is validated by it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from accountlens.surfaces.web.problems import MEDIA

Numbers = list[float | None] | None


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")


class Problem(Loose):
    """An error: what is wrong, where, and how to mend it (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    where: str | None = None
    mend: str | None = None


class PeriodTold(BaseModel):
    """First day, and first day not in it."""

    label: str
    start: str
    end: str
    partial: bool


class GroupTold(BaseModel):
    """The values it is split by (null: summed over), their readable names, and whether it is a total."""

    by: dict[str, str | None]
    names: dict[str, str] | None = None
    flag: str | None = None


class ComparedTold(BaseModel):
    """The value then, the change since, and of which components it is made."""

    value: Numbers
    change: Numbers
    parts: dict[str, Numbers] | None = None
    changed: dict[str, Numbers] | None = None
    faded: dict[str, Numbers] | None = None
    came: dict[str, Numbers] | None = None


class KpiTold(BaseModel):
    """A KPI's figures: group g in period p is at g * P + p. A list that is unknown throughout is null."""

    kpi: str
    unit: str
    options: dict[str, Any] | None = None
    here: list[bool] | None = Field(None, description="By group: whether it has rows of that group at all.")
    value: Numbers
    n: Numbers
    lower: Numbers
    upper: Numbers
    parts: dict[str, Numbers]
    flags: dict[str, list[bool]]
    compare: dict[str, ComparedTold]


class About(BaseModel):
    """What an answer says of itself."""

    snapshot: str
    currency: str
    as_of: str
    fresh_as_of: str | None
    dimensions: dict[str, dict[str, str]]
    notes: list[str]


class Series(About):
    """An answer: groups over periods."""

    periods: list[PeriodTold]
    groups: list[GroupTold]
    kpis: list[KpiTold]


class KpiShort(BaseModel):
    """A definition in short. `known`: whether its data are there; `lacks`: the entities that are missing."""

    name: str
    family: str
    label: str
    asks: str
    unit: str
    good: str
    leads: str
    review: str
    origin: str
    interval: bool
    known: bool
    lacks: list[str]


class CatalogTold(BaseModel):
    """`attributes` of accounts: name and SQL type."""

    snapshot: str
    currency: str
    time_zone: str
    as_of: str
    kpis: list[KpiShort]
    families: list[str]
    attributes: dict[str, str]
    profiles: dict[str, str]
    grains: list[str]
    comparisons: list[str]


class MeasureTold(BaseModel):
    name: str
    fact: str
    sentence: str


class OptionTold(BaseModel):
    """`value` is in force here, `default` where nothing is said."""

    name: str
    value: Any
    default: Any
    values: list[Any]
    between: list[float | str | None] | None


class MendTold(BaseModel):
    """An entity that is missing, and how to add it."""

    entity: str
    about: str
    required: list[str]
    mend: str


class FactTold(BaseModel):
    fact: str
    about: str
    file: str
    reads: list[str]
    columns: list[str]
    model: str | None


class SourceTold(BaseModel):
    source: str
    fetched_at: str | None
    error: str


class EntityTold(BaseModel):
    entity: str
    about: str
    rows: int | None
    sources: list[SourceTold]
    files: list[str]
    map: dict[str, Any] | None
    columns: list[str]


class LineageTold(BaseModel):
    facts: list[FactTold]
    entities: list[EntityTold]


class DefinitionTold(KpiShort):
    """A definition whole."""

    formula: str
    measures: list[MeasureTold]
    options: list[OptionTold]
    dimensions: list[str]
    notes: str
    related: list[str]
    sources: list[str]
    file: str
    mend: list[MendTold]
    lineage: LineageTold


class SparkTold(BaseModel):
    """A course: the periods, and for each account a value for each of them."""

    periods: list[str]
    values: list[list[float | None]]


class ColumnTold(BaseModel):
    """A column: an attribute (`type`, `names` of ids) or a KPI (`unit`, `then` and `change` where it is compared).

    `scale`: the 5th, 50th and 95th percentile over all accounts that are wanted.
    """

    column: str
    kind: Literal["attribute", "kpi"]
    values: list[str | float | bool | None]
    type: str | None = None
    names: dict[str, str] | None = None
    kpi: str | None = None
    label: str | None = None
    unit: str | None = None
    good: str | None = None
    scale: dict[str, float] | None = None
    then: list[float | None] | None = None
    change: list[float | None] | None = None
    flags: dict[str, list[bool]] | None = None
    spark: SparkTold | None = None


class AccountsTold(BaseModel):
    """`total` is how many there are in all, `next` the cursor of the next page."""

    snapshot: str
    currency: str
    total: int
    offset: int
    account_id: list[str]
    name: list[str | None]
    columns: list[ColumnTold]
    next: str | None


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


class StageTold(BaseModel):
    """`entered` rose into it in the period; `went_on` of them have stood further since."""

    name: str
    place: int
    before: int
    after: int
    entered: int
    went_on: int
    median_days: float | None
    conversion: float | None
    last: bool


class MoveTold(BaseModel):
    account_id: str
    name: str
    stage_before: str
    stage: str
    forward: bool
    since: str | None


class JourneyTold(BaseModel):
    """The accounts by stage at two moments, and those whose stage changed between them."""

    snapshot: str
    start: str
    end: str
    stages: list[StageTold]
    progressed: int
    fell_back: int
    moves: list[MoveTold]


class OnwardTold(BaseModel):
    """A later stage. `share` is unknown while `undecided` accounts have days left; then it lies between the two."""

    stage: str
    entered: int
    reached: int
    undecided: int
    so_far: int
    median_days: float | None
    share: float | None
    at_least: float | None
    at_most: float | None


class CohortTold(BaseModel):
    period: str | None
    group: str | None
    entered: int
    immature: bool
    onward: list[OnwardTold]


class CohortsTold(BaseModel):
    """By group, each from the earliest to the latest, then together (null)."""

    snapshot: str
    stage: str
    start: str
    end: str
    within_days: int
    by: str | None
    names: dict[str, str]
    cohorts: list[CohortTold]


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
    """A sentence read. `question` is as `/query` takes it, `path` its address; null without a KPI."""

    text: str
    question: dict[str, Any] | None
    path: str | None
    understood: list[PartTold]
    unknown: list[PartTold]


STATUSES = {
    400: "This cannot be asked",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there",
    409: "Not ready: nothing was refreshed yet, or definitions have faults",
    413: "Asks for more than one answer holds",
    422: "Does not fit the schema, or takes too long",
    429: "Too many at once",
    500: "A fault of the program",
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": about, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, about in STATUSES.items()
}


def answers(model: Any, *media: str) -> dict[int | str, dict[str, Any]]:
    """What a route says of its answers: JSON of this form, other media, an unchanged one, and problems."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {kind.partition(";")[0]: binary for kind in media}
    found: dict[int | str, dict[str, Any]] = {
        200: {"model": model, "content": content, "description": "The answer"},
        304: {"description": "Unchanged since the ETag that was sent"},
    }
    if media:
        found[406] = {**PROBLEMS[400], "description": "Not to be had in a form that is accepted"}
    return found
