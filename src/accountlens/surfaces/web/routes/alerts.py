"""Alerts: what is to be looked at now and why, what was held back, the rules and how often they were right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from accountlens.alerts import files, kept, listing, offers, snoozing
from accountlens.alerts.backtest import Backtest, Share, backtest
from accountlens.alerts.check import check
from accountlens.alerts.ledger import checks
from accountlens.alerts.listing import Whose
from accountlens.alerts.looking import admit
from accountlens.alerts.snoozing import NoAlertError
from accountlens.errors import ProblemsError
from accountlens.pages.stand import stand
from accountlens.people.rights import Right
from accountlens.people.users import users
from accountlens.surfaces.web.alert_models import (
    AlertsAsked,
    AlertsTold,
    AllHeldTold,
    BacktestTold,
    CheckTold,
    HeldAsked,
    Imported,
    Kept,
    KeptTold,
    RulesTold,
    Switched,
    Tested,
    Until,
)
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.cursors import Cursor, digest, read_cursor
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError, missing
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import actor_of, store_of
from accountlens.workspace.place import naive_utc

router = APIRouter(tags=["alerts"])
TOLD = 200  # of what fired and of what was missed, the latest
RuleId = Annotated[str, Path(min_length=1, max_length=64, examples=["cooling_off"])]
One = TypeVar("One")


@router.get("/alerts", response_model=None, responses=answers(AlertsTold), summary="What is to be looked at now")
def all_alerts(request: Request, desk: AtDesk, asked: Annotated[AlertsAsked, Query()]) -> Response:
    """Alerts of the accounts one sees, account by account, each with its reason and the next step."""

    def make(place: Place) -> dict[str, Any]:
        states = (asked.state,) if asked.state else listing.LIVE
        found = listing.alerts(place.workspace, states=states, account_id=asked.account_id, rule=asked.rule,
                               owner=asked.owner, snoozed=asked.snoozed)  # fmt: skip
        groups = listing.grouped(found)
        shown, after = _page(place, groups, asked.cursor, asked.limit, asked.model_dump_json(exclude={"cursor"}))
        names = {one.id: one.name for one in users(store_of(request))}
        return {
            "total": len(found),
            "groups": [{"whose": one.whose, "alerts": [_alert(a, names) for a in one.alerts]} for one in shown],
            "owners": listing.loads(groups),
            "rules": dict(Counter(one.rule for one in found)),
            "next": after,
        }

    return desk.fresh(make)


@router.get("/alerts/held", response_model=None, responses=answers(AllHeldTold), summary="What was held back, and why")
def held(desk: AtDesk, asked: Annotated[HeldAsked, Query()]) -> Response:
    """What looked like an alert at the last check and is none: inside its interval, few cases, told of late."""

    def make(place: Place) -> dict[str, Any]:
        found = listing.held_back(place.workspace, asked.rule, asked.account_id)
        shown, after = _page(place, found, asked.cursor, asked.limit, asked.model_dump_json(exclude={"cursor"}))
        reasons = Counter(one.held for one in found)
        return {"total": len(found), "reasons": dict(reasons), "held": shown, "next": after}

    return desk.fresh(make)


@router.get("/alerts/rules", response_model=None, responses=answers(RulesTold), summary="Rules, and offers of some")
def all_rules(request: Request, desk: AtDesk) -> Response:
    """Every rule, and rules to begin with by business goal, with what the data lack for them."""

    def make(place: Place) -> dict[str, Any]:
        told = _rules(request)
        taken = {one["id"] for one in told}
        offered = [asdict(one) | {"rule": one.rule.document(), "taken": one.id in taken}
                   for one in offers.offers(stand(place.workspace))]  # fmt: skip
        return {"rules": told, "offers": offered}

    return desk.fresh(make)


@router.get("/alerts/rules/export", summary="The rules as YAML", response_class=Response)
def export(request: Request, desk: AtDesk) -> Response:
    """As the import reads it."""
    desk.require(Right.ASK)
    return Response(files.to_yaml(kept.rules(store_of(request))), media_type="application/yaml")


@router.post("/alerts/rules/import", response_model=KeptTold, summary="Take the rules of a file")
def take(request: Request, desk: AtDesk, body: Imported) -> dict[str, Any]:
    """All of them or none; one there is already is replaced."""
    desk.require(Right.SET_ALERTS)
    with desk.place() as place, _telling():
        remarks = files.take_in(store_of(request), stand(place.whole), actor_of(request), body.text, "rules")
        check(place.whole)
    return {"rules": _rules(request), "remarks": remarks}


@router.put("/alerts/rules/{id_}", response_model=KeptTold, summary="Keep a rule")
def keep(request: Request, desk: AtDesk, id_: RuleId, body: Kept) -> dict[str, Any]:
    """A new one, or in place of the one of that name. One that cannot be computed here is kept, and off."""
    desk.require(Right.SET_ALERTS)
    with desk.place() as place:
        why = admit(stand(place.whole), body.rule)
        on = False if why else body.on
        kept.save(store_of(request), actor_of(request), {id_: body.rule}, {} if on is None else {id_: on})
        check(place.whole)
    return {"rules": _rules(request), "remarks": {id_: why} if why else {}}


@router.delete("/alerts/rules/{id_}", status_code=204)
def remove(request: Request, desk: AtDesk, id_: RuleId) -> None:
    """Forget a rule; what it had raised is over."""
    desk.require(Right.SET_ALERTS)
    with _telling():
        _known(request, id_)
        kept.remove(store_of(request), actor_of(request), id_)


@router.post("/alerts/rules/{id_}/switch", response_model=KeptTold, summary="Switch a rule on or off")
def switch(request: Request, desk: AtDesk, id_: RuleId, body: Switched) -> dict[str, Any]:
    """Switched on it is looked at at once; what one that is switched off had raised is over."""
    desk.require(Right.SET_ALERTS)
    rule = _known(request, id_)
    with desk.place() as place:
        if body.on and (why := admit(stand(place.whole), rule.rule)):
            raise RefusedError(409, f"{id_} cannot be switched on: {why}")
        kept.switch(store_of(request), actor_of(request), id_, body.on)
        check(place.whole)
    return {"rules": _rules(request), "remarks": {}}


@router.post("/alerts/backtest", response_model=None, responses=answers(BacktestTold), summary="Back-test of a rule")
def test(desk: AtDesk, body: Tested) -> Response:
    """How often a rule would have fired in the last year, of the accounts one sees, and how often it was right."""

    def make(place: Place) -> dict[str, Any]:
        return _tested(place, backtest(place.workspace, body.rule))

    return desk.tell(make, key=body.model_dump_json())


@router.post("/alerts/check", response_model=CheckTold, summary="Look at all rules that are on")
def check_now(desk: AtDesk) -> dict[str, Any]:
    """As a refresh does; done again on the same data nothing changes."""
    desk.require(Right.SET_ALERTS)
    with desk.place() as place:
        return asdict(check(place.whole))


@router.post("/alerts/{id_}/snooze", status_code=204, summary="Snooze an alert")
def snooze(request: Request, desk: AtDesk, id_: RuleId, body: Until) -> None:
    """Nothing is said of it until then."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        snoozing.snooze_alert(store_of(request), place.workspace.seen, actor_of(request), id_, _instant(body.until))


