"""Accounts that are one: the rows of the loser count for the survivor, at every time; undone, all is as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import duckdb

from accountlens.accounts.clues import ACCOUNT_NAMES, ACCOUNT_SITES, insert, several
from accountlens.accounts.decision_files import MERGES, Merge
from accountlens.errors import Problem
from accountlens.language.tables import MADE_TABLES, Entity
from accountlens.warehouses.expand import quoted

MERGED = "_merged"  # each loser once, each survivor an account
TABLE = "account_merges"  # the same, as a refresh makes it
# What a system that merges accounts itself calls the one that stayed, and the day; the first that is there.
INTO = ("merged_into_id", "merged_into_account_id", "merged_into", "master_record_id", "master_account_id")
SINCE = ("merged_at", "merged_on", "merged_date")


def make_room(con: duckdb.DuckDBPyConnection) -> None:
    """The table of merges, empty."""
    listed = ", ".join(f"{name} {kind}" for name, kind in MADE_TABLES[TABLE].items())
    con.execute(f"CREATE OR REPLACE TABLE {MERGED} ({listed})")


def find_merged(
    con: duckdb.DuckDBPyConnection, accounts: str, decided: Sequence[Merge], today: date
) -> Iterator[Problem]:
    """Fill the table of merges known on a day: those of the workspace, else what the accounts say of themselves."""
    said = {merge.loser_id: merge for merge in _by_source(con, accounts)}
    own = {merge.loser_id: merge for merge in decided}
    known = {loser: merge for loser, merge in (said | own).items() if merge.on is None or merge.on <= today}
    ids = {row[0] for row in con.execute(f"SELECT account_id FROM {accounts}").fetchall()}
    for merge in [merge for merge in known.values() if not {merge.survivor_id} & (ids | known.keys())]:
        what = f"Account {merge.loser_id} is merged into {merge.survivor_id}, which is no account; it stays as it is."
        yield Problem(*_place(known.pop(merge.loser_id)), what, "Name an account that the sources give.", "warning")
    rows = []
    for loser, merge in known.items():
        survivor = _last(loser, known)
        if survivor in ids:
            rows.append((loser, survivor, merge.on, MERGES if loser in own else "accounts"))
        elif survivor is None:
            what = f"Account {loser} ends up merged into itself; it stays as it is."
            yield Problem(*_place(merge), what, "Correct the merge in its source, or take its row out.", "warning")
    insert(con, MERGED, ("loser_id", "survivor_id", "merged_on", "source"), rows)
    _remember_names(con, accounts)


def _remember_names(con: duckdb.DuckDBPyConnection, accounts: str) -> None:
    """By what the losers were known, the survivors are from now on."""
    columns = [row[0] for row in con.execute(f"DESCRIBE {accounts}").fetchall()]
    for column, wanted in (("sites", ACCOUNT_SITES), ("names", ACCOUNT_NAMES)):
        lists = ", ".join(several(columns, wanted))
        con.execute(
            f"UPDATE {MERGED} SET {column} = (SELECT array_to_string(list_concat({lists or '[]'}), ';') "
            f"FROM {accounts} a WHERE a.account_id = loser_id)"
        )


def without_merged(accounts: str) -> str:
    """SQL of the accounts that are left; those beneath a loser stand beneath the survivor."""
    return (
        "SELECT a.* REPLACE (CASE WHEN m.loser_id IS NULL THEN a.parent_account_id "
        "ELSE nullif(m.survivor_id, a.account_id) END AS parent_account_id) "
        f"FROM {accounts} a LEFT JOIN {MERGED} m ON m.loser_id = a.parent_account_id "
        f"WHERE a.account_id NOT IN (SELECT loser_id FROM {MERGED})"
    )


def each_once(entity: Entity, rows: str) -> str:
    """SQL of related rows, of those that a merge gave one key the survivor's; a loser's history tells nothing of it."""
    others = [f", {quoted(name)}" for name in entity.key if name != "account_id"]
    losers = f"SELECT loser_id FROM {MERGED}"
    kept = f"SELECT * FROM ({rows}) WHERE account_id_given IS NULL OR account_id_given NOT IN ({losers})"
    return (
        f"SELECT * EXCLUDE (_of_key) FROM (SELECT *, row_number() OVER (PARTITION BY coalesce(account_id, "
        f"account_id_given){''.join(others)} ORDER BY account_id_given = account_id DESC, account_id_given) AS _of_key "
        f"FROM ({kept if entity.name == 'account_history' else rows})) WHERE _of_key = 1"
    )


def _by_source(con: duckdb.DuckDBPyConnection, accounts: str) -> Iterator[Merge]:
    columns = {row[0].lower(): quoted(row[0]) for row in con.execute(f"DESCRIBE {accounts}").fetchall()}
    into = next((columns[name] for name in INTO if name in columns), None)
    if into is None:
        return
    since = next((f"TRY_CAST({columns[name]} AS DATE)" for name in SINCE if name in columns), "CAST(NULL AS DATE)")
    rows = con.execute(
        f"SELECT account_id, trim(CAST({into} AS VARCHAR)), {since} FROM {accounts} "
        f"WHERE trim(CAST({into} AS VARCHAR)) NOT IN ('', account_id)"
    )
    yield from (Merge(*row) for row in rows.fetchall())


def _last(loser: str, known: Mapping[str, Merge]) -> str | None:
    """Whom a chain of merges ends at; None where it turns in a circle."""
    seen, at = {loser}, known[loser].survivor_id
    while at in known:
        if at in seen:
            return None
        seen.add(at)
        at = known[at].survivor_id
    return at


def _place(merge: Merge) -> tuple[str, int]:
    return (MERGES, merge.row) if merge.row else ("accounts", 0)
