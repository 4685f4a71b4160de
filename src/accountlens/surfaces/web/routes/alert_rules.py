"""The rules behind alerts: read, written, switched on and off, and how often each would have been right."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from accountlens.alerts import files, kept, listing, offers
from accountlens.alerts.backtest import Backtest, Share, backtest
from accountlens.alerts.check import check
from accountlens.alerts.ledger import checks
from accountlens.alerts.listing import Whose
from accountlens.alerts.looking import admit, lacking
from accountlens.alerts.outcomes import WORDS
from accountlens.alerts.preview import preview
from accountlens.alerts.refusals import StaleRuleError
from accountlens.alerts.rules import Rule
from accountlens.alerts.saying import rule_words
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.pages.stand import Stand, stand
from accountlens.people.rights import Right
from accountlens.surfaces.web.alert_rule_models import (
    BacktestTold,
    CheckTold,
    Imported,
    Kept,
    KeptTold,
    RulePreviewTold,
    RulesTold,
    Switched,
    Tested,
)
from accountlens.surfaces.web.answering import AtDesk
from accountlens.surfaces.web.elsewhere import WAREHOUSE
from accountlens.surfaces.web.importing import importing
from accountlens.surfaces.web.place import Place
from accountlens.surfaces.web.problems import RefusedError, missing
from accountlens.surfaces.web.questions import On
from accountlens.surfaces.web.schemas import answers
from accountlens.surfaces.web.signing_in import actor_of, store_of

router = APIRouter(tags=["alerts"])
SHOWN = 10  # of those a rule would be raised for now
TOLD = 200  # of what fired and of what was missed, the latest
RuleId = Annotated[str, Path(min_length=1, max_length=64, examples=["cooling_off"])]


@router.get("/alerts/rules", response_model=None, responses=answers(RulesTold), summary="Rules, and offers of some")
def all_rules(request: Request, desk: AtDesk) -> Response:
    """Every rule, and rules to begin with by business goal, with what the data lack for them."""

    def make(place: Place) -> dict[str, Any]:
        here = stand(place.workspace)
        told = _rules(request, here)
        taken = {one["id"] for one in told}
        offered = [
            asdict(one) | {"rule": one.rule.document(), "says": _says(here, one.rule), "taken": one.id in taken}
            for one in offers.offers(here)
        ]
        return {"rules": told, "offers": offered, "roles": _roles(here), "outcomes": WORDS}

    return desk.fresh(make)


@router.get("/alerts/rules/export", summary="The rules as YAML", response_class=Response)
def export(request: Request, desk: AtDesk) -> Response:
    """As the import reads it."""
    desk.require(Right.ASK)
    return Response(files.to_yaml(kept.rules(store_of(request))), media_type="application/yaml")


@importing(
    router, "/alerts/rules/import", Right.SET_ALERTS, response_model=KeptTold, summary="Take the rules of a file"
)
def take(request: Request, desk: AtDesk, body: Imported) -> dict[str, Any]:
    """All of them or none; one there is already is replaced."""
    with desk.place() as place:
        here = stand(place.whole)
        try:
            remarks = files.take_in(store_of(request), here, actor_of(request), body.text, "rules")
        except ProblemsError as error:  # of what was sent, not of the workspace
            raise RefusedError(400, " ".join(map(str, error.problems))) from error
        check(place.whole)
        return {"rules": _rules(request, here), "remarks": remarks}


@router.put("/alerts/rules/{id_}", response_model=KeptTold, summary="Keep a rule")
def keep(request: Request, desk: AtDesk, id_: RuleId, body: Kept) -> dict[str, Any]:
    """A new one, or in place of the one of that name. One that cannot be computed here is kept, and off.

    409 where somebody kept, changed or removed that one meanwhile.
    """
    desk.require(Right.SET_ALERTS)
    with desk.place() as place:
        here = stand(place.whole)
        why = admit(here, body.rule)
        on = False if why else body.on
        switched = {} if on is None else {id_: on}
        read = {id_: body.version} if body.says_version else None
        try:
            kept.save(store_of(request), actor_of(request), {id_: body.rule}, switched, read)
        except StaleRuleError as error:
            raise RefusedError(409, error.what, mend=error.mend, kind="stale") from error
        check(place.whole)
        return {"rules": _rules(request, here), "remarks": {id_: why} if why else {}}


@router.delete("/alerts/rules/{id_}", status_code=204)
def remove(request: Request, desk: AtDesk, id_: RuleId) -> None:
    """Forget a rule; what it had raised is over."""
    desk.require(Right.SET_ALERTS)
    _known(request, id_)
    kept.remove(store_of(request), actor_of(request), id_)


@router.post("/alerts/rules/{id_}/switch", response_model=KeptTold, summary="Switch a rule on or off")
def switch(request: Request, desk: AtDesk, id_: RuleId, body: Switched) -> dict[str, Any]:
    """Switched on it is looked at at once; what one that is switched off had raised is over."""
    desk.require(Right.SET_ALERTS)
    rule = _known(request, id_)
    with desk.place() as place:
        here = stand(place.whole)
        if body.on and (why := admit(here, rule.rule)):
            raise RefusedError(409, f"{id_} cannot be switched on: {why}")
        kept.switch(store_of(request), actor_of(request), id_, body.on)
        check(place.whole)
        return {"rules": _rules(request, here), "remarks": {}}


@router.post("/alerts/backtest", response_model=None, responses=answers(BacktestTold), summary="Back-test of a rule")
def look_back(desk: AtDesk, body: Tested, on: On = "store") -> Response:
    """How often a rule would have fired in the last year, of the accounts one sees, and how often it was right."""

    def make(place: Place) -> dict[str, Any]:
        return _tested(place, backtest(place.asking, body.rule))

    return desk.tell(make, key=body.model_dump_json(), on=on)


@router.post(
    "/alerts/preview", response_model=None, responses=answers(RulePreviewTold), summary="What a rule would do now"
)
def foresee(desk: AtDesk, body: Tested, on: On = "store") -> Response:
    """For whom a rule, kept or not, would be raised now, of the accounts one sees, and what would be held back."""

    def make(place: Place) -> dict[str, Any]:
        found = preview(stand(place.asking), body.rule)
        first = found.fires[:SHOWN]
        whose = listing.whose_of(place.workspace, body.rule.each, [subject for subject, _ in first])
        told = [{"whose": whose[subject], "why": why} for subject, why in first]
        return {"subjects": found.subjects, "fires": len(found.fires), "first": told, "held": found.held}

    return desk.tell(make, on=on) if on == WAREHOUSE else desk.fresh(make)


@router.post("/alerts/check", response_model=CheckTold, summary="Look at all rules that are on")
def check_now(desk: AtDesk) -> dict[str, Any]:
    """As a refresh does; done again on the same data nothing changes."""
    desk.require(Right.SET_ALERTS)
    with desk.place() as place:
        return asdict(check(place.whole))


def _known(request: Request, id_: str) -> kept.KeptRule:
    found = next((one for one in kept.rules(store_of(request)) if one.id == id_), None)
    if found is None:
        raise missing(f"There is no rule '{id_}'.")
    return found


def _rules(request: Request, here: Stand) -> list[dict[str, Any]]:
    last = checks(store_of(request))
    return [
        {"id": one.id, "rule": one.rule.document(), "says": _says(here, one.rule), "on": one.is_on,
         "changed_at": one.changed_at, "version": one.digest, "fault": last.get(one.id) or _lacks(here, one.rule)}
        for one in kept.rules(store_of(request))
    ]  # fmt: skip


def _says(here: Stand, rule: Rule) -> str:
    return rule_words(rule, here.ground.catalog, here.opened.house.currency)


def _lacks(here: Stand, rule: Rule) -> str | None:
    """Why a rule that nobody looked at yet cannot be computed, as far as is told without computing it."""
    try:
        needs = lacking(here, rule)
    except AccountlensError as fault:  # its KPI is in the catalog no more
        return str(fault)
    return f"It needs {', '.join(one.lacks for one in needs)}. {needs[0].mend}" if needs else None


def _roles(here: Stand) -> list[str]:
    """The buying roles contacts have, of which a rule may ask whether anybody is in touch with them."""
    if not here.has("contacts") or not here.knows("contacts", "buying_role"):
        return []
    told = here.rows("SELECT DISTINCT buying_role AS role FROM contacts WHERE buying_role IS NOT NULL ORDER BY 1",
                     "contacts")  # fmt: skip
    return [one["role"] for one in told]


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
