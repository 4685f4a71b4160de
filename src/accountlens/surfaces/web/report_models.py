"""What is asked and told of reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from accountlens.reports.content import Audience, Cadence, Report
from accountlens.surfaces.web.questions import Name, Strict

Form = Literal["json", "html", "pdf", "xlsx", "md"]
Whom = Annotated[
    Name, Field(description="company, or team:, owner:, account: and which (an id or a name).", examples=["company"])
]


class ReviewAsked(Strict):
    """Without a period it is the last one of the cadence that is over."""

    cadence: Annotated[Cadence, Field(examples=["monthly"])]
    audience: Whom = "company"
    period: Annotated[Name, Field(description="One week, month, quarter or year.", examples=["2026-09"])] | None = None
    goal: Annotated[Name, Field(description="Only the KPIs of a business goal.", examples=["expansion"])] | None = None


class ReviewWanted(ReviewAsked):
    format: Annotated[Form, Field(description="json, or a file: html, pdf, xlsx, md.")] = "json"


class PackTold(BaseModel):
    """A review there is: of which cadences, for whom."""

    pack: str
    title: str
    about: str
    cadences: list[Cadence]
    audiences: list[Audience]


class FrozenTold(BaseModel):
    """One that was frozen. `whole`: it was made of all accounts."""

    id: str
    name: str
    frozen_at: datetime
    frozen_by: str | None
    whole: bool


class ReportsTold(BaseModel):
    packs: list[PackTold]
    frozen: list[FrozenTold]
    teams: list[str]
    owners: list[dict[str, str]]
    may_freeze: bool


class ReviewTold(BaseModel):
    """`page` is the same as one HTML file that fetches nothing."""

    review: Report
    page: str
    frozen: FrozenTold | None = None


class RestatedTold(BaseModel):
    """A figure as reported and as known now; `words` say why, as far as that can be told."""

    kpi: str
    label: str
    unit: str
    reported: float | None
    now: float | None
    change: float | None
    shown: list[str]
    same: bool
    why: list[Literal["definition", "merged", "rows", "settings", "running", "gone"]]
    words: list[str]


class KnownNowTold(BaseModel):
    """`kept`: whether the snapshot it was reported from is still there."""

    snapshot: str
    kept: bool
    restated: int
    figures: list[RestatedTold]
