"""Deliveries: what is sent by itself, to whom, when, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from accountlens.delivery import log, plans
from accountlens.delivery.channel import read_channels
from accountlens.delivery.drafting import Trial, drafted, tried, unkept
from accountlens.delivery.due import calendar_of
from accountlens.delivery.parcel import Parcel
from accountlens.delivery.plans import Delivery
from accountlens.delivery.sending import note_now, preview
from accountlens.delivery.service import wake
from accountlens.delivery.telling import COMING, told_delivery, told_sending
from accountlens.language.recurrence import in_words, parse_recurrence
from accountlens.people.rights import Right
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.web.answering import open_workspace
from accountlens.surfaces.web.delivery_models import (
    ChangedDelivery,
    CheckedDelivery,
    DeliveriesTold,
    DeliveryFault,
    DeliveryTold,
    LogAsked,
    LogTold,
    NewDelivery,
    ParcelsTold,
    ParcelTold,
    Retry,
    SendingTold,
    TypedDelivery,
)
from accountlens.surfaces.web.problems import RefusedError, missing
from accountlens.surfaces.web.signing_in import SignedIn, actor_of, needs, never_kept, require, signed_in_of, store_of
from accountlens.workspace import Workspace

router = APIRouter(tags=["deliveries"], dependencies=[Depends(never_kept)])
MANAGING = [Depends(needs(Right.MANAGE_DELIVERIES))]


@router.get("/deliveries")
def all_deliveries(request: Request) -> DeliveriesTold:
    """All, for who manages them; else those that are open or sent to who asks."""
    found = signed_in_of(request)
    manages = Right.MANAGE_DELIVERIES in found.rights
    with open_workspace(request) as workspace:
        listed = [_told(workspace, one, found) for one in plans.deliveries(workspace.store) if _sees(one, found)]
        count = len(log.problems(workspace.store)) if manages else None
    return DeliveriesTold(deliveries=listed, problems=count)


@router.post("/deliveries", status_code=201, dependencies=MANAGING)
def add_delivery(request: Request, body: NewDelivery) -> DeliveryTold:
    """Have something sent again and again. What could not be sent is refused, with the reason."""
    with open_workspace(request) as workspace:
        asked = body.model_dump(exclude={"open"})
        draft = drafted(workspace, is_open=body.open is not False, **asked)
        id_ = plans.add(workspace.store, actor_of(request), draft)
        return _one(request, workspace, id_)


@router.post("/deliveries/check", dependencies=MANAGING)
def check_delivery(request: Request, body: TypedDelivery) -> CheckedDelivery:
    """What is wrong with a delivery as it is typed, by field, and when it would come; nothing is kept."""
    with open_workspace(request) as workspace:
        trial = _tried(request, workspace, body)
        told = CheckedDelivery(
            faults=[DeliveryFault(field=name, what=one.what, mend=one.mend) for name, one in trial.faults.items()],
            time_zone=workspace.house.time_zone,
        )
        if body.schedule and "schedule" not in trial.faults:
            calendar, recurrence = calendar_of(workspace), parse_recurrence(body.schedule)
            told.when, told.time_zone = in_words(body.schedule), calendar.zone_of(recurrence)
            told.coming = calendar.coming(recurrence, COMING, utc_now())
        return told


@router.post("/deliveries/preview", dependencies=MANAGING)
def preview_typed(request: Request, body: TypedDelivery) -> ParcelsTold:
    """What would go to whom by a delivery that is not kept yet; nothing is sent."""
    with open_workspace(request) as workspace:
        trial = _tried(request, workspace, body)
        for fault in trial.faults.values():
            raise fault
        return _previews(workspace, unkept(trial.draft))


@router.get("/deliveries/log", dependencies=MANAGING)
def sent(request: Request, asked: Annotated[LogAsked, Query()]) -> LogTold:
    """What was sent, skipped or failed, the newest first."""
    page = asked.page(asked.limit)
    with open_workspace(request) as workspace:
        store = workspace.store
        enough = page.begins + asked.limit + 1  # with one that tells whether more follow
        found = log.problems(store) if asked.problems else log.sendings(store, limit=enough)
        shown, after = page.of(found)
        return LogTold(sendings=[SendingTold(**told_sending(workspace, one)) for one in shown], next=after)


@router.post("/deliveries/log/{sending_id}/retry", dependencies=MANAGING)
def retry(request: Request, sending_id: str, body: Retry) -> SendingTold:
    """Send once more what came to nothing, with the same key; a server that runs does so in some seconds."""
    _require_sending(request, sending_id)
    log.try_again(store_of(request), actor_of(request), sending_id, even_if_sent=body.even_if_sent)
    wake()
    return _sending(request, sending_id)


@router.post("/deliveries/log/{sending_id}/drop", dependencies=MANAGING)
def drop(request: Request, sending_id: str) -> SendingTold:
    """Leave what came to nothing at that."""
    _require_sending(request, sending_id)
    log.drop(store_of(request), actor_of(request), sending_id)
    return _sending(request, sending_id)


@router.get("/deliveries/{id_}")
def one_delivery(request: Request, id_: str) -> DeliveryTold:
    """One of those that `GET /deliveries` tells."""
    with open_workspace(request) as workspace:
        return _one(request, workspace, id_)


@router.patch("/deliveries/{id_}", dependencies=MANAGING)
def change_delivery(request: Request, id_: str, body: ChangedDelivery) -> DeliveryTold:
    """Change one; with another schedule, or after a pause, nothing of before is sent."""
    with open_workspace(request) as workspace:
        known = _require(workspace, id_, signed_in_of(request))
        draft = drafted(workspace, known, is_open=body.open, **body.model_dump(exclude={"open"}))
        plans.change(workspace.store, actor_of(request), id_, draft)
        return _one(request, workspace, id_)


@router.delete("/deliveries/{id_}", status_code=204, dependencies=MANAGING)
def remove_delivery(request: Request, id_: str) -> None:
    """Remove one; what was sent stays in the log."""
    with open_workspace(request) as workspace:
        _require(workspace, id_, signed_in_of(request))
        plans.remove(workspace.store, actor_of(request), id_)


@router.post("/deliveries/{id_}/preview", dependencies=MANAGING)
def previews(request: Request, id_: str) -> ParcelsTold:
    """What would go to whom now; nothing is sent."""
    with open_workspace(request) as workspace:
        return _previews(workspace, _require(workspace, id_, signed_in_of(request)))


def _previews(workspace: Workspace, one: Delivery) -> ParcelsTold:
    found, told = preview(workspace, one), []
    for reader, what in found:
        content: dict[str, Any] = {"why": what or "There is nothing to tell."}
        if isinstance(what, Parcel):
            content = {"subject": what.subject, "text": what.text, "files": [one.name for one in what.attachments]}
        told.append(ParcelTold(who=reader.who, audience=reader.audience, **content))
    return ParcelsTold(previews=told)


@router.post("/deliveries/{id_}/run", status_code=202, dependencies=MANAGING)
def run_delivery(request: Request, id_: str) -> DeliveryTold:
    """Send it now, beside its schedule: a server that runs does so in some seconds."""
    with open_workspace(request) as workspace:
        note_now(workspace, _require(workspace, id_, signed_in_of(request)))
        wake()
        return _one(request, workspace, id_)


@router.put("/deliveries/{id_}/subscription")
def subscribe(request: Request, id_: str) -> DeliveryTold:
    """Have it sent to oneself, of the accounts one sees."""
    return _subscribe(request, id_, wanted=True)


@router.delete("/deliveries/{id_}/subscription")
def unsubscribe(request: Request, id_: str) -> DeliveryTold:
    """Have it sent to oneself no more."""
    return _subscribe(request, id_, wanted=False)


def _subscribe(request: Request, id_: str, *, wanted: bool) -> DeliveryTold:
    found = signed_in_of(request)
    if not found.secret:  # in his browser anybody may, by a token who manages deliveries
        require(request, Right.MANAGE_DELIVERIES)
    with open_workspace(request) as workspace:
        told = _told(workspace, _require(workspace, id_, found), found)
        if wanted and not told.may_subscribe:
            raise RefusedError(403, "This one is not sent to who wants it.", mend="Ask an admin or an analyst.")
        plans.subscribe(workspace.store, found.viewer, actor_of(request), id_, wanted)
        known = {one.id: one for one in plans.deliveries(workspace.store)}
        return _told(workspace, known[id_], found)


def _tried(request: Request, workspace: Workspace, body: TypedDelivery) -> Trial:
    known = _require(workspace, body.id, signed_in_of(request)) if body.id else None
    given = body.model_dump(exclude={"open", "id"})
    if known:
        del given["kind"]  # what it is does not change
    return tried(workspace, known, is_open=body.open, **given)


def _sees(one: Delivery, found: SignedIn) -> bool:
    return Right.MANAGE_DELIVERIES in found.rights or one.open or one.reaches(found.viewer)


def _require(workspace: Workspace, id_: str, found: SignedIn) -> Delivery:
    for one in plans.deliveries(workspace.store):
        if one.id == id_ and _sees(one, found):
            return one
    raise missing("There is no such delivery, or it is not open to you.")


def _one(request: Request, workspace: Workspace, id_: str) -> DeliveryTold:
    found = signed_in_of(request)
    return _told(workspace, _require(workspace, id_, found), found)


def _told(workspace: Workspace, one: Delivery, found: SignedIn) -> DeliveryTold:
    """`may_subscribe`: it goes by a channel that leads to each recipient, and is open."""
    told = told_delivery(workspace, one)
    channels = read_channels(workspace.folder, workspace.settings)
    addressed = one.channel in channels and channels[one.channel].kind.ADDRESSED
    if Right.MANAGE_DELIVERIES not in found.rights:
        told |= {"options": None, "to": None, "last": None}
    return DeliveryTold(**told, mine=one.reaches(found.viewer), may_subscribe=one.open and addressed)


def _require_sending(request: Request, id_: str) -> None:
    if not log.sendings(store_of(request), limit=1, id=id_):
        raise missing("There is no such sending.")


def _sending(request: Request, id_: str) -> SendingTold:
    with open_workspace(request) as workspace:
        return SendingTold(**told_sending(workspace, log.require_sending(workspace.store, id_)))
