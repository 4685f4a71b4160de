"""What is asked and told of business goals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from accountlens.surfaces.web.questions import Name, Strict


class Starting(Strict):
    """Without a period the targets are for a quarter: the one that runs, or the next where half of it is gone."""

    period: Annotated[Name, Field(description="A month, quarter or year.", examples=["2026-Q4"])] | None = None


class MadeTold(BaseModel):
    """`new`: it was made by this request."""

    id: str
    name: str
    new: bool


class GoalShort(BaseModel):
    """`known` of its `kpis` can be computed now; `dashboard` is the one it was begun with; `own`: of this workspace."""

    goal: str
    label: str
    asks: str
    review: Literal["weekly", "monthly", "quarterly", "annual"]
    own: bool
    kpis: int
    known: int
    dashboard: MadeTold | None


class GoalsTold(BaseModel):
    goals: list[GoalShort]


class LackTold(BaseModel):
    """An entity that has no source: the smallest thing to do, how to add it, and known systems that bring it."""

    entity: str
    first_step: str
    mend: str
    systems: list[str]


class ServingTold(BaseModel):
    """A KPI, as asked, and why it serves the goal; it can be computed where it lacks nothing."""

    kpi: str
    label: str
    unit: str
    good: Literal["up", "down", "context"]
    role: Literal["leading", "lagging"]
    why: str
    lacks: list[LackTold]


class AimTold(BaseModel):
    """A target to fill in: `last_year` is the figure of the same period then, `amount` what is set by now."""

    kpi: str
    label: str
    unit: str
    good: Literal["up", "down", "context"]
    scope: str
    name: str
    period: str
    last_year: float | None
    amount: str | None
    worth: float | None


class CourseTold(BaseModel):
    period: str
    grain: Literal["week", "month", "quarter", "year"]


class GoalTold(GoalShort):
    """`period` is what its figures are best asked for, `course` their way there; `frozen` the review it began with."""

    serving: list[ServingTold]
    period: str
    course: CourseTold
    frozen: MadeTold | None
    targets: list[AimTold]
    currency: str
    may_start: bool
    may_set: bool
