"""What requests about rules behind alerts say, and what they are answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from accountlens.alerts.rules import Rule
from accountlens.surfaces.web.alert_models import WhoseTold
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Strict

EXAMPLE: dict[str, Any] = {
    "label": "Health is low",
    "when": {"kind": "threshold", "kpi": "health_score", "per": "week", "below": 40},
    "scope": "customers",
    "outcome": {"what": "churn", "within_days": 120},
}


class Kept(Strict):
    """A rule, and whether it is on; null leaves that as it is. Without `version` any rule of that name is replaced."""

    rule: Annotated[Rule, Field(examples=[EXAMPLE])]
    on: bool | None = None
    version: Annotated[
        str | None,
        Field(max_length=64, description="That of the rule that was read; null: there was none of this name."),
    ] = None

    @property
    def says_version(self) -> bool:
        return "version" in self.model_fields_set


class Tested(Strict):
    rule: Annotated[Rule, Field(examples=[EXAMPLE])]


class Switched(Strict):
    on: bool


class Imported(Strict):
    text: Annotated[
        str,
        Field(min_length=1, max_length=200_000, description="YAML, as the export gives it.", examples=["rules: {}"]),
    ]


class RuleTold(BaseModel):
    """`says`: the rule in words. `fault`: why it could not be computed when it was looked at last, or cannot be."""

    id: str
    rule: Rule
    says: str
    on: bool
    changed_at: Moment
    version: str
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
    says: str
    needs: list[NeedTold]
    taken: bool


class RulesTold(BaseModel):
    """`roles`: the buying roles that contacts have. `outcomes`: what may prove a rule right, in words."""

    rules: list[RuleTold]
    offers: list[OfferTold]
    roles: list[str]
    outcomes: dict[str, str]


class KeptTold(BaseModel):
    """`remarks`: rule → why it cannot be computed here; it is kept, and off."""

    rules: list[RuleTold]
    remarks: dict[str, str]


class ForeseenTold(BaseModel):
    whose: WhoseTold
    why: str


class RulePreviewTold(BaseModel):
    """Of `subjects` that are looked at, so many it `fires` for now (the `first` of them); `held`: held back, by why."""

    subjects: int
    fires: int
    first: list[ForeseenTold]
    held: dict[str, int]


class BacktestShare(BaseModel):
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
    precision: BacktestShare
    usual: BacktestShare
    caught: BacktestShare
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
