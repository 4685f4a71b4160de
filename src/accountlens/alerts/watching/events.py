"""Conditions on what happened or did not: silence by buying role, renewals in poor health, champions who left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import ChampionLeft, NoTouch, RenewalDue
from accountlens.alerts.signs import Held, Question, Seen, Sign
from accountlens.alerts.watching.ground import Members, Watch
from accountlens.alerts.watching.tracks import health_track, signed
from accountlens.language import numbers
from accountlens.pages.signs import CONTACT_SIGNS
from accountlens.pages.stand import RECENT_TOUCHES, Record, Stand, only
from accountlens.store import Snapshot, Store

Place = tuple[int, int]
A_DAY = timedelta(days=1)


def silences(watch: Watch) -> Seen:
    """Accounts with whose people of some buying role nobody was in touch for so many days."""
    when = watch.rule.when
    assert isinstance(when, NoTouch)
    _need(watch.here, "alerts on silence", "activities", *(["contacts"] if when.roles else []))
    members = watch.members(watch.moments, watch.rule.where)
    long_here = watch.members([at - when.days * A_DAY for at in watch.moments], watch.rule.where)
    members = Members(members.accounts, members.here & long_here.here)
    known = set(members.accounts)
    gaps: dict[Place, list[tuple[str, int | None]]] = {}
    place = {id_: number for number, id_ in enumerate(members.accounts)}
    for role, account, last in _last_touches(watch, when):
        if account in known:
            for moment, at in enumerate(watch.moments):
                touched = last[moment]
                days = None if touched is None else (at - touched).days
                if members.here[place[account], moment] and (days is None or days > when.days):
                    gaps.setdefault((place[account], moment), []).append((role, days))
    signs = {at: _silence(watch, members.accounts[at[0]], told, when) for at, told in gaps.items()}
    return Seen(members.accounts, watch.moments, members.here, signs)


def _silence(watch: Watch, account: str, gaps: Sequence[tuple[str, int | None]], when: NoTouch) -> Sign:
    def said(role: str, days: int | None) -> str:
        who = f"the {role.replace('_', ' ')}" if role else "anybody"
        return f"{who} for {days} days" if days is not None else f"{who} ever"

    text = f"No touch with {', '.join(said(*one) for one in sorted(gaps))}; it should be at most {when.days} days."
    days = [days for _, days in gaps if days is not None]
    longest = float(max(days)) if days and len(days) == len(gaps) else None
    told = {"roles": {role or "anybody": days for role, days in gaps}}
    question = Question("interaction_gap_days", _day(watch), only(account))
    return Sign(text, longest, when.days, told, question=question)


def _last_touches(watch: Watch, when: NoTouch) -> Iterator[tuple[str, str, list[datetime | None]]]:
    """Role ('' for anybody), account, and its last touch before each moment; of roles the account has people in."""
    roles = "t.account_id IS NOT NULL"
    sql = "SELECT '' AS role, a.account_id FROM accounts a"
    if when.roles:
        roles = "c.buying_role IN $roles"
        sql = """SELECT DISTINCT c.buying_role AS role, c.account_id FROM contacts c
            WHERE c.buying_role IN $roles AND NOT COALESCE(c.is_internal, FALSE) AND c.account_id IS NOT NULL"""
    role = "c.buying_role" if when.roles else "''"
    here, touches, reads = _touches(watch)
    moments = ", ".join(f"MAX(t.occurred_at) FILTER (WHERE t.occurred_at < $m{n}) AS m{n}" for n in _numbers(watch))
    rows = here.rows(
        f"""WITH pairs AS ({sql}), last AS (
            SELECT {role} AS role, t.account_id, {moments} FROM {touches} t
            LEFT JOIN contacts c ON c.contact_id = t.contact_id WHERE {roles} GROUP BY 1, 2)
        SELECT p.role, p.account_id, {", ".join(f"l.m{n}" for n in _numbers(watch))} FROM pairs p
        LEFT JOIN last l ON l.role = p.role AND l.account_id = p.account_id""",
        "accounts", "contacts", *reads, roles=list(when.roles) or [""],
        **{f"m{n}": watch.moments[n] for n in _numbers(watch)},
    )  # fmt: skip
    for row in rows:
        yield row["role"], row["account_id"], [row[f"m{n}"] for n in _numbers(watch)]


def _touches(watch: Watch) -> tuple[Stand, str, Sequence[str]]:
    """Where touches are read, as what, and of which tables: of those that lie in a warehouse the last are here."""
    if watch.back or not watch.here.lacks("touches"):
        return watch.here.far or watch.here, "touches", ["touches"]
    last = f"""(SELECT account_id, contact_id, touched_at AS occurred_at FROM {CONTACT_SIGNS} UNION ALL
        SELECT account_id, contact_id, occurred_at FROM {RECENT_TOUCHES})"""
    return watch.here, last, [CONTACT_SIGNS, RECENT_TOUCHES]


def _numbers(watch: Watch) -> range:
    return range(len(watch.moments))


def renewals(watch: Watch) -> Seen:
    """Accounts whose contract ends soon, undecided, in poor health."""
    when = watch.rule.when
    assert isinstance(when, RenewalDue)
    _need(watch.here, "alerts on renewals", "contracts")
    members = watch.members(watch.moments, watch.rule.where)
    place = {id_: number for number, id_ in enumerate(members.accounts)}
    health = health_track(watch, watch.moments) if when.health_below is not None else {}
    unknown = np.full(len(watch.moments), np.nan)
    signs: dict[Place, Sign] = {}
    watched = np.zeros(members.here.shape, bool)
    for moment, row in _contracts(watch, when):
        if (subject := place.get(row["account_id"])) is None:
            continue
        watched[subject, moment] = True
        score = float(health.get(row["account_id"], unknown)[moment])
        if when.health_below is None or not score >= when.health_below:
            signs[subject, moment] = _renewal(watch, when, row, watch.moments[moment], score)
    return Seen(members.accounts, watch.moments, watched, signs)


def _contracts(watch: Watch, when: RenewalDue) -> Iterator[tuple[int, Record]]:
    """Contracts that run and are undecided at each moment and end soon after, together by account."""
    rows = watch.here.rows(
        "SELECT contract_id, account_id, started_on, ends_on, decided_at, decision, value FROM contracts "
        "WHERE account_id IS NOT NULL ORDER BY ends_on, contract_id",
        "contracts",
    )  # fmt: skip
    for moment, at in enumerate(watch.moments):
        found: dict[str, Record] = {}
        for row in rows:
            open_ = row["started_on"] < at <= row["ends_on"] <= at + when.within_days * A_DAY
            if open_ and not _decided(row, at):
                one = found.setdefault(row["account_id"], {**row, "value": None, "ids": []})
                one["ids"].append(row["contract_id"])
                one["value"] = (one["value"] or 0) + row["value"] if row["value"] is not None else one["value"]
        yield from ((moment, one) for one in found.values())


def _decided(row: Record, at: datetime) -> bool:
    """Whether it was known then; a decision without a date was known at the end of the term."""
    decided_at: datetime = row["decided_at"] or row["ends_on"]
    return row["decision"] in ("renewed", "lost") and decided_at < at


def _renewal(watch: Watch, when: RenewalDue, row: Record, at: datetime, score: float) -> Sign:
    days = (row["ends_on"] - at).days
    held = None
    if when.health_below is not None and np.isnan(score):
        held = Held.UNKNOWN, "its health is unknown"
    what = "Contract" if len(row["ids"]) == 1 else numbers.count(len(row["ids"]), "contract")
    worth = numbers.show(row["value"], "money", watch.here.opened.house.currency)
    health = "" if when.health_below is None or held else f"; health {score:.1f}, below {when.health_below:g}"
    worth = worth if row["value"] is not None else "an unknown amount"
    text = f"{what} worth {worth} ends in {numbers.count(days, 'day')}{health}."
    told: dict[str, Any] = {"days": days, "value": row["value"], "contracts": row["ids"]}
    question = Question("health_score", _day(watch), only(row["account_id"]), compare="previous")
    value = None if np.isnan(score) else score
    return signed(text, held, value=value, expected=when.health_below, numbers=told, question=question)


def champions(watch: Watch) -> Seen:
    """Accounts a champion of which is gone."""
    when = watch.rule.when
    assert isinstance(when, ChampionLeft)
    here = watch.here
    _need(here, "alerts on champions", "contacts")
    if lacks := here.unfilled("alerts on champions", "contacts", "buying_role"):
        raise RuleError("No contact has a buying role, so nobody is known to be a champion.", mend=lacks[0].mend)
    members = watch.members(watch.moments, watch.rule.where)
    place = {id_: number for number, id_ in enumerate(members.accounts)}
    gone: dict[Place, dict[str, str]] = {}
    for moment, account, contact, why in _gone(watch, when):
        if account in place and members.here[place[account], moment]:
            gone.setdefault((place[account], moment), {})[contact] = why
    signs = {at: _left(watch, members.accounts[at[0]], told) for at, told in gone.items()}
    notes = ["Of the past only mail that bounced is known, not who stood where."] if watch.back else []
    return Seen(members.accounts, watch.moments, members.here, signs, notes)


def _gone(watch: Watch, when: ChampionLeft) -> Iterator[tuple[int, str, str, str]]:
    rows = (watch.here.far or watch.here).rows(
        """SELECT c.account_id, c.contact_id, MIN(e.hard_bounced_at) AS at FROM contacts c
        JOIN emails e ON e.contact_id = c.contact_id WHERE c.buying_role = 'champion' AND e.hard_bounced_at IS NOT NULL
            AND c.account_id IS NOT NULL AND NOT COALESCE(c.is_internal, FALSE) GROUP BY 1, 2""",
        "contacts", "emails",
    )  # fmt: skip
    for moment, at in enumerate(watch.moments):
        for row in rows:
            if at - when.days * A_DAY <= row["at"] < at:
                yield moment, row["account_id"], row["contact_id"], "mail to him bounces for good"
    if not watch.back:
        store = watch.here.workspace.store
        for account, contact in _no_longer(watch.here, store, when.days):
            yield 0, account, contact, "he is no champion of the account any more"


def _no_longer(here: Stand, store: Store, days: int) -> Iterator[tuple[str, str]]:
    """Champions of the oldest snapshot within so many days who are none of that account now."""
    then = _snapshot_before(here, store, days)
    if then is None:
        return
    names = {name for name, _ in then.tables["contacts"].columns}
    if not {"contact_id", "account_id", "buying_role"} <= names:
        return
    sql = store.relation_sql(then.tables["contacts"])
    rows = here.rows(
        f"""SELECT b.account_id, b.contact_id FROM ({sql}) b WHERE b.buying_role = 'champion'
            AND b.account_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.contact_id = b.contact_id
                AND c.account_id = b.account_id AND c.buying_role = 'champion')""",
        "contacts",
    )  # fmt: skip
    yield from ((row["account_id"], row["contact_id"]) for row in rows)


def _snapshot_before(here: Stand, store: Store, days: int) -> Snapshot | None:
    since = here.now - days * A_DAY
    own = here.opened.snapshot.id
    past = [one for one in store.snapshots() if since <= one.as_of < here.now and one.id != own]
    known = [one for one in past if "contacts" in one.tables]
    return min(known, key=lambda one: one.as_of, default=None)


def _left(watch: Watch, account: str, told: dict[str, str]) -> Sign:
    who = "A champion is gone" if len(told) == 1 else f"{numbers.count(len(told), 'champion')} are gone"
    text = f"{who}: {'; '.join(dict.fromkeys(told.values()))}."
    question = Question("buying_group_coverage", _day(watch), only(account))
    return Sign(text, float(len(told)), None, {"champions": len(told)}, sorted(told), question)


def _need(here: Stand, shows: str, *entities: str) -> None:
    if lacks := here.lacking(shows, *entities):
        what = f"This rule needs {', '.join(one.lacks for one in lacks)}, and there is no source of it."
        raise RuleError(what, mend=lacks[0].mend)


def _day(watch: Watch) -> str:
    """The period an event's question is about: the days up to the present."""
    return "last-90-days"
