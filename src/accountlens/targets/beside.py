"""`compare=target`: beside each row of an answer the target of exactly its KPI, scope and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any, TypeAlias

from accountlens.engine.answer import Answer
from accountlens.engine.columns import columns_of
from accountlens.engine.components import Place
from accountlens.engine.where import accounts_in, equalities
from accountlens.language.query import Query
from accountlens.targets.amounts import worths
from accountlens.targets.figures import Find, written
from accountlens.targets.kept import Aimed
from accountlens.targets.target import COMPANY, DIMENSIONS, Scope, Target

Group: TypeAlias = tuple[Any, ...]  # its level, and its texts
ACCOUNTS = "account_id"
KIND_OF = {dimension: kind for kind, dimension in DIMENSIONS.items()}
_FILTERED = "Targets are of the company, or of one team, owner, tier, segment or account: with {what} there are none."


def with_targets(
    answer: Answer,
    aimed: Aimed,
    visible: Callable[[Scope], bool],
    find: Find,
    today: date,
    fiscal_starts: int,
) -> Answer:
    """The answer with the amounts of targets beside its rows; a row that has none has none.

    `aimed` are those in force. Whoever sees some accounts only is told those of what he sees whole (`visible`).
    """
    query = answer.plan.query
    fixed = _fixed(query)
    if fixed is None:
        what = "this filter" if query.where else f"scope '{query.scope}'"
        return replace(answer, notes=[*answer.notes, _FILTERED.format(what=what)])
    whole = query.where is None or bool(fixed)
    found = [
        (column, place, one)
        for column, place, one in _found(answer, fixed, aimed)
        if visible(one.scope) and (whole or one.scope.kind == KIND_OF[ACCOUNTS])
    ]
    amounts = worths({one.number: one for *_, one in found}.values(), find, query, today, fiscal_starts)
    aims = defaultdict[str, dict[Place, float | None]](dict)
    for column, place, one in found:
        aims[column][place] = amounts[one.number].value
    unknown = dict.fromkeys(why for one in amounts.values() if (why := one.why))
    return replace(answer, aims=aims, notes=[*answer.notes, *(f"A target is not known: {why}" for why in unknown)])


def _fixed(query: Query) -> Mapping[str, str] | None:
    """What a filter leaves, as values of dimensions; None where it says more than that.

    A list of accounts fixes nothing, and yet each account that is shown by itself is whole.
    """
    if query.scope != "all":
        return None
    if query.where is None:
        return {}
    listed = accounts_in(query.where) if ACCOUNTS in query.by else None
    return {} if listed and len(listed) > 1 else equalities(query.where)


def _found(answer: Answer, fixed: Mapping[str, str], aimed: Aimed) -> Iterator[tuple[str, Place, Target]]:
    """The KPI's column and the place of each row that has a target, and that target.

    Groups are looked at where there are targets for their KPI and period: of very many accounts there may be one each.
    """
    plan = answer.plan
    kpis = [(columns_of(one, at).value, written(one.kpi.name, one.kpi.beyond)) for at, one in enumerate(plan.kpis)]
    spans = [(piece.period.start, piece.period.end) for piece in plan.slices[: plan.asked]]
    cells = [(column, p, aimed[kpi, of]) for column, kpi in kpis for p, of in enumerate(spans) if (kpi, of) in aimed]
    members = _members(answer, fixed) if cells else {}
    for (column, p, its), (kind, groups) in product(cells, members.items()):
        if mine := its.get(kind):
            yield from ((column, (p, *place), mine[value]) for value, place in groups if value in mine)


def _members(answer: Answer, fixed: Mapping[str, str]) -> Mapping[str, Sequence[tuple[str, Group]]]:
    """By kind of scope the groups that are just one such: which one, and their level and texts."""
    by, every = answer.plan.query.by, list(answer.frame.places())
    found = defaultdict[str, list[tuple[str, Group]]](list)
    for level in dict.fromkeys(place[0] for place in every):
        own = {name: at for at, name in enumerate(by, 1) if not level >> (len(by) - at) & 1}
        names = {*fixed, *own}
        if len(names) > 1 or not names <= KIND_OF.keys():
            continue
        mine = [place for place in every if place[0] == level]
        if not names:
            found[COMPANY] += [("", place) for place in mine]
            continue
        (name,) = names
        groups = [(place[own[name]] if own else fixed[name], place) for place in mine]
        found[KIND_OF[name]] += [one for one in groups if fixed.get(name, one[0]) == one[0]]
    return found
