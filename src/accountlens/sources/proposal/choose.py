"""Decides which table is which entity, and says what the others lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accountlens.language.tables import Entity
from accountlens.sources.proposal.complete import draft_of, missing
from accountlens.sources.proposal.knowledge import Words, knowledge
from accountlens.sources.proposal.links import Link
from accountlens.sources.proposal.match import Affix, Match, match
from accountlens.sources.proposal.model import Draft, Unrecognised
from accountlens.sources.proposal.profile import TableProfile
from accountlens.sources.proposal.relate import through

ENOUGH = 0.55
WORTH_TELLING = 0.4
NAMED = 0.85  # the table's name leaves hardly a doubt
REACHABLE = {"account_id"}  # may come through another table


@dataclass(frozen=True)
class Choice:
    """Drafts by entity, in the order of the entities, and the tables that are none."""

    drafts: Mapping[str, tuple[Draft, ...]]
    others: tuple[Unrecognised, ...]


def choose(tables: Sequence[TableProfile], entities: Mapping[str, Entity], links: Sequence[Link]) -> Choice:
    """Best fits first; an entity takes one table, or several of its kind where rows may come from many."""
    affix = Affix.of([table for table in tables if table.name not in entities])
    counts = {table.name: why for table in tables if (why := _counts_only(table))}
    rest = [table for table in tables if table.name not in counts]
    fits = sorted(
        (fit for table in rest for entity in entities.values() if (fit := match(table, entity, affix)).score >= 0.3),
        key=lambda fit: (-fit.score, fit.table.name, fit.entity.name),
    )
    taken: dict[str, list[Draft]] = {}
    used: dict[str, str] = {}
    reasons: dict[str, tuple[str, bool]] = {}
    for reach in (False, True):  # those that are whole by themselves first: others may need them
        for fit in fits:
            if fit.table.name in used:
                continue
            draft, why = _draft(fit, taken, links, reach)
            if draft is None:
                if fit.score >= WORTH_TELLING:
                    stop = "; by its name it is taken for one, so refresh stops here until that is mended"
                    why += stop if fit.table.name in entities else ""
                    reasons.setdefault(fit.table.name, (why, fit.named >= NAMED))
                continue
            taken.setdefault(fit.entity.name, []).append(draft)
            used[fit.table.name] = fit.entity.name
    drafts = {name: tuple(taken[name]) for name in entities if name in taken}
    unknown = "no entity has columns like these; write entities/<entity>.sql if it should count"
    reasons |= {name: (why, True) for name, why in counts.items()}
    reasons |= {table.name: ("there is nothing in it", True) for table in tables if not table.columns}
    others = [
        Unrecognised(table.name, *reasons.get(table.name, (unknown, False)))
        for table in tables
        if table.name not in used
    ]
    return Choice(drafts, tuple(others))


def _counts_only(table: TableProfile) -> str:
    """Why a table that another tool exports says nothing of any account; empty where it may."""
    return next((sums.why for sums in knowledge().sums if sums.fit(table.columns)), "")


def _draft(
    fit: Match, taken: Mapping[str, Sequence[Draft]], links: Sequence[Link], reach: bool
) -> tuple[Draft | None, str]:
    """The draft of a fit, or why it can't be one."""
    name, words = fit.entity.name, knowledge().words.get(fit.entity.name, Words())
    draft = draft_of(fit)
    lacking = missing(draft)
    if reach and set(lacking) & REACHABLE:
        for column in set(lacking) & REACHABLE:
            draft = through(draft, column, taken, links)
        lacking = missing(draft)
    if lacking:
        return None, f"like {name}, but there is no column for {', '.join(lacking)}"
    if fit.score < ENOUGH or not (fit.canonical or fit.well_founded):
        return None, f"a little like {name}; too little to propose a mapping"
    if taken.get(name) and not words.several:
        return None, f"like {name} too, but {taken[name][0].table.name} fits better"
    return draft, ""
