"""What is told of dashboards, saved views and notes, for the description of the API."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from accountlens.boards.dashboards import Shared
from accountlens.boards.tiles import Layout
from accountlens.surfaces.web.person_models import Moment


class DashboardShort(BaseModel):
    """`may_share`: may say who sees it, and remove it."""

    id: str
    name: str
    owner: str | None
    mine: bool
    shared: Shared
    version: int
    tiles: int
    changed_at: Moment
    may_change: bool
    may_share: bool


class FaultTold(BaseModel):
    """A tile (its id) that cannot be shown, and why."""

    tile: str
    title: str
    why: str


class DashboardTold(DashboardShort):
    """`faults`: what of it cannot be shown, one for each such tile."""

    layout: Layout
    faults: list[FaultTold]


class DashboardsTold(BaseModel):
    dashboards: list[DashboardShort]


class LackingTold(BaseModel):
    """A KPI that a template leaves out, and the entities it needs."""

    kpi: str
    label: str
    needs: list[str]


class TemplateTold(BaseModel):
    """`layout` is what can be shown here, `shows` its tiles with a figure; `lacking` is left out.

    `needs_list`: it is about the accounts on this list, and none was ever on it.
    """

    id: str
    name: str
    goal: str
    cadence: str
    about: str
    shows: int
    layout: Layout
    lacking: list[LackingTold]
    needs_list: str | None


class TemplatesTold(BaseModel):
    templates: list[TemplateTold]


class ViewTold(BaseModel):
    """`state`: what stands in the address of the page behind the question mark."""

    id: str
    owner_id: str
    owner: str | None
    mine: bool
    page: str
    name: str
    state: str
    shared: bool
    changed_at: Moment


class ViewsTold(BaseModel):
    views: list[ViewTold]


class NoteTold(BaseModel):
    id: str
    author_id: str
    author: str | None
    mine: bool
    account_id: str | None
    kpi: str | None
    on: date
    text: str
    created_at: Moment
    changed_at: Moment


class NotesTold(BaseModel):
    notes: list[NoteTold]
    next: str | None
