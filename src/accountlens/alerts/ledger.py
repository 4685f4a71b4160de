"""What the rules found, kept: alerts are raised, go on, and are over when their condition is; what is held back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accountlens.alerts.kept import KeptRule
from accountlens.alerts.signs import Held, Question, Seen, Sign
from accountlens.people.secret import new_id
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from accountlens.store.tables import AlertCheckRow, AlertRow


@dataclass(frozen=True)
class Checked:
    """What became of a rule: how many alerts it raised, that go on, that are over; held back; or its fault."""

    rule: str
    raised: int = 0
    going_on: int = 0
    over: int = 0
    held: int = 0
    fault: str = ""
    again: bool = False  # it was looked at on this snapshot before, so nothing was done


def known_check(store: Store, rule: KeptRule, snapshot: str) -> bool:
    """Whether this very rule was looked at on the snapshot."""
    from accountlens.store.tables import AlertCheckRow

    with store.state.session("look at checks") as session:
        return _is_of(session.get(AlertCheckRow, rule.id), rule, snapshot)


def keep_fault(store: Store, rule: KeptRule, snapshot: str, fault: str) -> Checked:
    """That it could not be computed; what it found before stays as it is."""
    with store.state.session("keep a check") as session:
        _note(session, rule, snapshot, fault)
    return Checked(rule.id, fault=fault)


def keep_seen(store: Store, rule: KeptRule, snapshot: str, now: datetime, seen: Seen) -> Checked:
    """Bring the alerts of a rule to what it sees now, in one transaction, once for a rule and a snapshot."""
    from accountlens.store.tables import AlertCheckRow, AlertRow

    signs = dict(seen.at(len(seen.moments) - 1))
    with store.state.session("keep alerts") as session:
        if _is_of(session.get(AlertCheckRow, rule.id), rule, snapshot):
            return Checked(rule.id, again=True)
        rows = session.query(AlertRow).filter(AlertRow.rule_id == rule.id).order_by(AlertRow.opened_at).all()
        live = {row.subject: row for row in rows if row.state != "resolved"}
        cooled = now - timedelta(days=rule.rule.cooldown_days)
        hot = {row.subject: row.opened_at for row in rows if row.opened_at > cooled}
        over = _end(live, signs, now)
        held = {subject: sign for subject, sign in signs.items() if sign.held}
        raised = going_on = 0
        for subject, sign in signs.items():
            if sign.held:
                continue
            if subject in live:
                live[subject].sign, live[subject].seen_at = told(sign), now
                going_on += 1
            elif subject in hot:
                held[subject] = _cooling(sign, hot[subject], rule.rule.cooldown_days)
            else:
                session.add(_new(rule, subject, sign, now))
                raised += 1
        _hold(session, rule, held)
        _note(session, rule, snapshot, "")
    return Checked(rule.id, raised, going_on, over, len(held))


def checks(store: Store) -> Mapping[str, str]:
    """Each rule that was looked at, and why it could not be computed, if so."""
    return dict(read_rows(store.database, "alert_checks", ("rule_id", "fault"), order="rule_id", limit=-1))


def told(sign: Sign) -> dict[str, Any]:
    """A sign as it is kept."""
    return asdict(sign) | {"held": sign.held.value if sign.held else None}


def read_sign(kept: Mapping[str, Any]) -> Sign:
    """The other way."""
    question = Question(**kept["question"]) if kept["question"] else None
    return Sign(**{**kept, "question": question, "held": Held(kept["held"]) if kept["held"] else None})


def _end(live: Mapping[str, AlertRow], signs: Mapping[str, Sign], now: datetime) -> int:
    """Those whose condition is over; one that is held back now goes on: nothing says that it is over."""
    over = [row for subject, row in live.items() if subject not in signs]
    for row in over:
        row.state, row.resolved_at = "resolved", now
    return len(over)


def _cooling(sign: Sign, raised_at: datetime, days: int) -> Sign:
    told_on = f"it was raised on {raised_at:%Y-%m-%d}, and is not raised again within {days} days"
    return Sign(f"{sign.why} Held back, because {told_on}.", sign.value, sign.expected, sign.numbers, sign.people,
                sign.question, Held.COOLDOWN)  # fmt: skip


def _new(rule: KeptRule, subject: str, sign: Sign, now: datetime) -> AlertRow:
    from accountlens.store.tables import AlertRow

    row = AlertRow(id=new_id("al"), rule_id=rule.id, each_of=rule.rule.each, subject=subject, state="open")
    row.opened_at, row.seen_at, row.sign = now, now, told(sign)
    return row


def _hold(session: Session, rule: KeptRule, held: Mapping[str, Sign]) -> None:
    from accountlens.store.tables import AlertHeldRow

    session.query(AlertHeldRow).filter(AlertHeldRow.rule_id == rule.id).delete()
    session.add_all(
        AlertHeldRow(rule_id=rule.id, each_of=rule.rule.each, subject=subject, sign=told(sign))
        for subject, sign in held.items()
    )


def _note(session: Session, rule: KeptRule, snapshot: str, fault: str) -> None:
    from accountlens.store.tables import AlertCheckRow

    row = AlertCheckRow(rule_id=rule.id, snapshot=snapshot, digest=rule.digest, checked_at=utc_now(), fault=fault)
    session.merge(row)


def _is_of(row: AlertCheckRow | None, rule: KeptRule, snapshot: str) -> bool:
    return row is not None and (row.snapshot, row.digest) == (snapshot, rule.digest) and not row.fault
