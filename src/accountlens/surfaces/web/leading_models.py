"""Whether leading KPIs led."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class ConcordanceTold(BaseModel):
    """`value`: of pairs of one month, one of whom saw the outcome, the share ranked rightly; 0.5 is chance."""

    value: float
    low: float
    high: float
    p: float
    accounts: int
    outcomes: int
    others: int
    rows: int


class ShareTold(BaseModel):
    value: float | None
    low: float | None
    high: float | None
    rows: int
    accounts: int


class SuggestedTold(BaseModel):
    """A threshold chosen on months up to one, and measured on later ones."""

    value: float
    chosen_to: str
    measured_from: str
    measured_to: str
    hits: ShareTold
    false_alarms: ShareTold
    right: ShareTold
    usual: ShareTold
    useful: bool


class LaterTold(BaseModel):
    """By what happened in one month alone; the first after the month's end is 1."""

    month: int
    found: ConcordanceTold | None


class LeadTold(BaseModel):
    """`q`: p corrected for the number tested (Benjamini and Hochberg); null where there was too little to test."""

    kpi: str
    label: str
    unit: str
    marked: str
    warns: Literal["low", "high"]
    verdict: Literal["leads", "does not", "too little data"]
    why: str
    found: ConcordanceTold | None
    q: float | None
    suggested: SuggestedTold | None
    months: list[LaterTold]


class DiagnosisTold(BaseModel):
    """Open goals on track less goals due that were reached in time, and what the gap points to."""

    period: str
    leading: float | None
    lagging: float | None
    open: int
    due: int
    gap: float | None
    low: float | None
    high: float | None
    says: str


class LeadingTold(BaseModel):
    """`accounts` looked at from the ends of `first` to `last`, and how many of them saw the outcome."""

    snapshot: str
    outcome: str
    event: str
    otherwise: str
    ahead: int
    first: str | None
    last: str | None
    accounts: int
    outcomes: int
    tested: int
    kpis: list[LeadTold]
    left_out: list[str]
    goals: DiagnosisTold | None
    notes: list[str]
