"""Accounts as columns."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


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


class GroupCount(BaseModel):
    """A stage or a list, and how many accounts it would show."""

    value: str
    accounts: int


class AccountGroups(BaseModel):
    """Stages in the order of the journey (`none`: in no stage), lists with the target list first.

    `control` and `non_target` are the other sides of the target list, as in the scope of a question.
    """

    stages: list[GroupCount]
    lists: list[GroupCount]


class AccountsTold(BaseModel):
    """`total` is how many there are in all, `next` the cursor of the next page; `groups` where they were asked."""

    snapshot: str
    currency: str
    total: int
    offset: int
    account_id: list[str]
    name: list[str | None]
    columns: list[ColumnTold]
    groups: AccountGroups | None = None
    next: str | None
