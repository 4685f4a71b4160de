"""What requests about alerts say, and what they are answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from accountlens.alerts.rules import Rule
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Name, Strict

EXAMPLE: dict[str, Any] = {
    "label": "Health is low",
    "when": {"kind": "threshold", "kpi": "health_score", "per": "week", "below": 40},
    "scope": "customers",
    "outcome": {"what": "churn", "within_days": 120},
}
State = Literal["open", "acknowledged", "resolved"]


class AlertsAsked(Strict):
    """Which alerts."""

    state: Annotated[State | None, Field(description="Else those that are open or acknowledged.")] = None
    account_id: Name | None = None
    rule: Name | None = None
    owner: Annotated[Name | None, Field(description="Of accounts of this employee, by id.")] = None
    snoozed: Annotated[bool, Field(description="Those that are snoozed, in place of those that are not.")] = False
    cursor: Annotated[Name | None, Field(description="The next page: what the one before gave.")] = None
    limit: Annotated[int, Field(ge=1, le=1_000, description="So many accounts.")] = 100


class HeldAsked(Strict):
    account_id: Name | None = None
    rule: Name | None = None
    cursor: Annotated[Name | None, Field(description="The next page: what the one before gave.")] = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class Until(Strict):
    """Until when nothing is said of it; null: speak of it again."""

    until: Annotated[datetime | None, Field(examples=[None])]


class Kept(Strict):
    """A rule, and whether it is on; null leaves that as it is."""

    rule: Annotated[Rule, Field(examples=[EXAMPLE])]
    on: bool | None = None


class Tested(Strict):
    rule: Annotated[Rule, Field(examples=[EXAMPLE])]


class Switched(Strict):
    on: bool


class Imported(Strict):
    text: Annotated[
        str,
        Field(min_length=1, max_length=200_000, description="YAML, as the export gives it.", examples=["rules: {}"]),
    ]


class WhoseTold(BaseModel):
    """An account, or a group of accounts (`each` is the dimension, `subject` the value)."""

    each: str
    subject: str
    name: str
    account_id: str | None
    tier: str | None
    owner_id: str | None
    owner: str | None


class QuestionTold(BaseModel):
    """What explain and rows are asked, to see what is behind it."""

    kpi: str
    period: str
    where: str | None
    scope: str
    compare: str | None


class PersonTold(BaseModel):
    id: str
    name: str


class AlertTold(BaseModel):
    id: str
    rule: str
    label: str
    kind: str
    goal: str
    state: State
    snoozed_until: Moment | None
    opened_at: Moment
    seen_at: Moment
    resolved_at: Moment | None
    acknowledged_by: str | None
    why: str
    value: float | None
    expected: float | None
    numbers: dict[str, Any]
    people: list[PersonTold]
    question: QuestionTold | None
    next_step: str


class AlertGroup(BaseModel):
    """All that is told of one account, or of one group of accounts."""

    whose: WhoseTold
    alerts: list[AlertTold]


class LoadTold(BaseModel):
    """How much waits for an owner."""

    owner_id: str | None
    owner: str | None
    accounts: int
    alerts: int


class AlertsTold(BaseModel):
    """`total`: alerts in all pages; `owners` and `rules` (alerts by rule) are of all of them, too."""

    total: int
    groups: list[AlertGroup]
    owners: list[LoadTold]
    rules: dict[str, int]
    next: str | None


class HeldTold(BaseModel):
    """`held`: interval, small_sample, short_past, unknown or cooldown; `why` says it in words."""

    rule: str
    label: str
    whose: WhoseTold
    held: str
    why: str
    question: QuestionTold | None


class AllHeldTold(BaseModel):
    total: int
    reasons: dict[str, int]
    held: list[HeldTold]
    next: str | None


class RuleTold(BaseModel):
    """`fault`: why it could not be computed when it was looked at last."""

    id: str
    rule: Rule
    on: bool
    changed_at: Moment
    fault: str | None


class NeedTold(BaseModel):
    lacks: str
    shows: str
    mend: str


class OfferTold(BaseModel):
    """A rule to begin with; `needs` is what the data lack for it, `taken` whether there is one of that name."""

    id: str
    goal: str
    about: str
    rule: Rule
    needs: list[NeedTold]
    taken: bool


class RulesTold(BaseModel):
    rules: list[RuleTold]
    offers: list[OfferTold]


class KeptTold(BaseModel):
    """`remarks`: rule → why it cannot be computed here; it is kept, and off."""

    rules: list[RuleTold]
    remarks: dict[str, str]


class ShareTold(BaseModel):
    """`hits` of `of`, with the Wilson interval of 95 %; null: of none."""

    hits: int
    of: int
    value: float | None
    lower: float | None
    upper: float | None


class FiredTold(BaseModel):
    """Once raised; `right`: what it warned of followed in time; null: not known yet."""

    whose: WhoseTold
    at: Moment
    why: str
    right: bool | None
    lead_days: int | None


class MissedTold(BaseModel):
    whose: WhoseTold
    at: Moment


class ProofTold(BaseModel):
    """`precision`: of what fired, what was right. `usual`: how often it follows anyway. `lead_days`: median.

    `caught`: of what happened, what was warned of.
    """

    what: str
    within_days: int
    precision: ShareTold
    usual: ShareTold
    caught: ShareTold
    undecided: int
    lead_days: float | None
    missed: list[MissedTold]


class BacktestTold(BaseModel):
    """`times` it would have fired, the latest `fired` of them; `held`: how often it was held back, by why."""

    start: Moment
    end: Moment
    moments: int
    subjects: int
    times: int
    per_month: float
    fired: list[FiredTold]
    held: dict[str, int]
    proof: ProofTold | None
    notes: list[str]


class CheckedTold(BaseModel):
    rule: str
    raised: int
    going_on: int
    over: int
    held: int
    fault: str
    again: bool


class CheckTold(BaseModel):
    snapshot: str | None
    rules: list[CheckedTold]
