"""What is said once for the whole workspace, each with the file it is said in."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterator
from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request

import accountlens
from accountlens.catalog.settings import FILE_NAME
from accountlens.language import numbers
from accountlens.refresh.due import NothingScheduledError
from accountlens.surfaces.web.answering import open_workspace
from accountlens.surfaces.web.person_models import Moment
from accountlens.surfaces.web.signing_in import never_kept, signed_in_of
from accountlens.workspace import Workspace

router = APIRouter(tags=["service"], dependencies=[Depends(never_kept)])
DEFINITIONS = {
    "KPIs of your own": "kpis/**/*.yaml",
    "Facts of your own": "facts/*.sql",
    "Entities of your own": "entities/*.yaml",
}


class Said(BaseModel):
    """`value`, or the moment `at`; `where` it is said: a key of the settings file, or files of the workspace."""

    label: str
    value: str = ""
    at: Moment | None = None
    where: str = ""


class WorkspaceTold(BaseModel):
    """`file` holds the settings; it is edited there, and read anew by itself."""

    file: str
    calendar: list[Said]
    data: list[Said]
    definitions: list[Said]


@router.get("/workspace")
def workspace(request: Request) -> WorkspaceTold:
    """The calendar, the currency, what the data is and when it comes, where definitions stand; to be read only."""
    signed_in_of(request)
    with open_workspace(request) as found:
        return WorkspaceTold(
            file=FILE_NAME, calendar=_calendar(found), data=list(_data(found)), definitions=_definitions(found)
        )


def _calendar(found: Workspace) -> list[Said]:
    settings = found.settings
    return [
        Said(label="Name", value=settings.name, where="name"),
        Said(label="Currency", value=settings.currency, where="currency"),
        Said(label="Time zone", value=settings.time_zone, where="time_zone"),
        Said(label="Fiscal year starts in", value=month_name[settings.fiscal_year_starts], where="fiscal_year_starts"),
        Said(label="Week starts on", value="Monday"),
        Said(label="Business hours", value=settings.business_hours or "not said", where="business_hours"),
    ]


def _data(found: Workspace) -> Iterator[Said]:
    current, kept = found.store.current(), found.settings.snapshots
    yield Said(label="Snapshot", value=current.id if current else "none yet")
    if current:
        yield Said(label="Figures stand as of", at=current.as_of)
    yield Said(label="Sources", value=str(len(found.settings.sources)), where="sources")
    try:
        source, at = found.agenda().next
        yield Said(label=f"Read next by its schedule: {source}", at=_soon(at), where="schedules")
    except NothingScheduledError:
        yield Said(label="Read by a schedule", value="no source", where="schedules")
    limits = [f"the newest {kept.keep}"] * bool(kept.keep) + [f"those of {kept.days} days"] * bool(kept.days)
    yield Said(label="Snapshots kept", value=" and ".join(limits) or "all", where="snapshots")


def _definitions(found: Workspace) -> list[Said]:
    own = [
        Said(label=label, value=numbers.count(len(list(found.folder.glob(pattern))), "file"), where=pattern)
        for label, pattern in DEFINITIONS.items()
    ]
    whole = Said(label="KPIs in all", value=str(len(found.catalog.kpis)))
    return [whole, *own, Said(label="Version of accountlens", value=accountlens.__version__)]


def _soon(at: datetime) -> datetime:
    """What was never read is due at once."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return max(at, now)
