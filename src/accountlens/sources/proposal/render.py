"""Writes a draft as the SQL a person would write, with comments, or as a column map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from accountlens.sources.proposal.match import Pick
from accountlens.sources.proposal.model import Draft
from accountlens.sources.proposal.sqltext import quote
from accountlens.sources.proposal.values import ref

MARK = re.compile(r"«([^«»]+)»")
WIDE = 100  # a comment goes to a line of its own beyond this


def resolved(sql: str, alias: str | None = None) -> str:
    """SQL with its «columns» written out, qualified where tables are joined."""
    return MARK.sub(lambda found: (f"{alias}." if alias else "") + quote(found[1]), sql)


def column_map(draft: Draft) -> dict[str, object]:
    """The entry of `entities:` in accountlens.yaml. A column that is used twice is named twice."""
    used = [pick.column for pick in draft.picks.values()]
    renamed = {
        name: pick.column for name, pick in draft.picks.items() if pick.column != name or used.count(pick.column) > 1
    }
    return {"from": draft.table.relation.replace('"', ""), **({"columns": renamed} if renamed else {})}


def mapping_sql(drafts: Sequence[Draft]) -> str:
    """The mapping file of an entity: each table a SELECT, joined by UNION ALL BY NAME."""
    head = [f"-- {drafts[0].entity.name}: {drafts[0].entity.about}"]
    head.append("-- Proposed by 'accountlens init'. Read it, correct it; it is yours.")
    many = len(drafts) > 1
    selects = [select for draft in drafts for select in (_select(draft, many), *draft.more)]
    return "\n".join(head) + "\n" + "\n\nUNION ALL BY NAME\n\n".join(selects) + "\n"


def _select(draft: Draft, many: bool) -> str:
    alias = "t" if draft.joins else None
    lines = list(_comments(draft))
    items = [
        (resolved(pick.sql or ref(pick.column or ""), alias), name, _note(pick)) for name, pick in _picks(draft, many)
    ]
    items += [(resolved(sql, alias), name, "") for name, sql in draft.keep.items()]
    rest = _rest(draft, alias)
    cells = list(_cells(items, bool(rest)))
    lines += ["SELECT", *cells, *([f"    {rest}"] if rest else [])]
    lines.append(f"FROM {draft.table.relation}" + (f" AS {alias}" if alias else ""))
    for join in draft.joins:
        lines.append(f"LEFT JOIN {join.relation} AS {join.alias} ON {resolved(join.on, alias)}")
    if draft.where:
        lines.append(f"WHERE {resolved(draft.where, alias)}")
    if draft.each:
        lines.append(f"GROUP BY {resolved(draft.each, alias)}")
    return "\n".join(lines)


def _comments(draft: Draft) -> Iterator[str]:
    if draft.why:
        yield f"-- {draft.why[0].upper()}{draft.why[1:]}."
    for doubt in draft.doubts:
        yield f"-- Check: {doubt}."
    for pick in draft.picks.values():
        if pick.doubt:
            yield f"-- Check {pick.target}: {pick.doubt}."


def _picks(draft: Draft, many: bool) -> Iterator[tuple[str, Pick]]:
    """Keys of several tables are told apart by the table's name."""
    key = draft.entity.key[0] if len(draft.entity.key) == 1 else None
    for name, pick in draft.picks.items():
        if many and name == key and not draft.hidden:
            cell = pick.sql or ref(pick.column or "")
            sql = f"'{draft.table.name}-' || CAST({cell} AS VARCHAR)"
            yield name, Pick(name, pick.column, pick.confidence, pick.why, sql)
        else:
            yield name, pick


def _note(pick: Pick) -> str:
    return "" if pick.why in ("by its name", "the name we use") else pick.why


def _cells(items: Sequence[tuple[str, str, str]], goes_on: bool) -> Iterator[str]:
    width = max((len(sql) for sql, _, _ in items if "\n" not in sql and len(sql) <= 40), default=0)
    for place, (sql, name, note) in enumerate(items):
        comma = "," if goes_on or place < len(items) - 1 else ""
        shown = _indented(sql)
        bare = sql == name or sql.endswith(f".{name}")
        cell = f"    {shown}{comma}" if bare else f"    {shown:<{width}} AS {quote(name)}{comma}"
        if note and len(cell.split("\n")[-1]) + len(note) > WIDE:
            yield f"    -- {name}: {note}"
            note = ""
        yield f"{cell}  -- {note}" if note else cell


def _indented(sql: str) -> str:
    lines = sql.split("\n")
    return "\n".join([lines[0], *(f"    {'' if line.startswith('END') else '    '}{line}" for line in lines[1:])])


def _rest(draft: Draft, alias: str | None) -> str:
    """The star that keeps all other columns as dimensions."""
    if draft.each or draft.hidden:
        return ""
    gone = {pick.column for pick in draft.picks.values() if pick.column}
    gone |= {name for name in draft.table.columns if name.lower() in draft.picks}
    named = [quote(name) for name in draft.table.columns if name in gone]
    star = f"{alias}.*" if alias else "*"
    return f"{star} EXCLUDE ({', '.join(named)})" if named else star
