"""References between entities: joins by name, keys spelled two ways, rows that a table lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from accountlens.sources.naming import literal
from accountlens.sources.proposal.links import Link
from accountlens.sources.proposal.match import Pick
from accountlens.sources.proposal.model import Draft, Join
from accountlens.sources.proposal.sqltext import quote
from accountlens.sources.proposal.values import ref

Drafts = Mapping[str, Sequence[Draft]]
SELF_FILLING = {"employees": "manager_id"}  # whoever is named here is one of them, listed or not


def related(draft: Draft, drafts: Drafts, links: Sequence[Link]) -> Draft:
    """The draft with every reference checked against the tables it points to."""
    if draft.canonical:
        return draft
    mine = [link for link in links if link.table == draft.table.name]
    for column in draft.entity.columns.values():
        if column.references and (targets := _targets(drafts, column.references)):
            pick = draft.picks.get(column.name)
            if pick is None or pick.column is None:
                draft = _by_values(draft, column.name, targets, mine) if pick is None else draft
            elif pick.sql is None:
                draft = _checked(draft, pick, targets, mine)
    return _filled(draft, mine)


def _targets(drafts: Drafts, entity: str) -> list[Draft]:
    return [draft for draft in drafts.get(entity, ()) if not draft.hidden]


def key_of(draft: Draft) -> str | None:
    pick = draft.picks.get(draft.entity.key[0]) if draft.entity.key else None
    return pick.column if pick else None


def _label_of(draft: Draft) -> str | None:
    pick = draft.picks.get(draft.entity.label or "")
    return pick.column if pick else None


def _checked(draft: Draft, pick: Pick, targets: Sequence[Draft], links: Sequence[Link]) -> Draft:
    """A pick by name, held against the values."""
    for target in targets:
        for link in links:
            if (link.column, link.to_table) != (pick.column, target.table.name):
                continue
            if link.to_column == key_of(target):
                return _with(draft, _measured(pick, link, target))
            if link.to_column == _label_of(target) and key_of(target):
                return _joined_by_name(draft, pick, link, target)
    if any(target.table.name == draft.table.name for target in targets):
        return draft
    names = ", ".join(target.table.name for target in targets)
    doubt = pick.doubt or f"hardly any value of {pick.column} is a key of {names}"
    return _with(draft, replace(pick, confidence=min(pick.confidence, 0.6), doubt=doubt))


def _measured(pick: Pick, link: Link, target: Draft) -> Pick:
    name = target.entity.name
    if link.found == link.values:
        return replace(pick, confidence=1.0, why=f"{pick.why}; all {link.values:,} values are {name}")
    why = f"{pick.why}; {link.found:,} of {link.values:,} values are {name}"
    return replace(pick, why=why, sql=_repaired(link) if link.near else None, doubt=_lost(link, target))


def _repaired(link: Link) -> str:
    cases = " ".join(f"WHEN {literal(near.value)} THEN {literal(near.key)}" for near in link.near)
    return f"CASE {ref(link.column)} {cases} ELSE {ref(link.column)} END"


def _lost(link: Link, target: Draft) -> str | None:
    """Rows whose value is no key, and what is done for them."""
    left = link.rows_lost - link.rows_near
    rest = f"{left:,} {'other ' if link.near else ''}rows of {link.column} name none of the {target.entity.name}"
    if link.near:
        return f"{near_shown(link)} read as one; repaired in the SQL" + (f"; {rest}" if left else "")
    return rest if left else None


def near_shown(link: Link) -> str:
    first = ", ".join(f"'{near.value}' and '{near.key}'" for near in link.near[:3])
    return first + (f" and {len(link.near) - 3} more pairs" if len(link.near) > 3 else "")


def _joined_by_name(draft: Draft, pick: Pick, link: Link, target: Draft) -> Draft:
    alias = _alias(draft, target)
    sql = f"coalesce({alias}.{quote(key_of(target) or '')}, {ref(link.column)})"
    on = f"{alias}.{quote(link.to_column)} = {_repaired(link) if link.near else ref(link.column)}"
    why = f"{pick.why}; {link.found:,} of {link.values:,} values are names of {target.entity.name}, joined by name"
    joined = replace(draft, joins=(*draft.joins, Join(alias, target.table.relation, on)))
    return _with(joined, replace(pick, sql=sql, why=why, doubt=_lost(link, target) or pick.doubt))


def _alias(draft: Draft, target: Draft) -> str:
    base = quote(target.entity.name).strip('"')
    taken = {join.alias for join in draft.joins}
    return next(name for name in (base, *(f"{base}_{n}" for n in range(2, 20))) if name not in taken)


def _by_values(draft: Draft, name: str, targets: Sequence[Draft], links: Sequence[Link]) -> Draft:
    """A reference nobody named: by a column whose values are keys, or through another table's reference."""
    free = [link for link in links if link.column not in draft.used and link.share >= 0.9]
    if name == "account_id" and draft.entity.name != "accounts":
        for target in targets:
            for link in free:
                if link.to_table == target.table.name and link.to_column == key_of(target):
                    why = f"all {link.values:,} values are accounts" if link.share == 1 else "its values are accounts"
                    return _with(draft, Pick(name, link.column, 0.8, why))
    return draft