@router.post("/alerts/accounts/{account_id}/snooze", status_code=204, summary="Snooze an account")
def snooze_account(
    request: Request, desk: AtDesk, account_id: Annotated[str, Path(min_length=1, max_length=200)], body: Until
) -> None:
    """Nothing is said of any alert about it until then, nor of alerts to come."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        id_ = stand(place.workspace).account(account_id)["account_id"]
        snoozing.snooze_account(
            store_of(request), place.workspace.seen, actor_of(request), id_, _instant(body.until)
        )  # fmt: skip


@router.post("/alerts/{id_}/acknowledge", status_code=204, summary="Acknowledge an alert")
def acknowledge(request: Request, desk: AtDesk, id_: RuleId) -> None:
    """Somebody takes care of it: it is told no more, and goes by itself when its condition is over."""
    desk.require(Right.HANDLE_ALERTS)
    with desk.place() as place, _telling():
        snoozing.acknowledge(store_of(request), place.workspace.seen, actor_of(request), id_)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except NoAlertError as error:
        raise missing(error.what) from error
    except ProblemsError as error:  # of what was sent, not of the workspace
        raise RefusedError(400, " ".join(map(str, error.problems))) from error


def _known(request: Request, id_: str) -> kept.KeptRule:
    found = next((one for one in kept.rules(store_of(request)) if one.id == id_), None)
    if found is None:
        raise missing(f"There is no rule '{id_}'.")
    return found


def _instant(until: datetime | None) -> datetime | None:
    try:
        return None if until is None else naive_utc(until)
    except OverflowError:
        raise RefusedError(400, "That is no moment one can wait for.", "until") from None


def _page(
    place: Place, rows: Sequence[One], cursor: str | None, limit: int, asked: str
) -> tuple[Sequence[One], str | None]:
    offset = read_cursor(cursor, asked).offset if cursor else 0
    after = Cursor(offset + limit, place.snapshot.id, digest(asked)) if offset + limit < len(rows) else None
    return rows[offset : offset + limit], str(after) if after else None


def _alert(one: listing.Alert, names: dict[str, str]) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in one.__dataclass_fields__ if name not in ("whose", "route")}
    return told | {"acknowledged_by": names.get(one.acknowledged_by or "")}


def _rules(request: Request) -> list[dict[str, Any]]:
    last = checks(store_of(request))
    return [
        {"id": one.id, "rule": one.rule.document(), "on": one.is_on, "changed_at": one.changed_at,
         "fault": last.get(one.id) or None}
        for one in kept.rules(store_of(request))
    ]  # fmt: skip


def _tested(place: Place, found: Backtest) -> dict[str, Any]:
    fired, missed = found.fired[-TOLD:], found.proof.missed[-TOLD:] if found.proof else []
    subjects = [one.subject for one in fired] + [one.subject for one in missed]
    whose = listing.whose_of(place.workspace, found.each, subjects)
    told = asdict(found) | {"times": len(found.fired), "per_month": found.per_month}
    told["fired"] = [_of(asdict(one), whose) for one in fired]
    if found.proof:
        shares = {name: _share(getattr(found.proof, name)) for name in ("precision", "usual", "caught")}
        told["proof"] |= shares | {"missed": [_of(asdict(one), whose) for one in missed]}
    return told


def _of(told: dict[str, Any], whose: dict[str, Whose]) -> dict[str, Any]:
    return {**told, "whose": whose[told.pop("subject")]}


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {"hits": share.hits, "of": share.of, "value": share.value, "lower": low, "upper": high}
