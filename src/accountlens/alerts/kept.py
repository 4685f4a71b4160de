"""The rules of a workspace, kept in the app state: read, written, switched on and off, removed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from accountlens.alerts.refusals import StaleRuleError
from accountlens.alerts.rules import NAME, Rule
from accountlens.errors import AccountlensError, suggest
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COLUMNS = ("id", "document", "is_on", "made_by", "created_at", "changed_at")


@dataclass(frozen=True)
class KeptRule:
    """A rule under its name. Times are UTC without zone."""

    id: str
    rule: Rule
    is_on: bool
    made_by: str | None
    created_at: datetime
    changed_at: datetime

    @property
    def digest(self) -> str:
        """Changes when the rule does."""
        return digest_of(self.rule)


def digest_of(rule: Rule) -> str:
    return hashlib.sha256(json.dumps(rule.document(), sort_keys=True).encode()).hexdigest()


def rules(store: Store) -> list[KeptRule]:
    """All of them, by name."""
    return [_kept(row) for row in read_rows(store.database, "alert_rules", COLUMNS, order="id", limit=-1)]


def require_rule(store: Store, id_: str) -> KeptRule:
    """The rule of that name; `AccountlensError` where there is none."""
    known = {one.id: one for one in rules(store)}
    if id_ not in known:
        mend = suggest(id_, known) or "'accountlens alerts rules' lists all."
        raise AccountlensError(f"There is no rule '{id_}'.", mend=mend)
    return known[id_]


def read_rule(document: Any, where: str | None = None) -> Rule:
    """A rule as data; `AccountlensError` with all that is wrong."""
    try:
        return Rule.model_validate(document)
    except ValidationError as fault:
        told = [_told(item) for item in fault.errors(include_url=False)]
        raise AccountlensError(" ".join(dict.fromkeys(told)), where) from None


def save(
    store: Store,
    by: Actor,
    given: Mapping[str, Rule],
    on: Mapping[str, bool] | None = None,
    read: Mapping[str, str | None] | None = None,
) -> None:
    """Keep rules under their names, all or none; one there is already is replaced. A new one is off, if not said.

    Args:
        read: the digest of the rule that each is to replace, None where there was none; of those not named it is not
            looked at. `StaleRuleError` where it is another one by now.
    """
    for id_ in given:
        if not NAME.fullmatch(id_):
            mend = "Write small letters, digits and _, as cooling_off."
            raise AccountlensError(f"'{id_}' is no name of a rule.", mend=mend)
    with store.state.session("keep rules") as session:
        for id_, digest in (read or {}).items():
            _refuse_stale(session, id_, digest)
        for id_, rule in given.items():
            _put(session, by, id_, rule, (on or {}).get(id_))


def _refuse_stale(session: Session, id_: str, read: str | None) -> None:
    from accountlens.store.tables import AlertRuleRow

    row = session.get(AlertRuleRow, id_)
    now = None if row is None else digest_of(read_rule(row.document, f"the rule {id_}"))
    if now == read:
        return
    if read is None:
        what, mend = f"Somebody kept a rule '{id_}' meanwhile.", "Look at that one; yours is to have another name."
    elif now is None:
        what, mend = f"Somebody removed the rule '{id_}' meanwhile.", "Begin a new one, if it is still wanted."
    else:
        what, mend = f"Somebody changed the rule '{id_}' meanwhile.", "Open it anew, then change it."
    raise StaleRuleError(what, mend=mend)


def _put(session: Session, by: Actor, id_: str, rule: Rule, on: bool | None) -> None:
    from accountlens.store.tables import AlertRuleRow

    row = session.get(AlertRuleRow, id_)
    now = utc_now()
    if row is None:
        row = AlertRuleRow(id=id_, is_on=False, made_by=by.user_id, created_at=now)
        session.add(row)
    row.document, row.changed_at = rule.document(), now
    row.is_on = row.is_on if on is None else on
    if not row.is_on:
        _end(session, id_)
    audit.note(session, by, "alert_rule_kept", id_, on=row.is_on)


def switch(store: Store, by: Actor, id_: str, on: bool) -> None:
    """Switch a rule on or off; what one that is switched off had raised is over."""
    from accountlens.store.tables import AlertRuleRow

    require_rule(store, id_)
    with store.state.session("switch a rule") as session:
        row = session.get_one(AlertRuleRow, id_)
        row.is_on = on
        if not on:
            _end(session, id_)
        audit.note(session, by, "alert_rule_switched", id_, on=on)


def remove(store: Store, by: Actor, id_: str) -> None:
    """Forget a rule; what it had raised is over."""
    from accountlens.store.tables import AlertRuleRow

    require_rule(store, id_)
    with store.state.session("remove a rule") as session:
        session.delete(session.get_one(AlertRuleRow, id_))
        _end(session, id_)
        audit.note(session, by, "alert_rule_removed", id_)


def _end(session: Session, id_: str) -> None:
    """What a rule raised that is looked at no more."""
    from accountlens.store.tables import AlertCheckRow, AlertHeldRow, AlertRow

    live = session.query(AlertRow).filter(AlertRow.rule_id == id_, AlertRow.state != "resolved")
    live.update({"state": "resolved", "resolved_at": AlertRow.seen_at})
    session.query(AlertHeldRow).filter(AlertHeldRow.rule_id == id_).delete()
    session.query(AlertCheckRow).filter(AlertCheckRow.rule_id == id_).delete()


def _kept(row: Sequence[Any]) -> KeptRule:
    id_, document, on, by, created, changed = row
    rule = read_rule(json.loads(document), f"the rule {id_}")
    return KeptRule(id_, rule, bool(on), by, datetime.fromisoformat(created), datetime.fromisoformat(changed))


def _told(item: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in item["loc"] if part not in _KINDS)
    said = str(item["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{place}: {said}." if place else f"{said[:1].upper()}{said[1:]}."


_KINDS = frozenset({"threshold", "change", "baseline", "no_touch", "renewal", "champion_left", "data_late", "pacing"})
