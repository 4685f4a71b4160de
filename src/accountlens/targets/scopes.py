"""Of whom a target can be in a snapshot: who owns accounts, which tiers there are; and who sees all of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, suggest
from accountlens.targets.target import COMPANY, DIMENSIONS, Scope

_MOST_LISTED = 12
_known: WeakKeyDictionary[Session, Scopes] = WeakKeyDictionary()


@dataclass(frozen=True)
class Scopes:
    """By kind and value: its accounts by now, and what it is called."""

    accounts: Mapping[str, Mapping[str, frozenset[str]]]
    names: Mapping[str, Mapping[str, str]]

    def find(self, scope: Scope) -> Scope:
        """The scope, with the id of whoever was named; `AccountlensError` where nobody is, or several are."""
        if scope.kind == COMPANY:
            return scope
        known = self.names[scope.kind]
        if scope.value in known:
            return scope
        meant = [id_ for id_, name in known.items() if name.casefold() == scope.value.casefold()]
        if len(meant) == 1:
            return Scope(scope.kind, meant[0])
        if meant:
            mend = f"Name one of them: {', '.join(meant[:_MOST_LISTED])}."
            raise AccountlensError(f"Several are called '{scope.value}'.", mend=mend)
        raise AccountlensError(f"There is no {scope.kind} '{scope.value}'.", mend=self._near(scope))

    def _near(self, scope: Scope) -> str | None:
        known = self.names[scope.kind]
        few = sorted(known)[:_MOST_LISTED]
        listed = f"There are {', '.join(few)}{' …' if len(known) > len(few) else ''}." if known else None
        return suggest(scope.value, [*known, *known.values()]) or listed

    def name(self, scope: Scope) -> str:
        """What it is called."""
        return "Company" if scope.kind == COMPANY else self.names[scope.kind].get(scope.value, scope.value)

    def visible(self, scope: Scope, seen: frozenset[str] | None) -> bool:
        """Whether whoever sees these accounts only (None: all) sees everything the scope is about."""
        if seen is None:
            return True
        if scope.kind == COMPANY:
            return False
        its = self.accounts[scope.kind].get(scope.value, frozenset())
        return bool(its) and its <= seen


def scopes_of(session: Session) -> Scopes:
    """Those of a snapshot, whoever looks; read once."""
    whole = session.whole
    if whole not in _known:
        _known[whole] = _scopes(whole)
    return _known[whole]


def _scopes(session: Session) -> Scopes:
    staff = _rows(session, "employees", ("employee_id", "name", "team"))
    teams = {id_: team for id_, _, team in staff}
    accounts: dict[str, dict[str, set[str]]] = {kind: defaultdict(set) for kind in DIMENSIONS}
    names: dict[str, dict[str, str]] = {kind: {} for kind in DIMENSIONS}
    names["owner"] = {id_: name or id_ for id_, name, _ in staff if id_}
    names["team"] = {team: team for team in teams.values() if team}
    labels = session.labels("accounts")
    for id_, owner, tier, segment in _rows(session, "accounts", ("account_id", "owner_id", "tier", "segment")):
        if id_ is None:
            continue
        names["account"][id_] = labels.get(id_) or id_
        for kind, value in {"owner": owner, "tier": tier, "segment": segment, "team": teams.get(owner)}.items():
            if value is not None:
                accounts[kind][value].add(id_)
                names[kind].setdefault(value, value)
    found = {kind: {one: frozenset(ids) for one, ids in of.items()} for kind, of in accounts.items()}
    return Scopes({**found, "account": _Each(names["account"])}, names)


class _Each(Mapping[str, frozenset[str]]):
    """Each account by itself: a set for each of very many is made when it is wanted."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        self._ids = ids

    def __getitem__(self, id_: str) -> frozenset[str]:
        if id_ not in self._ids:
            raise KeyError(id_)
        return frozenset((id_,))

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def _rows(session: Session, table: str, columns: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Texts; a column that the table lacks is empty."""
    session.table(table)
    there = {row[0] for row in session.fetch(f'DESCRIBE "{table}"').fetchall()}
    listed = ", ".join(f'CAST("{one}" AS VARCHAR)' if one in there else "NULL" for one in columns)
    return session.fetch(f'SELECT {listed} FROM "{table}"').fetchall()
