"""Accounts as a table in columns, a page at a time or whole as CSV."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.engine.exports import csv_bytes
from accountlens.pages.accounts import AccountsTable, Wanted, accounts_table
from accountlens.surfaces.web.account_models import AccountsTold
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.cursors import Limit, PagedOrPlaced
from accountlens.surfaces.web.formats import CSV, JSON, json_bytes, wanted
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.questions import Name, Period, Strict, Text, Texts
from accountlens.surfaces.web.schemas import answers

router = APIRouter(tags=["accounts"])
COLUMNS = ["tier", "segment", "industry", "owner_id"]
MOST_COLUMNS = 60


class Table(Strict):
    """What the table is to show."""

    columns: Annotated[
        Texts, Field(max_length=MOST_COLUMNS, description="Attributes of accounts, and KPIs as they are asked.")
    ] = COLUMNS
    search: Annotated[str, Field(max_length=200, description="A part of the name, the domain or the id.")] = ""
    where: Annotated[Text | None, Field(description="A condition over attributes, as they are now: tier = 'A'.")] = None
    having: Annotated[
        Texts, Field(default_factory=list, max_length=20, description="Bounds of figures: mrr >= 1000, nps.change < 0.")
    ]
    sort: Annotated[
        Name, Field(description="A column, or a KPI's .change; with a minus the highest first. Unknown comes last.")
    ] = "name"
    period: Period = "last-month"
    compare: Annotated[Name | None, Field(description="previous, year-ago, target or profile:NAME.")] = None
    spark: Annotated[int, Field(ge=0, le=36, description="The course of each KPI over so many months.")] = 0
    stages: Annotated[
        Texts,
        Field(
            default_factory=list, max_length=30, description="Accounts now in one of these stages; none: in no stage."
        ),
    ]
    lists: Annotated[
        Texts,
        Field(default_factory=list, max_length=30, description="Accounts now on one of these lists: target, control …"),
    ]

    def wanted(self) -> Wanted:
        return Wanted(
            tuple(dict.fromkeys(self.columns)),
            self.sort,
            self.search,
            self.where,
            tuple(self.having),
            self.period or "last-month",
            self.compare,
            self.spark,
            tuple(self.stages),
            tuple(self.lists),
        )


class TablePage(Table, PagedOrPlaced):
    limit: Limit = 100
    groups: Annotated[bool, Field(description="Tell how many accounts each stage and each list would show.")] = False


@router.get(
    "/accounts", response_model=None, responses=answers(AccountsTold, CSV), summary="Accounts as a table in columns"
)
def accounts(desk: AtDesk, page: Annotated[TablePage, Query()]) -> Response:
    """Lists of one length, an account at the same place in all of them.

    `Accept: text/csv` gives all that is wanted, exactly as it is sorted and filtered.
    """
    media = wanted(desk.request, JSON, CSV)
    at = page.page(page.limit, Table.model_dump_json(page, include=set(Table.model_fields)))
    targets = desk.targets(page.compare)

    def make(place: Place) -> bytes:
        table = table_of(place, targets)
        if media == CSV:
            desk.limits.check_figures(len(page.columns), len(table.ids), 1)
            return csv_bytes(*table.rows(page.wanted()))
        told = table.page(page.wanted(), at.begins, page.limit)
        if page.groups:
            told["groups"] = table.counts(page.wanted())
        following = at.following(at.begins + page.limit < told["total"], place.snapshot.id)
        return json_bytes({"snapshot": place.snapshot.id, "currency": _currency(place), **told, "next": following})

    return desk.tell(make, media=media, snapshot=at.snapshot, key=targets)


def table_of(place: Place, targets: str = "") -> AccountsTable:
    """The table of those he sees, whose columns are kept; `targets`: their edition, where compared with."""
    table: AccountsTable = place.kept.get(f"accounts{targets}", lambda: accounts_table(place.workspace, place.opened))
    return table


def _currency(place: Place) -> str:
    return place.workspace.house.currency
