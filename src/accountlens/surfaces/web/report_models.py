"""What is asked and told of reviews."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from accountlens.reports.content import Audience, Cadence, Moment, Report
from accountlens.surfaces.web.questions import Name, Strict

Form = Literal["json", "html", "pdf", "xlsx", "md"]
Whom = Annotated[
    Name, Field(description="company; team:, owner:, tier:, segment: or account: and which.", examples=["company"])
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
    """One that was frozen. `whole`: it was made of all accounts; `kept`: its snapshot is still there to be asked.

    `explained`: its figures are of exactly the accounts its reader sees, so that each can be asked again.
    """

    id: str
    name: str
    frozen_at: Moment
    frozen_by: str | None
    whole: bool
    title: str
    cadence: Cadence
    audience: Audience
    subject: str | None
    whom: str
    period: str
    period_name: str
    headline: str
    snapshot: str
    kept: bool
    explained: bool


class PeriodOffered(BaseModel):
    """A period a review can be of; `over`: it does not run any more."""

    period: str
    name: str
    over: bool


class ReportsTold(BaseModel):
    """`next` goes on with `frozen`."""

    packs: list[PackTold]
    frozen: list[FrozenTold]
    next: str | None
    periods: dict[Cadence, list[PeriodOffered]]
    teams: list[str]
    owners: list[dict[str, str]]
    tiers: list[str]
    segments: list[str]
    may_freeze: bool


class ReviewTold(BaseModel):
    """As data; the same is written as a file by `format`. `about`: on what it stands, in sentences."""

    review: Report
    about: list[str]
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
