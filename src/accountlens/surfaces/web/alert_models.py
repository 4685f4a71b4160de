"""What requests about alerts say, and what they are answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from accountlens.alerts.rules import Severity
from accountlens.surfaces.web.cursors import Limit, Paged
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Name, Strict

State = Literal["open", "acknowledged", "resolved"]


class AlertsAsked(Paged):
    """Which alerts."""

    state: Annotated[State | None, Field(description="Else those that are open or acknowledged.")] = None
    account_id: Name | None = None
    rule: Name | None = None
    owner: Annotated[Name | None, Field(description="Of accounts of this employee, by id.")] = None
    severity: Severity | None = None
    mine: Annotated[bool, Field(description="Those that are told to who asks, by the route of their rule.")] = False
    snoozed: Annotated[bool, Field(description="Those that are snoozed, in place of those that are not.")] = False
    order: Annotated[
        Literal["reasons", "latest"], Field(description="Accounts with most reasons first, or the latest first.")
    ] = "reasons"
    limit: Annotated[Limit, Field(description="So many accounts.")] = 100


class HeldAsked(Paged):
    account_id: Name | None = None
    rule: Name | None = None
    limit: Limit = 100


class Until(Strict):
    """Until when nothing is said of it; null: speak of it again."""

    until: Annotated[
        Name | None, Field(description="2030-01-07 (midnight here) or an instant: 2030-01-07T07:00Z.", examples=[None])
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


class FigureTold(BaseModel):
    """The KPI that `question` asks; `value` and `expected` in its unit where the alert is about that very number."""

    label: str
    unit: str
    value: float | None
    expected: float | None


class AlertTold(BaseModel):
    """`account_snoozed`: all of its account is snoozed, so that it wakes with that."""

    id: str
    rule: str
    label: str
    kind: str
    goal: str
    severity: Severity
    state: State
    snoozed_until: Moment | None
    account_snoozed: bool
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
    figure: FigureTold | None
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
    """`total`: alerts in all pages.

    `owners`, `rules` and `severities` say how many there are in that state to choose from, whatever rule, owner and
    severity are asked for.
    """

    total: int
    groups: list[AlertGroup]
    owners: list[LoadTold]
    rules: dict[str, int]
    severities: dict[str, int]
    next: str | None


class TallyTold(BaseModel):
    """Each alert that is not over is in one of the first three; `high` and `accounts` are of those that are open."""

    open: int
    acknowledged: int
    snoozed: int
    high: int
    accounts: int


class HeldTold(BaseModel):
    """`held`: interval, small_sample, short_past, unknown or cooldown; `why` says it in words."""

    rule: str
    label: str
    whose: WhoseTold
    held: str
    why: str
    question: QuestionTold | None
    figure: FigureTold | None


class QuietTold(BaseModel):
    """When nobody is told anything, by the workspace's clock; `until`: it is so now, and when it is over."""

    hours: str | None
    days: list[str]
    until: Moment | None


class AllHeldTold(BaseModel):
    total: int
    reasons: dict[str, int]
    held: list[HeldTold]
    next: str | None
    quiet: QuietTold
