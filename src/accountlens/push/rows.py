"""What is to stand in a target: a row for each account that is wanted, by the id its source knows it by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from accountlens.accounts.decision_files import MERGES
from accountlens.alerts.listing import alerts
from accountlens.catalog.habits import PushSettings
from accountlens.errors import AccountlensError
from accountlens.pages.account_columns import NUMBERS
from accountlens.pages.accounts import AccountsTable, Wanted
from accountlens.workspace.asking import Asking

ACCOUNT, NEXT_STEP = "account_id", "next_step"
NUMBER, TEXT, TIME = "number", "text", "time"
DIGITS = 10  # of a figure: its last ones differ by the order in which a sum was made
Row: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Rows:
    """`columns`: name → kind (number, text, time), without the key. `without_key`: accounts that have none."""

    key: str
    columns: Mapping[str, str]
    by_key: Mapping[str, Row]
    without_key: int


def rows_of(workspace: Asking, push: PushSettings) -> Rows:
    """As they are now."""
    table = AccountsTable(workspace, workspace.opened())
    sources = list(dict.fromkeys(push.columns.values()))
    asked = tuple(dict.fromkeys([*(one for one in sources if one != NEXT_STEP), push.key]))
    wanted = Wanted(
        asked, "account_id", where=push.where, lists=(push.list_,) if push.list_ else (), period=push.period
    )
    if push.key not in table.attributes:
        raise AccountlensError(f"'{push.key}' is no attribute of accounts, so rows cannot go by it.")
    page = table.page(wanted, 0, max(len(table.ids), 1))
    cells = {one["column"]: one["values"] for one in page["columns"]}
    if NEXT_STEP in sources:
        steps = _next_steps(workspace)
        cells[NEXT_STEP] = [steps.get(account) for account in page[ACCOUNT]]
    kinds = {name: _kind(table, source) for name, source in push.columns.items()}
    found = list(zip(*([_plain(cell) for cell in cells[source]] for source in push.columns.values()), strict=True))
    keys = cells[push.key]
    by_key = _by_key(push.key, keys, found)
    if push.key == ACCOUNT:
        by_key |= _merged_here(workspace, by_key)
    return Rows(push.key, kinds, by_key, sum(key is None for key in keys))


def _by_key(name: str, keys: Sequence[Any], rows: Iterable[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for key, row in zip(keys, rows, strict=True):
        if key is None:
            continue
        if str(key) in found:
            raise AccountlensError(f"Two accounts have the {name} '{key}', so rows cannot go by it.")
        found[str(key)] = row
    return found


def _merged_here(workspace: Asking, by_key: Mapping[str, Row]) -> dict[str, Row]:
    """What the workspace took for one account is still two to its source: both are told the same."""
    session = workspace.opened().session
    session.table("account_merges")
    found = session.fetch(f"SELECT loser_id, survivor_id FROM account_merges WHERE source = '{MERGES}'").fetchall()
    return {loser: by_key[survivor] for loser, survivor in found if survivor in by_key}


def _next_steps(workspace: Asking) -> Mapping[str, str]:
    """Of each account's latest open alert."""
    found: dict[str, str] = {}
    for alert in alerts(workspace):
        if alert.whose.account_id is not None:
            found.setdefault(alert.whose.account_id, alert.next_step)
    return found


def _kind(table: AccountsTable, source: str) -> str:
    if source == NEXT_STEP:
        return TEXT
    if source not in table.attributes:
        return NUMBER
    kind = table.attributes[source]
    return NUMBER if kind in NUMBERS else TIME if kind in ("TIMESTAMP", "DATE") else TEXT


def _plain(cell: Any) -> Any:
    if isinstance(cell, float):
        return float(f"{cell:.{DIGITS}g}")
    if cell is None or isinstance(cell, str | datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)
