"""Versions of targets in the app state: only ever added to."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from accountlens.errors import AccountlensError
from accountlens.people.secret import new_id
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.store.state_reader import read_rows
from accountlens.targets.target import Absolute, Amount, Computed, Growth, Scope, Span, Target

COLUMNS = (
    "number", "id", "kpi", "scope", "member", "starts", "ends", "period", "kind", "amount", "formula", "base",
    "since", "recorded_at", "author_id", "note", "parent",
)  # fmt: skip
RETIRED = "retired"
Days: TypeAlias = tuple[date, date]  # the first of a period, and the one after it
# by KPI and period, then by whose: the kind of scope, and which one of that kind
Aimed: TypeAlias = Mapping[tuple[str, Days], Mapping[str, Mapping[str, Target]]]


class NoTargetError(AccountlensError):
    """It is not there, or whoever asks may not see it: which of the two is not told."""

    def __init__(self) -> None:
        super().__init__("There is no such target, or you don't see it.", mend="'accountlens targets' lists all.")


def edition(store: Store) -> int:
    """Another number wherever another version was added."""
    rows = read_rows(store.database, "targets", ("number",), order="number DESC", limit=1)
    return int(rows[0][0]) if rows else 0


@dataclass(frozen=True)
class Kept:
    """All versions in the order they were written down."""

    versions: Sequence[Target]

    def aimed(self, at: datetime | None) -> Aimed:
        """Those in force, as known at an instant (None: now)."""
        return self._now if at is None else _aimed(in_force(self.versions, at))

    @cached_property
    def _now(self) -> Aimed:
        return _aimed(in_force(self.versions))


def _aimed(targets: Iterable[Target]) -> Aimed:
    found: dict[tuple[str, Days], dict[str, dict[str, Target]]] = {}
    for one in targets:
        found.setdefault((one.kpi, one.span.days), {}).setdefault(one.scope.kind, {})[one.scope.value] = one
    return found


_known = dict[Path, tuple[Hashable, Kept]]()  # what was read of each app state, and of which state of it


def kept(store: Store) -> Kept:
    """What is kept; read again only where the app state changed."""
    state = edition(store), *(_stamp(store.database.with_name(store.database.name + more)) for more in ("", "-wal"))
    known = _known.get(store.database)
    if known is None or known[0] != state:
        rows = read_rows(store.database, "targets", COLUMNS, order="number", limit=-1)
        known = _known[store.database] = state, Kept(tuple(map(_target, rows)))
    return known[1]


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def versions(store: Store, id_: str | None = None) -> list[Target]:
    """Every version in the order they were written down; of one target where it is named."""
    return [one for one in kept(store).versions if id_ in (None, one.id)]


def in_force(every: Iterable[Target], at: datetime | None = None, retired: bool = False) -> list[Target]:
    """The newest version of each, as known at an instant (None: now); retired ones only where they are wanted."""
    found: dict[str, Target] = {}
    for one in sorted(every, key=lambda one: (one.since, one.number)):
        if at is None or one.since <= at:
            found[one.id] = one
    return [one for one in found.values() if retired or one.amount is not None]


def add(store: Store, wanted: Sequence[Target]) -> list[Target]:
    """Keep versions, all of them or none; one of the same KPI, scope and period is a version of the same target."""
    from sqlalchemy import select

    from accountlens.store.tables import TargetRow

    added = list[Target]()
    with store.state.session("keep targets") as session:
        rows = session.scalars(select(TargetRow).order_by(TargetRow.number))  # as nobody else changes them meanwhile
        known = [_target([getattr(row, name) for name in COLUMNS]) for row in rows]
        ids = {one.key: one.id for one in known}
        last = {one.id: one for one in sorted(known, key=lambda one: (one.since, one.number))}
        for one in wanted:
            id_ = ids.setdefault(one.key, one.id or new_id("t"))
            row = TargetRow(**_row(_dated(one, last.get(id_)), id_))
            session.add(row)
            session.flush()
            added.append(_target([getattr(row, name) for name in COLUMNS]))
            last[id_] = added[-1]
    return added


def version(
    kpi: str, scope: Scope, span: Span, amount: Amount | None, author: str | None, note: str = "",
    since: datetime | None = None, parent: str | None = None,
) -> Target:  # fmt: skip
    """A version to be added; it counts from now on where nothing else is said."""
    now = utc_now()
    return Target(0, "", kpi, scope, span, amount, since or now, now, author, note, parent)


def _dated(one: Target, last: Target | None) -> Target:
    """What counts from now on counts from when it is written down, after whoever was quicker."""
    if one.since == one.recorded_at:
        now = max(utc_now(), last.since) if last else utc_now()
        return replace(one, since=now, recorded_at=now)
    if last is not None and one.since < last.since:
        what = f"The target for {one} was set anew on {last.since:%Y-%m-%d}, which is after {one.since:%Y-%m-%d}."
        raise AccountlensError(what, mend="What was said then stays said: give a later day, or none.")
    return one


def _row(one: Target, id_: str) -> dict[str, Any]:
    kind, value, formula, base = RETIRED, None, None, None
    match one.amount:
        case Absolute(number):
            kind, value = "absolute", number
        case Growth(rate):
            kind, value = "growth", rate
        case Computed(text, period):
            kind, formula, base = "formula", text, period
    return {
        "id": id_, "kpi": one.kpi, "scope": one.scope.kind, "member": one.scope.value, "starts": one.span.start,
        "ends": one.span.end, "period": one.span.label, "kind": kind, "amount": value, "formula": formula,
        "base": base, "since": one.since, "recorded_at": one.recorded_at, "author_id": one.author_id,
        "note": one.note, "parent": one.parent,
    }  # fmt: skip


def _target(row: Sequence[Any]) -> Target:
    told = dict(zip(COLUMNS, row, strict=True))
    amounts: dict[str, Amount | None] = {
        "absolute": Absolute(told["amount"]),
        "growth": Growth(told["amount"]),
        "formula": Computed(told["formula"] or "", told["base"] or ""),
        RETIRED: None,
    }
    return Target(
        told["number"], told["id"], told["kpi"], Scope(told["scope"], told["member"]),
        Span(_day(told["starts"]), _day(told["ends"]), told["period"]), amounts[told["kind"]],
        _moment(told["since"]), _moment(told["recorded_at"]), told["author_id"], told["note"], told["parent"],
    )  # fmt: skip


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
