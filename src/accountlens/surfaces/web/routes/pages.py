"""The parts of pages: of one account its head, timeline, people and peers; moves and what waits over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.engine.account_page import find_account
from accountlens.errors import AccountlensError
from accountlens.pages import account, moves, peers, people_map, timeline, todo
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import missing
from accountlens.surfaces.web.questions import Name, Period, Snapshot, Strict, Text, Texts
from accountlens.surfaces.web.schemas import answers
from accountlens.workspace.asking import Asking

router = APIRouter(tags=["pages"])
Account = Annotated[str, Path(min_length=1, max_length=200, description="Its id, name or domain.")]


def some(words: Iterable[str]) -> str:
    """How the choice among words is described."""
    return f"Some of {', '.join(words)}; else all."


class OfAccount(Strict):
    snapshot: Snapshot = None


class Headed(OfAccount):
    period: Period = "last-3-months"


class Told(OfAccount):
    kinds: Annotated[
        Texts, Field(default_factory=list, max_length=30, description=f"Some of {', '.join(timeline.KINDS)}; else all.")
    ]
    person: Annotated[Name | None, Field(description="A contact, or one of us: id or name.")] = None
    period: Period = None
    cursor: Annotated[Text | None, Field(description="What is older: as the page before gave it.")] = None
    limit: Annotated[int, Field(ge=1, le=timeline.MOST)] = 50


class Mapped(OfAccount):
    silent_days: Annotated[int, Field(ge=1, le=3_650, description="From so many days on silence is a gap.")] = 60


class Compared(OfAccount):
    kpis: Annotated[Texts, Field(default_factory=list, max_length=60, description="Else those of an account's page.")]
    period: Period = "last-3-months"


class Moved(OfAccount):
    kpis: Annotated[Texts, Field(default_factory=list, max_length=20, description="Else some that the data have.")]
    period: Period = "last-month"
    where: Annotated[Text | None, Field(description="A filter over dimensions: tier = 'A'.")] = None
    top: Annotated[int, Field(ge=1, le=moves.MOST, description="So many accounts up, and as many down.")] = 5


class Waiting(OfAccount):
    kinds: Annotated[
        Texts, Field(default_factory=list, max_length=30, description=f"Some of {', '.join(todo.KINDS)}; else all.")
    ]
    owner: Annotated[Name | None, Field(description="The accounts of this employee alone, by id.")] = None
    limit: Annotated[int, Field(ge=1, le=todo.MOST)] = 100


@router.get(
    "/accounts/{name}", response_model=None, responses=answers(account.Header), summary="The head of an account"
)
def head(desk: AtDesk, name: Account, asked: Annotated[Headed, Query()]) -> Response:
    """Whose it is, its stage, health and why, what comes next, and its figures against the period before."""
    return _of_account(desk, name, asked, lambda here, id: account.header(here, id, period=asked.period or ""))


@router.get(
    "/accounts/{name}/timeline", response_model=None, responses=answers(timeline.Timeline), summary="What happened"
)
def account_timeline(desk: AtDesk, name: Account, asked: Annotated[Told, Query()]) -> Response:
    """The newest first, a page at a time by cursor; by kind, person and period."""
    return _of_account(desk, name, asked, lambda here, id: timeline.timeline(here, id, **_said(asked)))


@router.get(
    "/accounts/{name}/people", response_model=None, responses=answers(people_map.PeopleMap), summary="Its people"
)
def account_people(desk: AtDesk, name: Account, asked: Annotated[Mapped, Query()]) -> Response:
    """Who plays which part in buying, how close we are to each, and where nobody is."""
    return _of_account(desk, name, asked, lambda here, id: people_map.people_map(here, id, **_said(asked)))


@router.get("/accounts/{name}/peers", response_model=None, responses=answers(peers.Peers), summary="Beside its peers")
def account_peers(desk: AtDesk, name: Account, asked: Annotated[Compared, Query()]) -> Response:
    """Each KPI beside the median of the smallest of its groups with five accounts; never a row of another account."""
    desk.limits.check_kpis(len(asked.kpis))
    return _of_account(desk, name, asked, lambda here, id: peers.peers(here, id, asked.kpis, period=asked.period or ""))


@router.get("/moves", response_model=None, responses=answers(moves.Moves), summary="Which accounts moved a KPI")
def all_moves(desk: AtDesk, asked: Annotated[Moved, Query()]) -> Response:
    """A period against the one before: contributions that add up to the change, and whether it is more than noise."""
    desk.limits.check_kpis(len(asked.kpis))
    return _told(
        desk,
        asked,
        lambda here: moves.moves(here, asked.kpis, period=asked.period or "", where=asked.where, top=asked.top),
    )


@router.get("/todo", response_model=None, responses=answers(todo.Todos), summary="What waits this week")
def all_todo(desk: AtDesk, asked: Annotated[Waiting, Query()]) -> Response:
    """One thing an account and reason, the most urgent first, each with its numbers and a next step."""
    return _told(desk, asked, lambda here: todo.todo(here, **_said(asked)))


def _said(asked: OfAccount) -> dict[str, Any]:
    return asked.model_dump(exclude={"snapshot"})


def _told(desk: Desk, asked: OfAccount, part: Callable[[Asking], Any]) -> Response:
    return desk.tell(lambda place: part(place.workspace), snapshot=asked.snapshot)


def _of_account(desk: Desk, name: str, asked: OfAccount, part: Callable[[Asking, str], Any]) -> Response:
    """A part of the account of that name; one that is not there, or may not be seen, is not found."""

    def make(place: Place) -> Any:
        try:
            found = find_account(name, place.session)
        except AccountlensError as error:
            raise missing(error.what, error.mend) from error
        return part(place.workspace, found["account_id"])

    return desk.tell(make, snapshot=asked.snapshot)
