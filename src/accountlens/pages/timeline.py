"""What happened with one account, newest first: touches, deals, tickets, answers, use, revenue, stages, health."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from accountlens.errors import AccountlensError, RowsElsewhereError, suggest
from accountlens.language.calendar import BEGINNING
from accountlens.pages.needs import Need
from accountlens.pages.stand import Elsewhere, Record, Stand, names_of, only, stand
from accountlens.pages.strands import RECENT_DAYS, STRANDS, Rows, Strand
from accountlens.workspace.asking import Asking

HEALTH = "health"
KINDS = (*dict.fromkeys(strand.kind for strand in STRANDS), HEALTH)
MOVED = 1.0  # points by which health must move in a month to be told
MOST = 500
HEALTH_MONTHS = "last-24-months"  # so far back health is told where no period is asked
_OWN = ("at", "key", "what", "contact_id", "employee_id", "amount", "account_id")


@dataclass(frozen=True)
class Somebody:
    id: str
    name: str | None


@dataclass(frozen=True)
class Entry:
    """`what` is what happened, of a `kind`; `title` says it in words, `details` and `ids` hold the rest of the row."""

    at: datetime
    kind: str
    key: str
    what: str
    title: str
    contact: Somebody | None
    employee: Somebody | None
    amount: float | None
    details: Mapping[str, Any]
    ids: Mapping[str, str]


@dataclass(frozen=True)
class Older(Elsewhere):
    """Entries of these `kinds` from before `since` lie in a warehouse; of touches the latest are here in any case.

    Of health nothing is told where its figures are not kept for so long.
    """

    kinds: Sequence[str]
    since: datetime


@dataclass(frozen=True)
class Timeline:
    """`cursor` asks for what is older; None where nothing is. `older`: what is not told, for it is not here."""

    account_id: str
    entries: Sequence[Entry]
    cursor: str | None
    needs: Sequence[Need]
    older: Older | None = None


@dataclass(frozen=True)
class _Asked:
    account: str
    start: datetime
    end: datetime
    after: tuple[datetime, str, str] | None  # at, kind, key of the last entry shown
    person: str | None
    limit: int


def timeline(
    workspace: Asking, account: str, *, kinds: Iterable[str] = (), person: str | None = None, period: str | None = None,
    cursor: str | None = None, limit: int = 50, snapshot: str | None = None,
) -> Timeline:  # fmt: skip
    """Entries from the newest on. Use, visits and campaigns are told by week, health by month where it moved.

    Args:
        kinds: some of `KINDS`; by default all of them.
        person: a contact of the account or one of us, by id or name; what names nobody is left out.
        period: by default all up to now; health then reaches back two years.
        limit: 1 to 500 entries.
    """
    here = stand(workspace, snapshot)
    chosen = _chosen(kinds)
    if not 1 <= limit <= MOST:
        raise AccountlensError(f"{limit} entries cannot be told at once.", mend=f"Ask for 1 to {MOST}.")
    id = here.account(account)["account_id"]
    span = here.span(period) if period else None
    start, end = (
        (span.start, span.as_of) if span else (BEGINNING + timedelta(days=1), here.now)
    )  # what was always so is none
    asked = _Asked(id, start, end, _after(cursor), _person(here, id, person) if person else None, limit + 1)
    found, apart = _found(here, asked, chosen, period or HEALTH_MONTHS)
    shown = _named(here, found[:limit])
    following = _cursor(shown[-1]) if len(found) > limit else None
    return Timeline(id, shown, following, _needs(here, chosen), _older(here, apart))


def _found(here: Stand, asked: _Asked, chosen: Sequence[str], health: str) -> tuple[list[Entry], list[str]]:
    """The entries of the chosen kinds, health's of a period, in their order; and the kinds that are told in part."""
    strands, far = [strand for strand in STRANDS if strand.kind in chosen], here.far
    found = [entry for strand in strands for entry in _entries(here, far, strand, asked)]
    apart = [] if far else _apart(here, strands, asked.start)
    if HEALTH in chosen and asked.person is None:
        try:
            found += _health(here, asked, health)
        except RowsElsewhereError:
            apart.append(HEALTH)
    found.sort(key=lambda entry: (entry.kind, entry.key))
    return sorted(found, key=lambda entry: entry.at, reverse=True), apart


def _chosen(kinds: Iterable[str]) -> Sequence[str]:
    asked = list(kinds)
    for kind in asked:
        if kind not in KINDS:
            raise AccountlensError(f"'{kind}' is no kind of entry ({', '.join(KINDS)}).", mend=suggest(kind, KINDS))
    return asked or KINDS


def _begins(here: Stand) -> datetime:
    """The first Monday from which on all is here that a refresh brings home of rows in a warehouse."""
    days = here.ground.catalog.parameters(RECENT_DAYS)["recent_days"]
    first = here.ground.clock.local(here.now - timedelta(days=days)).date()
    return here.ground.clock.midnight(first + timedelta(days=7 - first.weekday()))


def _apart(here: Stand, strands: Sequence[Strand], start: datetime) -> list[str]:
    """Of strands that are asked from `start` on the kinds that are told in part."""
    found = dict.fromkeys(one.kind for one in strands if here.has(one.entity) and one.is_apart(here))
    return list(found) if found and start < _begins(here) else []


def _older(here: Stand, kinds: Sequence[str]) -> Older | None:
    there = here.elsewhere
    return Older(there.engine, there.may_ask, kinds, _begins(here)) if kinds and there else None


def _rows(here: Stand, far: Stand | None, strand: Strand, asked: _Asked) -> tuple[Stand, Rows, datetime]:
    """Where a strand is read, what of, and from when on: weeks that have begun before the rows here are left out."""
    if not strand.whole or not strand.latest or not strand.is_apart(here):
        return here, strand.whole or Rows("", ()), asked.start
    if far:
        return far, strand.whole, asked.start
    counted = RECENT_DAYS in strand.latest.reads
    return here, strand.latest, max(asked.start, _begins(here)) if counted else asked.start


