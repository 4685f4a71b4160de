"""The top of every account's tree of parents; circles are told and broken."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from accountlens.errors import Problem

TOPS = "_account_tops"

# A parent counts when it is an account. `above`: every account that can be reached upwards, circles included;
# UNION (not UNION ALL) ends the walk there.
_LINKS = """
CREATE OR REPLACE TABLE _account_links AS
SELECT a.account_id, p.account_id AS parent_id
FROM {accounts} a JOIN {accounts} p ON p.account_id = a.parent_account_id
"""
_CIRCLES = """
CREATE OR REPLACE TABLE _account_circles AS
WITH RECURSIVE above AS (
    SELECT account_id, parent_id AS reached FROM _account_links
    UNION
    SELECT above.account_id, link.parent_id FROM above JOIN _account_links link ON link.account_id = above.reached
)
SELECT DISTINCT account_id FROM above WHERE account_id = reached
"""
_TOPS = """
CREATE OR REPLACE TABLE _account_tops AS
WITH RECURSIVE kept AS (
    SELECT link.account_id, link.parent_id FROM _account_links link
    LEFT JOIN _account_circles circle ON circle.account_id = link.account_id WHERE circle.account_id IS NULL
), walk AS (
    SELECT account_id, account_id AS top FROM {accounts}
    UNION ALL
    SELECT walk.account_id, kept.parent_id FROM walk JOIN kept ON kept.account_id = walk.top
)
SELECT walk.account_id, walk.top AS ultimate_parent_id
FROM walk LEFT JOIN kept ON kept.account_id = walk.top WHERE kept.account_id IS NULL
"""


def find_tops(con: duckdb.DuckDBPyConnection, accounts: str) -> list[Problem]:
    """Make the table account_id → ultimate_parent_id. Members of a circle are each their own top."""
    for sql in (_LINKS, _CIRCLES, _TOPS):
        con.execute(sql.format(accounts=accounts))
    return list(_problems(con, accounts))


def _problems(con: duckdb.DuckDBPyConnection, accounts: str) -> Iterator[Problem]:
    circles = [row[0] for row in con.execute("SELECT account_id FROM _account_circles ORDER BY 1").fetchall()]
    if circles:
        what = f"Accounts that stand above themselves: {_some(circles)}."
        yield Problem("accounts", 0, what, "Each counts as the top of its tree.", "warning")
    strange = con.execute(
        f"SELECT DISTINCT a.parent_account_id FROM {accounts} a "
        f"LEFT JOIN {accounts} p ON p.account_id = a.parent_account_id "
        "WHERE a.parent_account_id IS NOT NULL AND p.account_id IS NULL ORDER BY 1"
    ).fetchall()
    if strange:
        what = f"Parent accounts that are no accounts themselves: {_some([row[0] for row in strange])}."
        yield Problem("accounts", 0, what, "Their children count as tops.", "warning")


def _some(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
