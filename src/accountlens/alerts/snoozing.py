"""What people do with alerts: snooze one or an account until a time, acknowledge one, give it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from accountlens.alerts.rules import ACCOUNT
from accountlens.errors import AccountlensError
from accountlens.people import audit
from accountlens.people.audit import Actor
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accountlens.store.tables import AlertRow

LONGEST_DAYS = 366


class NoAlertError(AccountlensError):
    """It is not there, or whoever asks may not see it: which of the two is not told."""


def snoozes(store: Store, now: datetime) -> dict[str, datetime]:
    """`alert:ID` or `account:ID` → until when, of those that last."""
    rows = read_rows(store.database, "alert_snoozes", ("about", "until"), order="about", limit=-1)
    found = {about: datetime.fromisoformat(until) for about, until in rows}
    return {about: until for about, until in found.items() if until > now}


def snooze_alert(store: Store, seen: frozenset[str] | None, by: Actor, id_: str, until: datetime | None) -> None:
    """Say nothing of an alert until then (UTC without zone); None: speak of it again. `NoAlertError`: not for him."""
    with store.state.session("snooze an alert") as session:
        _require(session, seen, id_)
        _put(session, by, f"alert:{id_}", until)


def snooze_account(store: Store, seen: frozenset[str] | None, by: Actor, account: str, until: datetime | None) -> None:
    """The same of all alerts of an account, also of those to come; the account is one that is there."""
    if seen is not None and account not in seen:
        raise NoAlertError(f"There is no account '{account}', or you do not see it.")
    with store.state.session("snooze an account") as session:
        _put(session, by, f"account:{account}", until)


def acknowledge(store: Store, seen: frozenset[str] | None, by: Actor, id_: str) -> None:
    """Somebody takes care of it: it is told no more, and goes by itself when its condition is over."""
    with store.state.session("acknowledge an alert") as session:
        row = _require(session, seen, id_)
        if row.state == "resolved":
            raise AccountlensError("That alert is over already.")
        row.state, row.acknowledged_by = "acknowledged", by.user_id
        audit.note(session, by, "alert_acknowledged", id_)


def give_back(store: Store, seen: frozenset[str] | None, by: Actor, id_: str) -> None:
    """Nobody takes care of it after all: it is open again."""
    with store.state.session("give an alert back") as session:
        row = _require(session, seen, id_)
        if row.state == "resolved":
            raise AccountlensError("That alert is over already.")
        row.state, row.acknowledged_by = "open", None
        audit.note(session, by, "alert_given_back", id_)


def _require(session: Session, seen: frozenset[str] | None, id_: str) -> AlertRow:
    from accountlens.store.tables import AlertRow

    row = session.get(AlertRow, id_)
    if row is None or not (seen is None or (row.each_of == ACCOUNT and row.subject in seen)):
        raise NoAlertError(f"There is no alert '{id_}', or you do not see its account.")
    return row


def _put(session: Session, by: Actor, about: str, until: datetime | None) -> None:
    from accountlens.store.tables import AlertSnoozeRow

    now = utc_now()
    if until is None:
        session.query(AlertSnoozeRow).filter(AlertSnoozeRow.about == about).delete()
    else:
        if until <= now:
            raise AccountlensError("That moment has passed.", mend="Snooze until a day to come.")
        if (until - now).days > LONGEST_DAYS:
            raise AccountlensError("That is more than a year.", mend="Switch the rule off, or snooze it for less.")
        session.merge(AlertSnoozeRow(about=about, until=until, by_user=by.user_id, made_at=now))
    audit.note(session, by, "alert_snoozed", about, until=until.isoformat() if until else None)
