"""What an account's attributes were: one interval after the other, without overlaps and without gaps.

Three tell of them: `account_history` of the sources; `tiers.csv` of the workspace, which from its first date on stands
above the sources; and, for attributes whose history no source keeps, what accountlens saw at each refresh.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import duckdb

from accountlens.language.tables import MADE_TABLES
from accountlens.warehouses.expand import literal, quoted

NAME = "account_attributes"
SEEN = "account_attributes_seen"  # account_id, attribute, value, seen_at; the row without account: the latest refresh
BEFORE = "_before"  # the schema in which the last snapshot's tables are readable, where there is one
WATCHED = ("owner_id", "tier", "segment", "parent_account_id")
BEGINNING = "TIMESTAMP '0001-01-01 00:00:00'"
# The first interval reaches back to the beginning. A later start closes the earlier interval. Between two intervals
# the value is unknown; after the last one, where that has ended, the account's present value holds.
_INTERVALS = """
WITH rows AS (
    {rows}
), kept AS (
    SELECT account_id, attribute, MIN(CASE WHEN own THEN valid_from END) AS own_from, BOOL_OR(NOT own) AS by_source
    FROM rows GROUP BY account_id, attribute
), tracked AS (
    SELECT DISTINCT attribute FROM rows WHERE NOT own
), sights AS (
    {seen}
), changed AS (
    SELECT account_id, attribute FROM sights GROUP BY account_id, attribute HAVING COUNT(*) > 1
), heard AS (
    SELECT r.* FROM rows r JOIN kept k ON k.account_id = r.account_id AND k.attribute = r.attribute
    WHERE r.own OR k.own_from IS NULL OR r.valid_from < k.own_from
    UNION ALL
    SELECT s.account_id, s.attribute, s.attribute AS spelled, s.value, s.valid_from, CAST(NULL AS TIMESTAMP), FALSE
    FROM sights s
    LEFT JOIN kept k ON k.account_id = s.account_id AND k.attribute = s.attribute
    LEFT JOIN changed c ON c.account_id = s.account_id AND c.attribute = s.attribute
    LEFT JOIN tracked t ON t.attribute = s.attribute
    WHERE CASE WHEN k.own_from IS NOT NULL THEN NOT k.by_source AND s.valid_from < k.own_from
        ELSE c.account_id IS NOT NULL AND t.attribute IS NULL END
), told AS (
    SELECT *, row_number() OVER (PARTITION BY account_id, attribute, valid_from ORDER BY spelled, value) AS place
    FROM heard
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
_ROWS = """SELECT account_id, {attribute} AS attribute, h.attribute AS spelled, value, valid_from, valid_to,
        {own} AS own
    FROM account_history h WHERE account_id IS NOT NULL AND h.attribute IS NOT NULL"""
_NO_ROWS = """SELECT CAST(NULL AS VARCHAR) AS account_id, CAST(NULL AS VARCHAR) AS attribute,
    CAST(NULL AS VARCHAR) AS spelled, CAST(NULL AS VARCHAR) AS value, CAST(NULL AS TIMESTAMP) AS valid_from,
    CAST(NULL AS TIMESTAMP) AS valid_to, FALSE AS own WHERE FALSE"""
# What was seen first holds from the beginning: nobody knows better.
_SIGHTS = """SELECT account_id, attribute, value, CASE WHEN row_number() OVER (
        PARTITION BY account_id, attribute ORDER BY seen_at) = 1 THEN {beginning} ELSE seen_at END AS valid_from
    FROM {seen} WHERE account_id IS NOT NULL"""
_NO_SIGHTS = """SELECT CAST(NULL AS VARCHAR) AS account_id, CAST(NULL AS VARCHAR) AS attribute,
    CAST(NULL AS VARCHAR) AS value, CAST(NULL AS TIMESTAMP) AS valid_from WHERE FALSE"""


def history_sql(con: duckdb.DuckDBPyConnection, present: Collection[str], seen: str | None = None) -> str:
    """The SELECT of the intervals, sorted. `seen` is SQL of what was seen (`seen_sql`), where that is kept."""
    tells = "account_history" in present
    if not tells and seen is None:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in MADE_TABLES[NAME].items())
        return f"SELECT {nothing} WHERE false"
    known = {row[0].lower(): row[0] for row in con.execute("DESCRIBE accounts").fetchall()}
    rows, spelled = _NO_ROWS, dict[str, str]()
    if tells:
        told = con.execute("SELECT DISTINCT attribute FROM account_history WHERE attribute IS NOT NULL ORDER BY 1")
        spelled = {name: known[name.lower()] for (name,) in told.fetchall() if name.lower() in known}
        attribute = _case("h.attribute", {name: literal(own) for name, own in spelled.items()}, "h.attribute")
        has_own = any(row[0] == "kept_in" for row in con.execute("DESCRIBE account_history").fetchall())
        rows = _ROWS.format(attribute=attribute, own="h.kept_in IS NOT NULL" if has_own else "FALSE")
    values = {own: f"CAST(a.{quoted(own)} AS VARCHAR)" for own in spelled.values()}
    current = _case("c.attribute", values, "CAST(NULL AS VARCHAR)")
    sights = _SIGHTS.format(seen=seen, beginning=BEGINNING) if seen else _NO_SIGHTS
    return _INTERVALS.format(rows=rows, seen=sights, current=current)


