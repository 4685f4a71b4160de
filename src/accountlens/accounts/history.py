"""What an account's attributes were: one interval after the other, without overlaps and without gaps."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from accountlens.language.tables import MADE_TABLES
from accountlens.warehouses.expand import literal, quoted

NAME = "account_attributes"
# The first interval reaches back to the beginning. A later start closes the earlier interval. Between two intervals
# the value is unknown; after the last one, where that has ended, the account's present value holds.
_INTERVALS = """
WITH told AS (
    SELECT account_id, {attribute} AS attribute, value, valid_from, valid_to,
        row_number() OVER (PARTITION BY account_id, {attribute}, valid_from ORDER BY h.attribute, value) AS place
    FROM account_history h
    WHERE account_id IS NOT NULL AND h.attribute IS NOT NULL
), ordered AS (
    SELECT *,
        lead(valid_from) OVER (PARTITION BY account_id, attribute ORDER BY valid_from) AS next_from,
        row_number() OVER (PARTITION BY account_id, attribute ORDER BY valid_from) AS place_in_time
    FROM told WHERE place = 1
), closed AS (
    SELECT account_id, attribute, value, next_from,
        CASE WHEN place_in_time > 1 THEN valid_from END AS valid_from,
        CASE WHEN valid_to IS NULL OR valid_to > next_from THEN next_from ELSE valid_to END AS valid_to
    FROM ordered
)
SELECT account_id, attribute, value, valid_from, valid_to FROM closed
WHERE valid_from IS NULL OR valid_to IS NULL OR valid_from < valid_to
UNION ALL
SELECT account_id, attribute, NULL, valid_to, next_from FROM closed WHERE valid_to < next_from
UNION ALL
SELECT c.account_id, c.attribute, {current}, c.valid_to, NULL
FROM closed c JOIN accounts a ON a.account_id = c.account_id
WHERE c.next_from IS NULL AND c.valid_to IS NOT NULL
ORDER BY account_id, attribute, valid_from NULLS FIRST
"""


def history_sql(con: duckdb.DuckDBPyConnection, present: Collection[str]) -> str:
    """The SELECT of the intervals, sorted; without `account_history` it has no rows."""
    if "account_history" not in present:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in MADE_TABLES[NAME].items())
        return f"SELECT {nothing} WHERE false"
    known = {row[0].lower(): row[0] for row in con.execute("DESCRIBE accounts").fetchall()}
    told = con.execute("SELECT DISTINCT attribute FROM account_history WHERE attribute IS NOT NULL ORDER BY 1")
    spelled = {name: known[name.lower()] for (name,) in told.fetchall() if name.lower() in known}
    attribute = _case("h.attribute", {name: literal(own) for name, own in spelled.items()}, "h.attribute")
    values = {own: f"CAST(a.{quoted(own)} AS VARCHAR)" for own in spelled.values()}
    current = _case("c.attribute", values, "CAST(NULL AS VARCHAR)")
    return _INTERVALS.format(attribute=attribute, current=current)


def _case(subject: str, results: Mapping[str, str], otherwise: str) -> str:
    if not results:
        return otherwise
    cases = " ".join(f"WHEN {literal(name)} THEN {result}" for name, result in results.items())
    return f"CASE {subject} {cases} ELSE {otherwise} END"
