"""What a workspace keeps itself, lists and tiers: CSV files that a refresh reads like those of a source.

`lists/<list>.csv` holds memberships (account_id, group, joined_at, left_at), `tiers.csv` the tiers of accounts
(account_id, tier, valid_from). Their rows are loaded last, so they win over rows of a source with the same key.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from accountlens.errors import AccountlensError
from accountlens.sources.delimited import land_text
from accountlens.sources.landed import LANDING, Landed, Part
from accountlens.sources.naming import literal
from accountlens.warehouses.expand import quoted

SOURCE = "this workspace"  # the schema of these tables; no source can be called so
LISTS, TIERS = "lists", "tiers.csv"
MEMBERSHIPS, HISTORY = "account_list_members", "account_history"
MEMBER_COLUMNS = ("account_id", "group", "joined_at", "left_at")
KEPT_IN = "kept_in"  # the column that says which of these files a row is kept in; NULL: a source gives it
TIER_GIVEN = "tier_given"  # what a source says of the tier, where tiers.csv says otherwise


def list_file(folder: Path, name: str) -> Path:
    """Where a list of this name is kept."""
    return folder / LISTS / f"{name}.csv"


def land_own(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Landed]:
    """Make the relations of lists and tiers that the workspace keeps; one `Landed` a file."""
    found: dict[str, list[tuple[str, Part, str]]] = {}
    for path in sorted((folder / LISTS).glob("*.csv")):
        shown = f"{LISTS}/{path.name}"
        part = _part(con, path, shown, ("account_id", "joined_at"))
        select = f"SELECT {_columns(part, MEMBER_COLUMNS)}, {literal(path.stem)} AS list"
        found.setdefault(MEMBERSHIPS, []).append((shown, part, select))
    if (folder / TIERS).is_file():
        part = _part(con, folder / TIERS, TIERS, ("account_id", "tier", "valid_from"))
        tier = f"{_column(part, 'tier')} AS value, 'tier' AS attribute"
        select = f"SELECT {_columns(part, ('account_id', 'valid_from'))}, {tier}"
        found[HISTORY] = [(TIERS, part, select)]
    return [item for table, parts in found.items() for item in _publish(con, table, parts)]


def _part(con: duckdb.DuckDBPyConnection, path: Path, shown: str, required: Sequence[str]) -> Part:
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {LANDING}; CREATE SCHEMA IF NOT EXISTS {quoted(SOURCE)}")
    with tempfile.TemporaryDirectory(prefix="accountlens-") as scratch:
        part = land_text(con, path, f"{LANDING}.{quoted(f'{SOURCE}/{shown}')}", Path(scratch))
    missing = [name for name in required if name not in map(str.lower, part.columns)]
    if missing:
        mend = f"Its first line must name {', '.join(required)}."
        raise AccountlensError(f"The column {' and '.join(missing)} is missing.", shown, mend)
    return part


def _columns(part: Part, names: Sequence[str]) -> str:
    return ", ".join(f"{_column(part, name)} AS {quoted(name)}" for name in names)


def _column(part: Part, name: str) -> str:
    given = next((column for column in part.columns if column.lower() == name), None)
    return quoted(given) if given else "CAST(NULL AS VARCHAR)"


def _publish(con: duckdb.DuckDBPyConnection, table: str, parts: Sequence[tuple[str, Part, str]]) -> Iterator[Landed]:
    selects = [
        f"{select}, {literal(shown)} AS {KEPT_IN}, {literal(shown)} AS _file, _row FROM ({part.select})"
        for shown, part, select in parts
    ]
    body = "\nUNION ALL BY NAME\n".join(selects)
    con.execute(f"CREATE OR REPLACE VIEW {quoted(SOURCE)}.{quoted(table)} AS {body}")
    for shown, part, _ in parts:
        yield Landed(SOURCE, table, part.rows, part.faulty, shown, part.notes)


def with_tiers(
    con: duckdb.DuckDBPyConnection, accounts: str, columns: Sequence[str], as_of: datetime
) -> tuple[str, list[str]]:
    """Accounts with the tier that tiers.csv gives them at `as_of`, and what the source said beside it."""
    place = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2"
    if not con.execute(place, [SOURCE, HISTORY]).fetchall():
        return accounts, list(columns)
    newest = (
        "row_number() OVER (PARTITION BY al_text(account_id) ORDER BY al_time(al_text(valid_from)) DESC, _row DESC)"
    )
    now = (
        f"SELECT al_text(account_id) AS account_id, al_text(value) AS tier, {newest} AS place "
        f"FROM {quoted(SOURCE)}.{HISTORY} WHERE al_time(al_text(valid_from)) <= {literal(str(as_of))}"
    )
    select = (
        "SELECT r.* REPLACE (CASE WHEN own.account_id IS NULL THEN r.tier ELSE own.tier END AS tier), "
        f"r.tier AS {TIER_GIVEN}\nFROM ({accounts}) r\n"
        f"LEFT JOIN ({now}) own ON own.account_id = r.account_id AND own.place = 1"
    )
    return select, [*columns, TIER_GIVEN]