def seen_sql(con: duckdb.DuckDBPyConnection, as_of: datetime) -> str:
    """The SELECT of what was seen of the watched attributes: at the refreshes before, and at this one, at `as_of`.

    A value counts from the refresh that saw it first. A present that lies before one already seen adds nothing, and
    the same present again takes the place of what was seen there: so a refresh repeated changes nothing.
    """
    columns = {row[0] for row in con.execute("DESCRIBE accounts").fetchall()}
    now = "\nUNION ALL\n".join(
        f"SELECT account_id, '{name}' AS attribute, CAST({quoted(_source_said(name, columns))} AS VARCHAR) AS value "
        "FROM accounts"
        for name in WATCHED
        if name in columns
    )
    place = "SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2"
    before = f"SELECT * FROM {BEFORE}.{SEEN}" if con.execute(place, [BEFORE, SEEN]).fetchall() else _NOTHING_SEEN
    return _SEEN.format(now=now, before=before, present=literal(str(as_of)))


def _source_said(attribute: str, columns: Collection[str]) -> str:
    """The column with the source's word, where the workspace's own stands in the attribute's."""
    return f"{attribute}_given" if f"{attribute}_given" in columns else attribute


_NOTHING_SEEN = """SELECT CAST(NULL AS VARCHAR) AS account_id, CAST(NULL AS VARCHAR) AS attribute,
    CAST(NULL AS VARCHAR) AS value, CAST(NULL AS TIMESTAMP) AS seen_at WHERE FALSE"""
_SEEN = """
WITH before AS (
    {before}
), clock AS (
    SELECT COALESCE(MAX(seen_at) > TIMESTAMP {present}, FALSE) AS looks_back,
        GREATEST(COALESCE(MAX(seen_at), TIMESTAMP {present}), TIMESTAMP {present}) AS latest
    FROM before
), earlier AS (
    SELECT b.* FROM before b, clock WHERE account_id IS NOT NULL AND (looks_back OR seen_at < TIMESTAMP {present})
), last_seen AS (
    SELECT account_id, attribute, value,
        row_number() OVER (PARTITION BY account_id, attribute ORDER BY seen_at DESC) AS place
    FROM earlier
), now AS (
    {now}
)
SELECT account_id, attribute, value, seen_at FROM earlier
UNION ALL
SELECT n.account_id, n.attribute, n.value, TIMESTAMP {present}
FROM now n CROSS JOIN clock
LEFT JOIN last_seen l ON l.account_id = n.account_id AND l.attribute = n.attribute AND l.place = 1
WHERE NOT looks_back AND (l.account_id IS NULL OR l.value IS DISTINCT FROM n.value)
UNION ALL
SELECT NULL, NULL, NULL, latest FROM clock
ORDER BY account_id NULLS FIRST, attribute, seen_at
"""


def _case(subject: str, results: Mapping[str, str], otherwise: str) -> str:
    if not results:
        return otherwise
    cases = " ".join(f"WHEN {literal(name)} THEN {result}" for name, result in results.items())
    return f"CASE {subject} {cases} ELSE {otherwise} END"
