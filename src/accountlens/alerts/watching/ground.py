"""What a rule stands on: the moments it looks at, and which accounts are in its scope then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

import numpy as np

from accountlens.alerts.refusals import RuleError
from accountlens.alerts.rules import Rule
from accountlens.alerts.signs import Mask
from accountlens.language.periods import floor_to, step
from accountlens.pages.account_filters import accounts_where
from accountlens.pages.stand import Stand

# Scope → the table of the spans in which an account is in it, and how they are read. Others are a rest of `all`.
SPANS = {
    "all": ("known_accounts", "SELECT account_id, known_at, gone_at FROM known_accounts"),
    "customers": ("customer_spans", "SELECT account_id, from_at, to_at FROM customer_spans"),
    "target": ("target_spans", "SELECT account_id, joined_at, left_at FROM target_spans"),
    "control": (
        "account_list_members",
        """SELECT account_id, joined_at, left_at FROM account_list_members
        WHERE list = 'target' AND "group" = 'control'""",
    ),
}


Span: TypeAlias = tuple[str, datetime | None, datetime | None]


@dataclass(frozen=True)
class Members:
    """Accounts, and at which moments each is in scope: `here` (accounts, moments)."""

    accounts: Sequence[str]
    here: Mask


@dataclass(frozen=True)
class Watch:
    """`back`: so many weeks are looked at, to tell how often the rule would have fired; 0: the present alone."""

    here: Stand
    rule: Rule
    back: int = 0

    @cached_property
    def moments(self) -> Sequence[datetime]:
        """When events are looked at: now, or at the ends of the last so many whole weeks."""
        if not self.back:
            return [self.here.now]
        clock = self.here.ground.clock
        monday = floor_to(clock.today, "week")
        return [clock.midnight(step(monday, "week", -weeks)) for weeks in range(self.back - 1, -1, -1)]

    def members(self, moments: Sequence[datetime], where: str | None = None) -> Members:
        """Which accounts are in the rule's scope, and meet the condition now, just before each of these moments."""
        spans = self._spans(self.rule.scope if self.rule.scope in SPANS else "all")
        wanted = {str(id_) for id_, _, _ in spans}
        if where:
            wanted &= accounts_where(where, self.here.session)
        accounts = sorted(wanted)
        if not accounts:
            raise self.nobody()
        inside = _inside(accounts, spans, moments)
        if self.rule.scope == "non_target":
            inside &= ~_inside(accounts, self._spans("target"), moments)
        return Members(accounts, inside)

    def _spans(self, scope: str) -> Sequence[Span]:
        fact, sql = SPANS[scope]
        found = [tuple(row.values()) for row in self.here.rows(sql, fact)]
        return [(id_, start, end) for id_, start, end in found if id_ is not None]

    def nobody(self) -> RuleError:
        """What is told where the scope holds nobody."""
        narrowed = f" where {self.rule.where}" if self.rule.where else ""
        what = f"No account is in the rule's scope: {self.rule.scope}{narrowed}."
        return RuleError(what, mend="Widen scope or where, or see whether the data it needs are there.")


def _inside(accounts: Sequence[str], spans: Sequence[Span], moments: Sequence[datetime]) -> Mask:
    place = {id_: number for number, id_ in enumerate(accounts)}
    at = np.array(moments, "datetime64[us]")
    found = np.zeros((len(accounts), len(moments)), bool)
    for id_, start, end in spans:
        if (number := place.get(id_)) is not None:
            begun = at > np.datetime64(start or datetime.min, "us")
            found[number] |= begun & (at <= np.datetime64(end or datetime.max, "us"))
    return found
