"""The journey of accounts, and its cohorts."""

from __future__ import annotations

from pydantic import BaseModel

from accountlens.pages.needs import Need


class StageTold(BaseModel):
    """`entered` rose into it in the period; `went_on` of them have stood further since.

    `lacks`: entities of which one would tell who stands in it, where none has a source; where nothing else told of
    anybody either, it is not `known`.
    """

    name: str
    place: int
    before: int
    after: int
    entered: int
    went_on: int
    median_days: float | None
    conversion: float | None
    last: bool
    lacks: list[str]
    known: bool


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
    needs: list[Need]
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
