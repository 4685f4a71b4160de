"""What waits this week: per account and reason one thing to do, why, until when, and what is the best next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.pages.needs import Need
from accountlens.pages.overdue import OVERDUE, Due
from accountlens.pages.risks import at_risk, rising
from accountlens.pages.stand import Stand, names_of, stand
from accountlens.pages.states import GAP_DAYS, States, states_of
from accountlens.workspace.asking import Asking

KINDS: Mapping[str, str] = {  # kind → what of it the data must have
    "at_risk": "accounts",
    "renewal": "contracts",
    "ticket": "tickets",
    "detractor": "survey_responses",
    "mqa": "activities",
    "deal": "opportunities",
    "champion": "contacts",
    "gap": "activities",
    "rising": "activities",
}
MOST = 1000
TOO_LITTLE = "No account has a health score: too little is known of what makes it up. The catalog tells of what."


@dataclass(frozen=True)
class Todo:
    """`urgency`: 1 now, 2 this week, 3 soon. `reason` is a sentence with its numbers, which `numbers` repeats as such.

    `at_stake`: what the account pays in a year and its open pipeline, or what of it the reason is about; None: unknown.
    `due`: UTC without zone; None where nothing sets a day.
    """

    account_id: str
    name: str | None
    tier: str | None
    owner_id: str | None
    owner: str | None
    kind: str
    urgency: int
    reason: str
    due: datetime | None
    next_step: str
    at_stake: float | None
    numbers: Mapping[str, Any]
    ids: Sequence[str]


@dataclass(frozen=True)
class Todos:
    """`items` by urgency, then by what is at stake, then by the day they are due; `counts` by kind, all of them."""

    now: datetime
    currency: str
    items: Sequence[Todo]
    counts: Mapping[str, int]
    needs: Sequence[Need]


def todo(
    workspace: Asking, *, kinds: Iterable[str] = (), owner: str | None = None, account: str | None = None,
    gap_days: Mapping[str, int] | None = None, limit: int = 100, offset: int = 0, snapshot: str | None = None,
    states: States | None = None,
) -> Todos:  # fmt: skip
    """Everything that waits now, of the accounts that may be seen.

    Args:
        kinds: some of `KINDS`; by default all.
        owner: the accounts of this employee alone, by id.
        account: what waits with this account alone, by id.
        gap_days: by tier, the days after which silence is too long; by default `GAP_DAYS`.
        limit: so many items, from the place `offset` on; `counts` are of all.
        states: as `states_now` gives them, where somebody has them already.
    """
    chosen = _chosen(kinds)
    if not 1 <= limit <= MOST:
        raise AccountlensError(f"{limit} things cannot be told at once.", mend=f"Ask for 1 to {MOST}.")
    here = stand(workspace, snapshot)
    states = states or states_of(here, dict(gap_days or GAP_DAYS))
    signs = {**OVERDUE, "at_risk": at_risk, "rising": rising}
    found = [(kind, due) for kind in chosen if here.has(KINDS[kind]) for due in signs[kind](here, states)]
    people = names_of(here, "employees", "employee_id", [one for one in states.owners.values() if one])
    items = [_dressed(kind, due, states, people) for kind, due in found]
    items = [one for one in items if owner in (None, one.owner_id) and account in (None, one.account_id)]
    items.sort(key=_order)
    counts = Counter(one.kind for one in items)
    shown, told = items[offset : offset + limit], {kind: counts[kind] for kind in chosen}
    return Todos(here.now, here.opened.house.currency, shown, told, _needs(here, chosen, states))


def states_now(workspace: Asking) -> States:
    """How each account stands, which every kind of reason is found from."""
    return states_of(stand(workspace), GAP_DAYS)


def _chosen(kinds: Iterable[str]) -> Sequence[str]:
    asked = list(dict.fromkeys(kinds))
    for kind in asked:
        if kind not in KINDS:
            raise AccountlensError(f"'{kind}' is no kind of reason ({', '.join(KINDS)}).", mend=suggest(kind, KINDS))
    return asked or list(KINDS)


def _dressed(kind: str, due: Due, states: States, people: Mapping[str, str]) -> Todo:
    state = states.accounts[due.account_id]
    owner = state.owner_id
    stake = due.at_stake if due.at_stake is not None else state.at_stake
    return Todo(due.account_id, state.name, state.tier, owner, people.get(owner or ""), kind, due.urgency, due.reason,
                due.due, due.next_step, stake, due.numbers, due.ids)  # fmt: skip


def _order(one: Todo) -> tuple[Any, ...]:
    return one.urgency, -(one.at_stake or 0), one.due or datetime.max, one.kind, one.account_id


def _needs(here: Stand, chosen: Sequence[str], states: States) -> list[Need]:
    lacking: dict[str, list[str]] = {}
    for kind in chosen:
        lacking.setdefault(KINDS[kind], []).append(kind)
    needs = [
        need for entity, told in lacking.items() for need in here.lacking(f"reasons of kind {', '.join(told)}", entity)
    ]
    if "champion" in chosen and here.has("contacts"):
        needs += here.unfilled("champions gone silent", "contacts", "buying_role")
    if "detractor" in chosen and here.has("survey_responses") and "activities" not in lacking:
        needs += here.lacking("whether anybody turned to detractors since", "activities")
    if "at_risk" in chosen or "rising" in chosen:
        needs += here.lacking("how likely accounts are to leave and to pay more", "subscriptions")
    if "at_risk" in chosen:
        needs += _health_needs(here, states)
    return needs


def _health_needs(here: Stand, states: States) -> list[Need]:
    """What is missing where nobody's health is known, so that nobody's can have fallen."""
    shows = "whose health fell"
    if any(state.figure("health_score").value is not None for state in states.accounts.values()):
        return []
    return here.kpi_needs(["health_score"], shows) or [Need("health_score", shows, TOO_LITTLE)]
