"""What is asked and told of lists and tiers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from accountlens.surfaces.web.cursors import MOST, Limit, PagedOrPlaced
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.questions import Name, Period, Strict, Text

MOST_ACCOUNTS = 10_000
MOST_TEXT = 8 * 1024 * 1024  # signs of a CSV; a request is told first that it is too long
Day = Annotated[
    Name | None,
    Field(description="From when on: 2026-10-01 (midnight here) or an instant; else today.", examples=["2026-10-01"]),
]
Group = Annotated[
    Literal["target", "control"] | None, Field(description="Of the target list: worked on, or measured against.")
]
Accounts = Annotated[
    list[Name],
    Field(
        min_length=1, max_length=MOST_ACCOUNTS, description="By id, domain or name.", examples=[["A00002", "A00004"]]
    ),
]
Csv = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MOST_TEXT,
        description="CSV by comma, semicolon or tab: a column account_id, domain, name or account; also joined_at, "
        "left_at, group. Or plain lines, each an account.",
        examples=["account_id,joined_at,group\nA00002,2026-10-01,target\n"],
    ),
]
Check = Annotated[bool, Field(description="Only say what would be done, and what is wrong with which row.")]


class Listed(Strict):
    period: Period = "last-quarter"


class NewList(Strict):
    name: Annotated[Name, Field(description="Letters, digits, spaces, _ and -.", examples=["pilot 2026"])]


class MembersAsked(Strict):
    """Which members, as of which day."""

    on: Annotated[Name | None, Field(description="A day or an instant; else now.", examples=["2026-10-01"])] = None
    search: Annotated[str, Field(max_length=200, description="A part of the name, the domain or the id.")] = ""
    where: Annotated[Text | None, Field(description="A condition over attributes: tier = 'A'.")] = None


class MembersPage(MembersAsked, PagedOrPlaced):
    limit: Limit = MOST


class Joining(Strict):
    accounts: Accounts
    on: Day = None
    group: Group = None


class Leaving(Strict):
    accounts: Accounts
    on: Day = None


class ImportAsked(Strict):
    """All rows or none. `replace`: who is not named leaves the list that day."""

    text: Csv
    on: Day = None
    group: Group = None
    replace: bool = False
    check: Check = False


class TiersAsked(Strict):
    tier: Annotated[Name, Field(examples=["A"])]
    accounts: Accounts
    on: Day = None


class TiersImportAsked(Strict):
    text: Annotated[Csv, Field(examples=["account_id,tier,valid_from\nA00002,A,2026-10-01\n"])]
    on: Day = None
    check: Check = False


class ListTold(BaseModel):
    """Of accounts that are seen. `control`: of the members; `coming` join later; `pending`: changes for a refresh.

    `editable`: kept here, or can be; else its source keeps it alone.
    """

    name: str
    members: int
    control: int
    joined: int
    left: int
    coming: int
    kept_in: str
    pending: int
    editable: bool


class ListsTold(BaseModel):
    """As of `at`; joined and left within the period. What figures rest on goes to `as_of`."""

    snapshot: str
    as_of: Moment
    at: Moment
    may_edit: bool
    lists: list[ListTold]


class Member(BaseModel):
    account_id: str
    name: str | None
    domain: str | None
    tier: str | None
    group: str | None
    joined_at: Moment
    left_at: Moment | None


class MembersTold(BaseModel):
    """`total`: all that fit, of which these are a page."""

    name: str
    at: Moment
    total: int
    members: list[Member]
    next: str | None


class RowFault(BaseModel):
    """A row (from 1) that cannot be taken; `line` and `cell` (from 0) say where, `meant` what could stand there."""

    row: int
    line: int
    cell: int
    given: str
    what: str
    mend: str | None
    meant: list[str]


class EditedTold(BaseModel):
    """How many joined, left, changed their group, or were so already. `written`: the file has it; `faults`: why not."""

    name: str
    file: str
    written: bool
    rows: int
    joined: int
    left: int
    moved: int
    unchanged: int
    faults: list[RowFault]
    mend: str


class TierTold(BaseModel):
    """A tier by the snapshot; null: unknown."""

    tier: str | None
    accounts: int


class TiersTold(BaseModel):
    """`pending` have another by what is written down here, `coming` get one on a later day."""

    snapshot: str
    as_of: Moment
    may_edit: bool
    tiers: list[TierTold]
    pending: int
    coming: int


class TieredTold(BaseModel):
    file: str
    written: bool
    rows: int
    changed: int
    unchanged: int
    faults: list[RowFault]
    mend: str