def _entries(here: Stand, far: Stand | None, strand: Strand, asked: _Asked) -> Iterator[Entry]:
    if not here.has(strand.entity) or (asked.person and not strand.people):
        return
    place, given, start = _rows(here, far, strand, asked)
    who = " OR ".join(f"t.{column} = $person" for column in strand.people)
    sql = strand.sql.replace("{who}", f"AND ({who})" if asked.person else "").replace("{rows}", given.sql)
    older = ""
    if asked.after:
        later = "TRUE" if strand.kind > asked.after[1] else "FALSE"
        same = "AND e.key > $key" if strand.kind == asked.after[1] else f"AND {later}"
        older = f"WHERE e.at < $at OR (e.at = $at {same})"
    at, _, key = asked.after or (None, None, None)
    rows = place.rows(
        f"SELECT * FROM ({sql}) e {older} ORDER BY e.at DESC, e.key LIMIT $limit", *strand.reads, *given.reads,
        account=asked.account, start=start, end=asked.end, person=asked.person, at=at, key=key, limit=asked.limit,
    )  # fmt: skip
    yield from (_entry(strand, row) for row in rows)


def _entry(strand: Strand, row: Record) -> Entry:
    ids = {name: row[name] for name in strand.ids if row[name] is not None}
    rest = {name: value for name, value in row.items() if value is not None and name not in (*_OWN, *strand.ids)}
    contact, employee = (Somebody(row[name], None) if row.get(name) else None for name in ("contact_id", "employee_id"))
    told = (row["at"], strand.kind, row["key"], row["what"], strand.say(row))
    return Entry(*told, contact, employee, row.get("amount"), rest, ids)


def _health(here: Stand, asked: _Asked, period: str) -> Iterator[Entry]:
    """The ends of months in which the score moved, and by what."""
    if not here.can("health_score"):
        return
    answer = here.ask(["health_score"], where=only(asked.account), period=period, grain="month", compare="previous")
    for row, piece in zip(answer.rows(), answer.plan.slices, strict=False):
        told = row["compare"]["previous"]
        if told["change"] is None or abs(told["change"]) < MOVED or not asked.start < piece.as_of <= asked.end:
            continue
        key = row["period"]
        if asked.after and not _is_older((piece.as_of, HEALTH, key), asked.after):
            continue
        way = "rose" if told["change"] > 0 else "fell"
        title = f"Health {way} from {told['value']:.0f} to {row['value']:.0f}"
        details = {"before": told["value"], "after": row["value"], "changed": told.get("changed", {})}
        yield Entry(piece.as_of, HEALTH, key, way, title, None, None, None, details, {})


def _is_older(place: tuple[datetime, str, str], than: tuple[datetime, str, str]) -> bool:
    """Whether an entry comes below another: by time downwards, then by kind and key."""
    return place[0] < than[0] or (place[0] == than[0] and place[1:] > than[1:])


def _named(here: Stand, entries: Sequence[Entry]) -> list[Entry]:
    """The same with people's names."""
    contacts = names_of(here, "contacts", "contact_id", [one.contact.id for one in entries if one.contact])
    employees = names_of(here, "employees", "employee_id", [one.employee.id for one in entries if one.employee])

    def called(person: Somebody | None, names: Mapping[str, str]) -> Somebody | None:
        return Somebody(person.id, names.get(person.id)) if person else None

    return [
        replace(one, contact=called(one.contact, contacts), employee=called(one.employee, employees)) for one in entries
    ]


def _person(here: Stand, account: str, name: str) -> str:
    """The id of a contact of the account, or of one of us."""
    same = "lower({0}) = $name OR lower(name) = $name"
    found = here.rows(
        f"""SELECT contact_id AS id FROM contacts WHERE account_id = $account AND ({same.format("contact_id")})
        UNION SELECT employee_id FROM employees WHERE {same.format("employee_id")} ORDER BY id""",
        "contacts", "employees", account=account, name=name.strip().lower(),
    )  # fmt: skip
    if not found:
        raise AccountlensError(
            f"Nobody of this account, or of us, is called '{name}'.", mend="Give the id or the name."
        )
    if len(found) > 1:
        ids = ", ".join(row["id"] for row in found[:5])
        raise AccountlensError(f"{len(found)} people are called '{name}' ({ids}).", mend="Name one by the id.")
    return str(found[0]["id"])


def _cursor(entry: Entry) -> str:
    told = json.dumps([entry.at.isoformat(), entry.kind, entry.key])
    return base64.urlsafe_b64encode(told.encode()).decode()


def _after(cursor: str | None) -> tuple[datetime, str, str] | None:
    if cursor is None:
        return None
    try:
        at, kind, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(at), str(kind), str(key)
    except (binascii.Error, ValueError, TypeError) as error:
        mend = "Give the cursor of an earlier page as it was told, or none."
        raise AccountlensError(f"'{cursor[:40]}' is no place in a timeline.", mend=mend) from error


def _needs(here: Stand, chosen: Sequence[str]) -> list[Need]:
    """What entries of the chosen kinds lack."""
    asked = dict.fromkeys((strand.entity, strand.kind) for strand in STRANDS if strand.kind in chosen)
    kinds: dict[str, list[str]] = {}
    for entity, kind in asked:
        kinds.setdefault(entity, []).append(kind)
    found = [
        need for entity, kind in kinds.items() for need in here.lacking(f"entries of kind {' '.join(kind)}", entity)
    ]
    return found + (here.kpi_needs(["health_score"], "changes of health") if HEALTH in chosen else [])