def through(draft: Draft, name: str, drafts: Drafts, links: Sequence[Link]) -> Draft:
    """`account_id` of usage by its subscription: another entity's table that knows it."""
    mine = [link for link in links if link.table == draft.table.name and link.share >= ENOUGH_TO_JOIN]
    for link in sorted(mine, key=lambda link: -link.share):
        for other in _every(drafts):
            pick = other.picks.get(name)
            if other.table.name != link.to_table or not pick or pick.column is None or pick.sql is not None:
                continue
            if link.to_column != key_of(other) or other.table.name == draft.table.name:
                continue
            alias = _alias(draft, other)
            on = f"{alias}.{quote(link.to_column)} = {ref(link.column)}"
            why = f"through {other.entity.name}: {link.found:,} of {link.values:,} values of {link.column} are there"
            joined = replace(draft, joins=(*draft.joins, Join(alias, other.table.relation, on)))
            return _with(joined, Pick(name, None, 0.9, why, f"{alias}.{quote(pick.column)}"))
    return draft


ENOUGH_TO_JOIN = 0.8


def _every(drafts: Drafts) -> Iterable[Draft]:
    return (draft for group in drafts.values() for draft in group if not draft.hidden)


def _filled(draft: Draft, links: Sequence[Link]) -> Draft:
    """Managers that stand in no row of their own get one."""
    target = SELF_FILLING.get(draft.entity.name)
    pick, key = draft.picks.get(target or ""), key_of(draft)
    if pick is None or pick.column is None or pick.sql is not None or key is None:
        return draft
    if any(link.column == pick.column and link.to_column == key and link.found == link.values for link in links):
        return draft
    team = draft.picks.get("team")
    with_team = f", any_value({quote(team.column)}) AS team" if team and team.column else ""
    column = quote(pick.column)
    more = (
        f"-- Those named in {pick.column} who have no row of their own.\n"
        f"SELECT {column} AS {draft.entity.key[0]}, {column} AS {draft.entity.label}{with_team}\n"
        f"FROM {draft.table.relation}\n"
        f"WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {quote(key)} FROM {draft.table.relation})\n"
        f"GROUP BY {column}"
    )
    doubt = f"those named in {pick.column} stand in no row of their own; the SQL adds them"
    return replace(draft, more=(*draft.more, more), doubts=(*draft.doubts, doubt))


def _with(draft: Draft, pick: Pick) -> Draft:
    picks = {**draft.picks, pick.target: pick}
    return replace(draft, picks={name: picks[name] for name in draft.entity.columns if name in picks})
