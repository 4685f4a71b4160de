"""The parts of pages: of one account its head, timeline, people and peers; moves and what waits over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.responses import Response

from accountlens.engine.account_page import find_account
from accountlens.errors import AccountlensError
from accountlens.pages import (
    account,
    attribution,
    deals,
    holdings,
    movements,
    moves,
    peers,
    people_map,
    retention,
    timeline,
    todo,
    voice,
)
from accountlens.pages import team as teams
from accountlens.surfaces.web.answering import AtDesk, Desk
from accountlens.surfaces.web.cursors import Limit, Paged
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import missing
from accountlens.surfaces.web.questions import Grain, Name, On, Period, Snapshot, Strict, Text, Texts
from accountlens.surfaces.web.schemas import answers
from accountlens.workspace.asking import Asking

router = APIRouter(tags=["pages"])
Filter = Annotated[Text | None, Field(description="A filter over dimensions: tier = 'A'.")]
Survey = Annotated[Literal["nps", "csat", "ces"] | None, Field(description="Comments of this one alone.")]
Account = Annotated[str, Path(min_length=1, max_length=200, description="Its id, name or domain.")]


def some(words: Iterable[str]) -> str:
    """How the choice among words is described."""
    return f"Some of {', '.join(words)}; else all."


class OfAccount(Strict):
    snapshot: Snapshot = None


class Anywhere(OfAccount):
    """Where KPIs are asked, and rows read, that may lie in a warehouse."""

    on: On = "store"


class Headed(Anywhere):
    period: Period = "last-3-months"


class Told(Anywhere):
    kinds: Annotated[
        Texts, Field(default_factory=list, max_length=30, description=f"Some of {', '.join(timeline.KINDS)}; else all.")
    ]
    person: Annotated[Name | None, Field(description="A contact, or one of us: id or name.")] = None
    period: Period = None
    cursor: Annotated[Text | None, Field(description="What is older: as the page before gave it.")] = None
    limit: Annotated[int, Field(ge=1, le=timeline.MOST)] = 50


class Mapped(Anywhere):
    silent_days: Annotated[int, Field(ge=1, le=3_650, description="From so many days on silence is a gap.")] = 60


class Compared(Anywhere):
    kpis: Annotated[Texts, Field(default_factory=list, max_length=60, description="Else those of an account's page.")]
    period: Period = "last-3-months"


class Moved(Anywhere):
    kpis: Annotated[Texts, Field(default_factory=list, max_length=20, description="Else some that the data have.")]
    period: Period = "last-month"
    where: Filter = None
    top: Annotated[int, Field(ge=1, le=moves.MOST, description="So many accounts up, and as many down.")] = 5


class Portfolios(Anywhere):
    period: Period = "last-quarter"


class Flowing(OfAccount):
    period: Period = "last-12-months"
    grain: Grain = "month"
    where: Filter = None
    top: Annotated[int, Field(ge=1, le=movements.MOST, description="So many accounts of each kind of movement.")] = 10


class Staying(OfAccount):
    period: Period = "last-24-months"
    grain: Annotated[Literal["month", "quarter", "year"], Field(description="When customers first paid.")] = "quarter"


class Heard(OfAccount):
    period: Period = "last-12-months"
    grain: Grain = "quarter"
    by: Annotated[Name | None, Field(description="The dimension of the groups; else the first that accounts have.")] = (
        None
    )
    where: Filter = None
    survey: Survey = None
    limit: Annotated[int, Field(ge=0, le=voice.MOST, description="So many comments, the latest.")] = 20


class Said(OfAccount, Paged):
    period: Period = "last-12-months"
    survey: Survey = None
    limit: Limit = 100


@dataclass(frozen=True)
class TodosTold(todo.Todos):
    """`next` goes on with `items`."""

    next: str | None


@dataclass(frozen=True)
class CommentsTold(voice.Comments):
    next: str | None


class Credited(Anywhere):
    period: Period = "last-4-quarters"
    by: Annotated[Literal["channel", "campaign_id", "program"], Field(description="What has the credit.")] = "channel"
    where: Annotated[Text | None, Field(description="A filter over what credits and costs share.")] = None


class Waiting(OfAccount, Paged):
    kinds: Annotated[
        Texts, Field(default_factory=list, max_length=30, description=f"Some of {', '.join(todo.KINDS)}; else all.")
    ]
    owner: Annotated[Name | None, Field(description="The accounts of this employee alone, by id.")] = None
    account: Annotated[Name | None, Field(description="What waits with this account alone, by id.")] = None
    limit: Limit = 100


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


@router.get("/accounts/{name}/opportunities", response_model=None, responses=answers(deals.Deals), summary="Its deals")
def account_deals(desk: AtDesk, name: Account, asked: Annotated[OfAccount, Query()]) -> Response:
    """Each with its stages, and how fast it goes beside deals that were won."""
    return _of_account(desk, name, asked, deals.deals)


@router.get(
    "/accounts/{name}/revenue", response_model=None, responses=answers(holdings.Holdings), summary="What it pays"
)
def account_revenue(desk: AtDesk, name: Account, asked: Annotated[OfAccount, Query()]) -> Response:
    """Subscriptions, contracts, orders, their course over two years, and products it could still buy."""
    return _of_account(desk, name, asked, holdings.holdings)


@router.get("/moves", response_model=None, responses=answers(moves.Moves), summary="Which accounts moved a KPI")
def all_moves(desk: AtDesk, asked: Annotated[Moved, Query()]) -> Response:
    """A period against the one before: contributions that add up to the change, and whether it is more than noise."""
    desk.limits.check_kpis(len(asked.kpis))
    return _told(
        desk,
        asked,
        lambda here: moves.moves(here, asked.kpis, period=asked.period or "", where=asked.where, top=asked.top),
    )


@router.get("/todo", response_model=None, responses=answers(TodosTold), summary="What waits this week")
def all_todo(desk: AtDesk, asked: Annotated[Waiting, Query()]) -> Response:
    """One thing an account and reason, the most urgent first, each with its numbers and a next step."""

    page = asked.page(asked.limit)

    def make(place: Place) -> TodosTold:  # a page asks for several kinds at once, all of the same states
        states = place.kept.get("states", lambda: todo.states_now(place.workspace), keep=False)
        found = todo.todo(place.workspace, **_said(asked), offset=page.begins, states=states)
        more = page.begins + asked.limit < sum(found.counts.values())
        return TodosTold(**vars(found), next=page.following(more, place.snapshot.id))

    return desk.tell(make, snapshot=page.snapshot or asked.snapshot)


@router.get("/movements", response_model=None, responses=answers(movements.Movements), summary="Recurring revenue")
def all_movements(desk: AtDesk, asked: Annotated[Flowing, Query()]) -> Response:
    """From opening to closing, period by period, balanced to the cent; with the accounts behind each movement."""
    return _told(desk, asked, lambda here: movements.movements(here, **_said(asked)))


@router.get("/retention", response_model=None, responses=answers(retention.Retention), summary="Cohorts of customers")
def all_retention(desk: AtDesk, asked: Annotated[Staying, Query()]) -> Response:
    """By when they first paid: how many customers, and how much of their revenue, is there later."""
    return _told(desk, asked, lambda here: retention.retention(here, **_said(asked)))


@router.get("/voice", response_model=None, responses=answers(voice.Voice), summary="What customers say")
def all_voice(desk: AtDesk, asked: Annotated[Heard, Query()]) -> Response:
    """NPS with its interval, satisfaction, effort and response by period and group; marks, and the latest comments."""
    return _told(desk, asked, lambda here: voice.voice(here, **_said(asked)))


@router.get("/voice/comments", response_model=None, responses=answers(CommentsTold), summary="What they say, in words")
def all_comments(desk: AtDesk, asked: Annotated[Said, Query()]) -> Response:
    """All comments of a time, the latest first."""
    page = asked.page(asked.limit)

    def make(place: Place) -> CommentsTold:
        found = voice.comments(place.workspace, **_said(asked), offset=page.begins)
        more = page.begins + len(found.comments) < found.total
        return CommentsTold(**vars(found), next=page.following(more, place.snapshot.id))

    return desk.tell(make, snapshot=page.snapshot or asked.snapshot)


@router.get("/team", response_model=None, responses=answers(teams.Team), summary="Portfolios by account manager")
def all_team(desk: AtDesk, asked: Annotated[Portfolios, Query()]) -> Response:
    """Accounts, figures, coverage and load of each; what colleagues answered, from five of a team on."""
    return _told(desk, asked, lambda here: teams.team(here, **_said(asked)))


@router.get("/attribution", response_model=None, responses=answers(attribution.Attribution), summary="Credit by model")
def all_attribution(desk: AtDesk, asked: Annotated[Credited, Query()]) -> Response:
    """What channels, campaigns or programs bring by every model side by side, with cost and return."""
    return _told(desk, asked, lambda here: attribution.attribution(here, **_said(asked)))


def _said(asked: OfAccount) -> dict[str, Any]:
    """What is asked, where something is: no word about a period is the usual one."""
    said = asked.model_dump(exclude={"snapshot", "on", *({"cursor"} if isinstance(asked, Paged) else ())})
    return {name: value for name, value in said.items() if value is not None or name != "period"}


def _told(desk: Desk, asked: OfAccount, part: Callable[[Asking], Any]) -> Response:
    return desk.tell(lambda place: part(place.asking), snapshot=asked.snapshot, on=_on(asked))


def _on(asked: OfAccount) -> On:
    return asked.on if isinstance(asked, Anywhere) else "store"


def _of_account(desk: Desk, name: str, asked: OfAccount, part: Callable[[Asking, str], Any]) -> Response:
    """A part of the account of that name; one that is not there, or may not be seen, is not found."""

    def make(place: Place) -> Any:
        try:
            found = find_account(name, place.session)
        except AccountlensError as error:
            raise missing(error.what, error.mend) from error
        return part(place.asking, found["account_id"])

    return desk.tell(make, snapshot=asked.snapshot, on=_on(asked))
