"""The targets of a workspace, as whoever looks sees them: read, set, retired, and put beside answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from accountlens.engine.answer import Answer
from accountlens.errors import AccountlensError, suggest
from accountlens.language.calendar import Clock
from accountlens.language.kpi import Kpi
from accountlens.language.query import Query
from accountlens.open_snapshot import OpenSnapshot
from accountlens.store import Store
from accountlens.store.snapshots import utc_now
from accountlens.targets import kept
from accountlens.targets.amounts import Worth, worths
from accountlens.targets.beside import with_targets
from accountlens.targets.figures import Ask, Course, Figure, Wanted, remembered, remembered_courses
from accountlens.targets.fitting import Fitting, Neighbours, Wish
from accountlens.targets.kept import NoTargetError
from accountlens.targets.scopes import Scopes, scopes_of
from accountlens.targets.spans import read_range, read_span
from accountlens.targets.target import COMPANY, KINDS, Scope, Target, read_scope


class Targets:
    """`seen`: the accounts of whoever looks, None for all. He is told targets of what he sees whole, and sets these."""

    def __init__(self, store: Store, opened: OpenSnapshot, ask: Ask, seen: frozenset[str] | None = None) -> None:
        self.store, self.opened, self.ask, self.seen = store, opened, ask, seen

    @property
    def today(self) -> date:
        """The local day of the snapshot: what `this-quarter` is."""
        return Clock(ZoneInfo(self.opened.house.time_zone), self.opened.snapshot.as_of).today

    @property
    def fiscal_starts(self) -> int:
        return self.opened.house.fiscal_year_starts

    @property
    def edition(self) -> int:
        """Another number wherever a target was set or retired since."""
        return kept.edition(self.store)

    @cached_property
    def scopes(self) -> Scopes:
        return scopes_of(self.opened.session)

    def visible(self, scope: Scope) -> bool:
        """Whether whoever looks sees everything the scope is about; who sees all need not know of whom that is."""
        return self.seen is None or self.scopes.visible(scope, self.seen)

    @cached_property
    def fitting(self) -> Fitting:
        return Fitting(self.opened.catalog, self.scopes, self.today, self.fiscal_starts, self.seen)

    def all(self, at: datetime | None = None, *, retired: bool = False) -> list[Target]:
        """Those in force as known at an instant (None: now), by KPI, scope and period."""
        found = kept.in_force(kept.versions(self.store), at, retired)
        mine = [one for one in found if self.visible(one.scope)]
        return sorted(mine, key=lambda one: (one.kpi, one.scope, one.span))

    def settable(self, kind: str) -> list[Scope]:
        """All of a kind that have accounts, and all of whose accounts whoever looks sees; by name."""
        found = [Scope(kind, value) for value in self.scopes.accounts[kind]]
        mine = [one for one in found if self.visible(one)]
        return sorted(mine, key=lambda one: (self.scopes.name(one).casefold(), one.value))

    def wanted(
        self, kpi: str | None = None, scope: str | None = None, period: str | None = None, at: datetime | None = None
    ) -> list[Target]:
        """Those of a KPI, of a kind of scope (`owner`) or one (`owner:E1`), and of periods that touch one."""
        asked = str(self.fitting.asked(kpi)[0]) if kpi else None
        whose = self.scopes.find(read_scope(scope)) if scope and (":" in scope or scope == COMPANY) else None
        if scope and whose is None and scope not in KINDS:
            raise AccountlensError(f"'{scope}' is no scope ({', '.join(KINDS)}).", mend=suggest(scope, KINDS))
        days = read_range(period, self.today, self.fiscal_starts) if period else None
        return [
            one
            for one in self.all(at)
            if asked in (None, one.kpi)
            and (scope is None or one.scope == whose or (whose is None and one.scope.kind == scope))
            and (days is None or (one.span.start < days.end and days.start < one.span.end))
        ]

    @property
    def kinds(self) -> list[str]:
        """The kinds of scope whoever looks may see targets of."""
        return [kind for kind in KINDS if self.seen is None or kind not in (COMPANY, "tier", "segment")]

    def one(self, id_: str) -> Target:
        """Its newest version; `NoTargetError` where there is none, or he may not see it."""
        return self.history(id_)[-1]

    def named(self, kpi: str, scope: str, period: str) -> Target:
        """The target of a KPI, scope and period."""
        asked, resolved = self.fitting.asked(kpi)
        whose = self.fitting.scope(scope, resolved)
        span = read_span(period, self.today, self.fiscal_starts)
        found = [one for one in self.all(retired=True) if one.key == (str(asked), whose, span.days)]
        if not found:
            others = [one.span.label for one in self.all() if (one.kpi, one.scope) == (str(asked), whose)]
            mend = f"It has targets for {', '.join(others)}." if others else "'accountlens targets' lists all."
            raise AccountlensError(f"{asked} of {whose} has no target for {span.label}.", mend=mend)
        return found[0]

    def history(self, id_: str) -> list[Target]:
        """Every version of a target, the oldest first."""
        found = kept.versions(self.store, id_)
        if not found or not self.visible(found[0].scope):
            raise NoTargetError
        return sorted(found, key=lambda one: (one.since, one.number))

    def set(self, wishes: Sequence[Wish], author: str | None) -> list[Target]:
        """Keep targets, all of them or none; what is wrong with one is told by `AccountlensError`."""
        wanted = [self.fitting.target(wish, author) for wish in wishes]
        self.check(wanted)
        return self.keep(wanted)

    def check(self, wanted: Sequence[Target]) -> None:
        """Whether they can stand beside each other and what is kept."""
        beside = Neighbours(kept.versions(self.store))
        for one in wanted:
            beside.take(one, self.kpi(one))

    def keep(self, wanted: Sequence[Target]) -> list[Target]:
        """Keep what was checked."""
        return kept.add(self.store, wanted)

    def retire(self, id_: str, author: str | None, note: str = "") -> Target:
        """From now on it is no target any more; what it was stays known."""
        last = self.one(id_)
        if last.amount is None:
            raise AccountlensError(f"The target for {last} is retired already.", mend="Set it anew, where it counts.")
        now = utc_now()
        gone = replace(last, amount=None, since=now, recorded_at=now, author_id=author, note=note, parent=None)
        return self.keep([gone])[0]

    def kpi(self, target: Target) -> Kpi:
        return self.fitting.asked(target.kpi)[1]

    def known(self, target: Target) -> Kpi | None:
        """Its KPI; None where the definitions have none of that name, or no such option, any more."""
        try:
            return self.kpi(target)
        except AccountlensError:
            return None

    def figures(self, wanted: Iterable[Wanted], like: Query) -> Mapping[Wanted, Figure]:
        """Figures of scopes; `like`: the question whose moment and definitions they are to be of."""
        return remembered(wanted, self.ask, like, self.opened.session)

    def courses(self, targets: Iterable[Target], period: str, grain: str, like: Query) -> Mapping[Any, Course]:
        """By KPI and scope of the targets, their figures in each period of a range."""
        pairs = {(one.kpi, one.scope): None for one in targets}
        return remembered_courses(pairs, period, grain, self.ask, like, self.opened.session)

    def worths(self, targets: Sequence[Target], as_of: datetime | None = None) -> Mapping[int, Worth]:
        """What they amount to, by the number of their version."""
        like = Query((), snapshot=self.opened.snapshot.id, as_of=as_of)
        return worths(targets, self.figures, like, self.today, self.fiscal_starts)

    def beside(self, answer: Answer) -> Answer:
        """An answer with targets beside its rows, as they were known at the moment it is about."""
        aimed = kept.kept(self.store).aimed(self._moment(answer.plan.query))
        return with_targets(answer, aimed, self.visible, self.figures, self.today, self.fiscal_starts)

    def _moment(self, query: Query) -> datetime | None:
        """From when what is known is to be told; None: from now."""
        mine, current = self.opened.snapshot, self.store.current()
        every = self.store.snapshots() if current and current.id != mine.id else []
        later = [one.created_at for one in every if one.created_at > mine.created_at]
        asked = query.as_of if isinstance(query.as_of, datetime) else None
        known = [one for one in (asked, query.targets_at, min(later, default=None)) if one is not None]
        return min(known, default=None)
