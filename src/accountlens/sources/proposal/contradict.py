"""What the tables say against each other, counted: keys spelled two ways, times before their time, other facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from accountlens.sources.naming import snake_case
from accountlens.sources.proposal.links import Link
from accountlens.sources.proposal.model import Draft
from accountlens.sources.proposal.relate import near_shown
from accountlens.sources.proposal.render import resolved
from accountlens.sources.proposal.values import ref
from accountlens.warehouses.expand import quoted

STARTS = ("created_at", "started_on", "set_on")  # before this, nothing should have happened
HAPPENED = ("occurred_at", "created_at", "ordered_at", "answered_at", "started_on", "closed_at")
RARE = 0.005  # smaller shares are told by the checks after loading


def contradictions(
    con: duckdb.DuckDBPyConnection, drafts: Mapping[str, Sequence[Draft]], links: Sequence[Link]
) -> Iterator[str]:
    """Sentences, each with how many rows it concerns. Nothing is changed because of them."""
    by_table = {draft.table.name: draft for group in drafts.values() for draft in group if not draft.hidden}
    used = [link for link in links if _is_used(link, by_table)]
    for link in used:
        if link.near:
            yield (
                f"{link.table}.{link.column} and {link.to_table}.{link.to_column} spell {near_shown(link)} differently:"
                f" a plain join would lose {link.rows_near:,} rows"
            )
    for link in used:
        mine, other = by_table[link.table], by_table[link.to_table]
        if link.table != link.to_table and link.share > 0.9:
            yield from _too_early(con, mine, other, link)
            yield from _other_facts(con, mine, other, link)


def _is_used(link: Link, by_table: Mapping[str, Draft]) -> bool:
    """The link stands for a reference of the mapping, or joins two tables that are mapped."""
    mine, other = by_table.get(link.table), by_table.get(link.to_table)
    if mine is None or other is None or not other.entity.key:
        return False
    names = [other.picks.get(name) for name in (other.entity.key[0], other.entity.label or "")]
    if link.to_column not in [pick.column for pick in names if pick] or len(other.entity.key) > 1:
        return False
    pointing = {
        pick.column for name, pick in mine.picks.items() if mine.entity.columns[name].references == other.entity.name
    }
    through = any(ref(link.column) in join.on for join in mine.joins)
    return link.column in pointing or through


def _too_early(con: duckdb.DuckDBPyConnection, mine: Draft, other: Draft, link: Link) -> Iterator[str]:
    start = next((other.picks[name] for name in STARTS if name in other.picks), None)
    event = next((mine.picks[name] for name in HAPPENED if name in mine.picks), None)
    if start is None or event is None:
        return
    first, then = (
        f"TRY_CAST({resolved(pick.sql or ref(pick.column or ''), alias)} AS TIMESTAMP)"
        for pick, alias in ((start, "o"), (event, "m"))
    )
    early, rows = _count(con, mine, other, link, f"{then} < {first}")
    if rows and early / rows > RARE:
        yield (
            f"{early:,} of {rows:,} rows of {mine.table.name} are dated ({event.column}) before {start.column} "
            f"of their {other.table.name}"
        )


def _other_facts(con: duckdb.DuckDBPyConnection, mine: Draft, other: Draft, link: Link) -> Iterator[str]:
    """Columns of one name in both tables that differ."""
    theirs = {snake_case(name): name for name in other.table.columns}
    for name, column in mine.table.columns.items():
        twin = theirs.get(snake_case(name))
        if not twin or name == link.column or twin == link.to_column or column.unique or column.is_a("time"):
            continue
        if column.distinct > 50 or not 1 < other.table.columns[twin].distinct <= 50:
            continue
        cells = [f"lower(CAST({alias}.{quoted(cell)} AS VARCHAR))" for alias, cell in (("m", name), ("o", twin))]
        differ, rows = _count(con, mine, other, link, f"{cells[0]} <> {cells[1]}")
        if rows and differ / rows > RARE:
            told = f"{name} of {mine.table.name} differs from that of its {other.table.name}"
            yield f"{told} in {differ:,} of {rows:,} rows"


def _count(con: duckdb.DuckDBPyConnection, mine: Draft, other: Draft, link: Link, test: str) -> tuple[int, int]:
    keys = [f"CAST({alias}.{quoted(name)} AS VARCHAR)" for alias, name in (("m", link.column), ("o", link.to_column))]
    row = con.execute(
        f"SELECT count(*) FILTER ({test}), count(*) FROM {mine.table.relation} AS m "
        f"JOIN {other.table.relation} AS o ON {keys[0]} = {keys[1]}"
    ).fetchone()
    return row or (0, 0)
