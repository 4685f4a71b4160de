"""KPIs by formula: what may be sent, what stands to be taken, and what a draft comes to."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from accountlens.catalog.drafts import OWN, Draft
from accountlens.surfaces.web.questions import Scope, Strict, Text
from accountlens.surfaces.web.schemas import Series


class Typed(Strict):
    """A draft while it is typed: what is not filled in yet is not missed. `replacing`: the KPI that is changed."""

    formula: Annotated[str, Field(max_length=2000, examples=["sales_revenue / engaged_accounts.engaged"])]
    name: Annotated[str, Field(max_length=60)] = ""
    family: Annotated[str, Field(max_length=60)] = OWN
    unit: Annotated[str, Field(max_length=40)] = "money"
    good: Literal["up", "down", "context"] = "up"
    takes: Annotated[dict[str, dict[str, Any]], Field(default_factory=dict)]
    replacing: Annotated[str | None, Field(max_length=60)] = None
    where: Text | None = None
    scope: Scope = "all"


class ChangedKpi(Draft):
    version: Annotated[str | None, Field(max_length=40, description="The one it was read in; with another, 409.")] = (
        None
    )


class DraftFault(BaseModel):
    """What is wrong with a field; in the formula from `start` to `end`."""

    field: str
    what: str
    mend: str
    start: int | None
    end: int | None


class ComposedTold(BaseModel):
    """What a draft comes to. `total`, `months` and `groups` are answers, null while it cannot be asked.

    `numbers` is the formula with the figures of the total in it; `by` what `groups` are split by; `lacks` the entities
    without which it is unknown.
    """

    faults: list[DraftFault]
    formula: str | None
    numbers: str | None
    kpi: str
    by: str | None
    lacks: list[str]
    total: Series | None
    months: Series | None
    groups: Series | None


class PartTold(BaseModel):
    """A measure of a KPI: `win_rate.won` in a formula."""

    name: str
    sentence: str


class ChoiceTold(BaseModel):
    """An option that what takes the KPI may pass on: its value where nothing is said; `values` are all it may have."""

    name: str
    value: Any
    values: list[Any]


class TakenTold(BaseModel):
    """A KPI that formulas may take, in whole or a measure of it."""

    name: str
    label: str
    asks: str
    family: str
    unit: str
    known: bool
    options: list[ChoiceTold]
    measures: list[PartTold]


class FunctionTold(BaseModel):
    name: str
    least: int
    most: int


class MeasuresTold(BaseModel):
    """All that formulas may name."""

    kpis: list[TakenTold]
    functions: list[FunctionTold]
    words: list[str]
    units: list[str]


class KeptKpi(BaseModel):
    name: str
    file: str
    version: str


class DraftTold(BaseModel):
    """What a composed KPI was composed of, to be changed."""

    draft: Draft
    version: str
    file: str


class UseTold(BaseModel):
    """What names a KPI: those one sees by name, how many others, and whether they hold it back."""

    kind: str
    names: list[str]
    hidden: int
    holds: bool


class UsesTold(BaseModel):
    uses: list[UseTold]
