"""Entities inside another one's table: scores in tickets, seats in subscriptions, customers in orders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from accountlens.language.tables import Entity
from accountlens.sources.naming import snake_case
from accountlens.sources.proposal.knowledge import Hidden, knowledge
from accountlens.sources.proposal.match import Pick
from accountlens.sources.proposal.model import Draft
from accountlens.sources.proposal.profile import TableProfile
from accountlens.sources.proposal.values import ref

ROLE = re.compile(r"\{(\w+)\}")


def hidden_drafts(drafts: Mapping[str, Sequence[Draft]], entities: Mapping[str, Entity]) -> Iterator[Draft]:
    """Each hidden entity once, from the first table that has it. Canonical tables are complete as they are."""
    found = {name for name, group in drafts.items() if group}
    for rule in knowledge().hidden:
        if rule.entity not in entities or (rule.entity in found and not rule.always):
            continue
        for base in drafts.get(rule.base, ()):
            draft = None if base.hidden or _is_clean(drafts, base) else _draft(rule, base, entities[rule.entity])
            if draft is not None:
                found.add(rule.entity)
                yield draft
                break


def _is_clean(drafts: Mapping[str, Sequence[Draft]], base: Draft) -> bool:
    return base.canonical


def _draft(rule: Hidden, base: Draft, entity: Entity) -> Draft | None:
    roles = {role: _column(base.table, names) for role, names in rule.needs.items()}
    if rule.where and any(found is None for found in roles.values()):
        return None
    known = {name: pick.sql or ref(pick.column or "") for name, pick in base.picks.items()}
    known |= {role: ref(column) for role, column in roles.items() if column}
    picks: dict[str, Pick] = {}
    for target, template in rule.columns.items():
        sql = _written(template, known)
        if sql is not None:
            picks[target] = Pick(target, _plain(sql), 0.8, "", None if _plain(sql) else sql)
    if rule.each and rule.entity in ("accounts", "products") and entity.label and entity.label in picks:
        label = picks[entity.label]
        sql = label.sql or ref(label.column or "")
        if sql != known.get(rule.each):
            picks[entity.label] = Pick(entity.label, None, 0.8, "the most frequent one", f"mode({sql} ORDER BY {sql})")
    required = [column.name for column in entity.columns.values() if column.required]
    where = _written(rule.where, known) if rule.where else None
    if any(name not in picks for name in required) or (rule.where and where is None):
        return None
    each = known.get(rule.each) if rule.each else None
    if rule.each and each is None:
        return None
    keep = {name: sql for name, text in rule.keep.items() if (sql := _written(text, known))}
    written = " ".join([*(pick.sql or "" for pick in picks.values()), *keep.values(), each or "", where or ""])
    joins = tuple(join for join in base.joins if f"{join.alias}." in written)
    for target, sql in _depending(rule, base).items():
        picks.setdefault(target, Pick(target, None, 0.8, "the most frequent one", sql))
    return Draft(
        entity, base.table, picks, joins=joins, keep=keep, each=each,
        where=f"{each} IS NOT NULL" if each else where, why=rule.why, hidden=True,
    )  # fmt: skip


def _column(table: TableProfile, names: Sequence[str]) -> str | None:
    by_name = {snake_case(name): name for name in table.columns}
    return next((by_name[name] for name in names if name in by_name), None)


def _written(template: str, known: Mapping[str, str]) -> str | None:
    """The template with the expressions in it. A missing one falls out of coalesce; else there is nothing."""
    if template.startswith("coalesce("):
        inner = [part.strip() for part in template[len("coalesce(") : -1].split(",")]
        there = [sql for part in inner if (sql := _written(part, known))]
        return there[0] if len(there) == 1 else f"coalesce({', '.join(there)})" if there else None
    if any(name not in known for name in ROLE.findall(template)):
        return None
    return ROLE.sub(lambda found: known[found[1]], template)


def _plain(sql: str) -> str | None:
    found = re.fullmatch(r"«([^«»]+)»", sql)
    return found[1] if found else None


def _depending(rule: Hidden, base: Draft) -> dict[str, str]:
    """Descriptions of a customer that stand in each of its rows: country, region, segment."""
    if rule.entity != "accounts" or not rule.each:
        return {}
    words = knowledge().words["accounts"].columns
    found = {}
    for target in ("country", "region", "industry", "segment"):
        column = _column(base.table, (target, *words.get(target, ())))
        if column and column not in base.used:
            found[target] = f"mode({ref(column)} ORDER BY {ref(column)})"
    return found
