"""What each account alone has, of a whole company: whoever tells it to somebody else tells too much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import duckdb

from accountlens.workspace import Workspace

LEADS_TO = {  # of tables without an account of their own: the column that leads to one, and where
    "opportunity_history": ("opportunity_id", "opportunities"),
    "opportunity_contacts": ("opportunity_id", "opportunities"),
    "ticket_comments": ("ticket_id", "tickets"),
    "goal_progress": ("goal_id", "goals"),
}
WORD = re.compile(r"[a-z_ ]*|.{,4}")  # of a vocabulary, or too short to mean only one thing


class Secrets:
    """`owners`: by text, the only account whose rows have it (None: rows of no account). `called`: ids and names."""

    def __init__(self, owners: Mapping[str, str | None], called: Mapping[str, str]) -> None:
        self.owners, self.called = owners, called

    def told(self, what: Any, seen: Iterable[str], typed: Iterable[str] = ()) -> set[str]:
        """What of others stands in anything that was told, but for what was typed."""
        mine, words = frozenset(seen), frozenset(typed)
        texts = set(leaves(what)) - words
        found = {text for text in texts if text in self.owners and self.owners[text] not in mine}
        whole = "\n".join(texts)
        found |= {name for name, id_ in self.called.items() if id_ not in mine and name in whole and name not in words}
        return found


def secrets_of(workspace: Workspace) -> Secrets:
    """By the tables as they are, read without any narrowing."""
    snapshot = workspace.store.current()
    assert snapshot is not None
    owners: dict[str, set[str | None]] = {}
    common: set[str] = set()
    with duckdb.connect() as con:
        for name, version in snapshot.tables.items():
            con.execute(f'CREATE VIEW "{name}" AS {workspace.store.relation_sql(version)}')
        for name, version in snapshot.tables.items():
            texts = [column for column, kind in version.columns if kind == "VARCHAR"]
            account = _account(name, {column for column, _ in version.columns})
            for column in texts:
                sql = f'SELECT DISTINCT {account or "NULL"}, CAST(t."{column}" AS VARCHAR) FROM "{name}" t'
                for owner, text in con.execute(sql).fetchall():
                    if account is None:
                        common.add(text)
                    elif text is not None:
                        owners.setdefault(text, set()).add(owner)
        listed = con.execute("SELECT account_id, name, domain FROM accounts").fetchall()
    alone = {text: next(iter(ids)) for text, ids in owners.items() if len(ids) == 1 and not WORD.fullmatch(text)}
    called = {text: row[0] for row in listed for text in row if text and "(" not in text}
    return Secrets({text: id_ for text, id_ in alone.items() if text not in common}, called)


def _account(table: str, columns: set[str]) -> str | None:
    if "account_id" in columns:
        return "t.account_id"
    if table in LEADS_TO:
        key, other = LEADS_TO[table]
        return f"(SELECT max(o.account_id) FROM {other} o WHERE o.{key} = t.{key})"
    return None


def leaves(what: Any) -> Iterator[str]:
    """Every text in it, keys included; an error by its words."""
    if isinstance(what, str):
        yield what
        yield from what.split('"') if '"' in what else ()
    elif isinstance(what, Mapping):
        for key, value in what.items():
            yield from leaves(key)
            yield from leaves(value)
    elif isinstance(what, list | tuple | set | frozenset):
        for one in what:
            yield from leaves(one)
    elif is_dataclass(what) and not isinstance(what, type):
        for field in fields(what):
            yield from leaves(getattr(what, field.name))
    elif isinstance(what, Exception):
        yield from leaves(str(what))
