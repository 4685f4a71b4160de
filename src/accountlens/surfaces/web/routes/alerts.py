"""Alerts: what is to be looked at now and why, what was held back, and what people do with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from accountlens.alerts import listing, snoozing
from accountlens.alerts.quiet import quiet_until
from accountlens.alerts.snoozing import NoAlertError
from accountlens.alerts.staff import Staff
from accountlens.alerts.tally import tally
from accountlens.pages.stand import stand
from accountlens.people.rights import Right
from accountlens.people.users import users
from accountlens.people.viewer import Viewer
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.web.alert_models import AlertsAsked, AlertsTold, AllHeldTold, HeldAsked, TallyTold, Until
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import missing
from accountlens.surfaces.web.questions import instant
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import actor_of, store_of

router = APIRouter(tags=["alerts"])
AlertId = Annotated[str, Path(min_length=1, max_length=64, examples=["al_1"])]


@router.get("/alerts", response_model=None, responses=answers(AlertsTold), summary="What is to be looked at now")
def all_alerts(request: Request, desk: AtDesk, asked: Annotated[AlertsAsked, Query()]) -> Response:
    """Alerts of the accounts one sees, account by account, each with its reason and the next step."""

    def make(place: Place) -> dict[str, Any]:
        states = (asked.state,) if asked.state else listing.LIVE
        every = listing.alerts(place.workspace, states=states, account_id=asked.account_id, snoozed=asked.snoozed)
        found = _narrowed(every, asked, Staff(place.workspace) if asked.mine else None, desk.viewer)
        groups = listing.grouped(found, latest_first=asked.order == "latest")
        shown, after = asked.page(asked.limit).of(groups, place.snapshot.id)
        names = {one.id: one.name for one in users(store_of(request))}
        return {
            "total": len(found),
            "groups": [{"whose": one.whose, "alerts": [_alert(a, names) for a in one.alerts]} for one in shown],
            "owners": listing.loads(listing.grouped(every)),
            "rules": dict(Counter(one.rule for one in every)),
            "severities": dict(Counter(one.severity for one in every)),
            "next": after,
        }

    return desk.fresh(make)


@router.get("/alerts/count", response_model=None, responses=answers(TallyTold), summary="How many alerts there are")
def count(desk: AtDesk) -> Response:
    """Of the accounts one sees, by what became of them; those that are over are not counted."""
    return desk.fresh(lambda place: asdict(tally(place.workspace)))


@router.get("/alerts/held", response_model=None, responses=answers(AllHeldTold), summary="What was held back, and why")
def held(desk: AtDesk, asked: Annotated[HeldAsked, Query()]) -> Response:
    """What looked like an alert at the last check and is none: inside its interval, few cases, told of late."""

    def make(place: Place) -> dict[str, Any]:
        found = listing.held_back(place.workspace, asked.rule, asked.account_id)
        shown, after = asked.page(asked.limit).of(found, place.snapshot.id)
        reasons = Counter(one.held for one in found)
        return {"total": len(found), "reasons": dict(reasons), "held": shown, "next": after, "quiet": _quiet(place)}

    return desk.fresh(make)


@router.post("/alerts/{id_}/snooze", status_code=204, summary="Snooze an alert")
def snooze(request: Request, desk: AtDesk, id_: AlertId, body: Until) -> None:
    """Nothing is said of it until then."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        snoozing.snooze_alert(store_of(request), place.workspace.seen, actor_of(request), id_, _until(place, body))


@router.post("/alerts/accounts/{account_id}/snooze", status_code=204, summary="Snooze an account")
def snooze_account(
    request: Request, desk: AtDesk, account_id: Annotated[str, Path(min_length=1, max_length=200)], body: Until
) -> None:
    """Nothing is said of any alert about it until then, nor of alerts to come."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        id_ = stand(place.workspace).account(account_id)["account_id"]
        snoozing.snooze_account(
            store_of(request), place.workspace.seen, actor_of(request), id_, _until(place, body)
        )  # fmt: skip


@router.post("/alerts/{id_}/acknowledge", status_code=204, summary="Acknowledge an alert")
def acknowledge(request: Request, desk: AtDesk, id_: AlertId) -> None:
    """Somebody takes care of it: it is told no more, and goes by itself when its condition is over."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        snoozing.acknowledge(store_of(request), place.workspace.seen, actor_of(request), id_)


@router.post("/alerts/{id_}/reopen", status_code=204, summary="Give an alert back")
def reopen(request: Request, desk: AtDesk, id_: AlertId) -> None:
    """Nobody takes care of it after all: it is open again."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        snoozing.give_back(store_of(request), place.workspace.seen, actor_of(request), id_)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except NoAlertError as error:
        raise missing(error.what) from error


def _until(place: Place, body: Until) -> datetime | None:
    return instant(body.until, place.workspace.house.time_zone)


def _narrowed(
    every: Sequence[listing.Alert], asked: AlertsAsked, staff: Staff | None, viewer: Viewer
) -> list[listing.Alert]:
    return [
        one for one in every
        if asked.rule in (None, one.rule) and asked.owner in (None, one.whose.owner_id)
        and asked.severity in (None, one.severity) and (staff is None or staff.is_for(one, viewer))
    ]  # fmt: skip


def _quiet(place: Place) -> dict[str, Any]:
    settings, zone = place.workspace.settings.alerts, ZoneInfo(place.workspace.house.time_zone)
    until = quiet_until(utc_now(), settings, zone)
    return {"hours": settings.quiet_hours, "days": settings.quiet_days, "until": until}


def _alert(one: listing.Alert, names: dict[str, str]) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in one.__dataclass_fields__ if name not in ("whose", "route")}
    return told | {"acknowledged_by": names.get(one.acknowledged_by or "")}
