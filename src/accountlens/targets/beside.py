"""`compare=target`: beside each row of an answer the target of exactly its KPI, scope and period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from accountlens.engine.answer import Answer
from accountlens.engine.columns import columns_of
from accountlens.engine.where import accounts_in, equalities
from accountlens.language.query import Query
from accountlens.targets.amounts import worths
from accountlens.targets.figures import Find, written
from accountlens.targets.kept import Aimed
from accountlens.targets.scopes import Scopes
from accountlens.targets.target import COMPANY, DIMENSIONS, Scope, Target

ACCOUNTS = "account_id"
KIND_OF = {dimension: kind for kind, dimension in DIMENSIONS.items()}
_FILTERED = "Targets are of the company, or of one team, owner, tier, segment or account: with {what} there are none."


def with_targets(
    answer: Answer,
    aimed: Aimed,
    scopes: Scopes,
    find: Find,
    today: date,
    fiscal_starts: int,
    seen: frozenset[str] | None = None,
) -> Answer:
    """The answer with the amounts of targets beside its rows; a row that has none has none.

    `aimed` are those in force. Whoever sees some accounts only is told those of what he sees whole.
    """
    query = answer.plan.query
    fixed = _fixed(query)
    if fixed is None:
        what = "this filter" if query.where else f"scope '{query.scope}'"
        return replace(answer, notes=[*answer.notes, _FILTERED.format(what=what)])
    whole = query.where is None or bool(fixed)
    found = {
        place: one
        for place, one in _found(answer, fixed, aimed)
        if scopes.visible(one.scope, seen) and (whole or one.scope.kind == KIND_OF[ACCOUNTS])
    }
    amounts = worths({one.number: one for one in found.values()}.values(), find, query, today, fiscal_starts)
    aims = {place: amounts[one.number].value for place, one in found.items()}
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


def _found(answer: Answer, fixed: Mapping[str, str], aimed: Aimed) -> Iterator[tuple[tuple[Any, ...], Target]]:
    """The places of rows that have a target (a KPI's column, period, level, groups), and that target.

    Rows are looked at where there are targets for their KPI and period: of very many accounts there may be one each.
    """
    plan = answer.plan
    by, count = plan.query.by, len(plan.query.by)
    kpis = [(columns_of(one, at).value, written(one.kpi.name, one.kpi.beyond)) for at, one in enumerate(plan.kpis)]
    spans = [(piece.period.start, piece.period.end) for piece in plan.slices[: plan.asked]]
    cells = [(column, p, aimed[kpi, of]) for column, kpi in kpis for p, of in enumerate(spans) if (kpi, of) in aimed]
    for place in answer.frame.places() if cells else ():
        level, groups = place[0], place[1:]
        own = {by[at]: groups[at] for at in range(count) if not level >> (count - 1 - at) & 1}
        scope = _scope({**fixed, **own}) if all(fixed.get(name, own[name]) == own[name] for name in own) else None
        if scope is not None:
            yield from (((column, p, *place), its[scope]) for column, p, its in cells if scope in its)


def _scope(members: Mapping[str, str]) -> Scope | None:
    """Whose figure it is; None where it is of several dimensions, or of one that has no targets."""
    if not members:
        return Scope(COMPANY)
    ((dimension, value), *more) = members.items()
    return None if more or dimension not in KIND_OF else Scope(KIND_OF[dimension], value)
