"""What can be asked of a workspace: KPIs, what is behind a number, one account, the journey, the outlook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from accountlens.engine.answer import Answer
from accountlens.engine.run import ask
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, suggest
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Clock
from accountlens.language.periods import parse_range
from accountlens.language.query import TARGET, Query
from accountlens.workspace.place import Place, naive_utc

if TYPE_CHECKING:  # imported where they are used: a question must not wait for them
    from accountlens.engine.account_page import AccountPage
    from accountlens.engine.cohorts import Funnel
    from accountlens.engine.explain import Explanation, RowPage
    from accountlens.engine.journey import Journey
    from accountlens.engine.outlook import Outlook
    from accountlens.leading.report import Leading
    from accountlens.open_snapshot import OpenSnapshot
    from accountlens.targets.book import Targets

AsOf = datetime | Literal["end"] | None


class Asking(Place):
    """Questions, of the current snapshot or an older one."""

    def seen_by(self, accounts: frozenset[str] | None) -> Asking:
        """The same, for somebody who sees these accounts only, whatever he asks; None: all, and rows of no account."""
        if accounts is None:
            return self
        found = self._twin()
        found._opened, found._catalogs, found.seen = self._opened, self._catalogs, accounts
        return found

    def _twin(self) -> Asking:
        """What somebody is given who sees some accounts: questions alone, of the same snapshots."""
        return Asking(self.folder)

    def ask(
        self,
        *kpis: str,
        by: str | Iterable[str] = (),
        period: str | None = None,
        grain: str = "total",
        where: str | None = None,
        compare: str | Iterable[str] = (),
        scope: str = "all",
        as_of: AsOf = None,
        totals: Literal["grand", "all", "none"] = "grand",
        profile: str | None = None,
        snapshot: str | None = None,
        history: Literal["as-was", "as-is"] = "as-was",
        as_known_at: datetime | None = None,
        targets_at: datetime | None = None,
        only_values: bool = False,
    ) -> Answer:
        """Ask KPIs together: `ws.ask("win_rate", "nps", by="tier", period="2026-Q2", grain="month")`.

        With `only_values` an answer tells no samples, intervals, flags, nor parts that a value does not consist of.
        """
        query = Query(
            kpis=tuple(map(parse_asked, kpis)),
            by=_listed(by),
            period=period,
            grain=grain,
            where=where,
            compare=_listed(compare),
            scope=scope,
            as_of=naive_utc(as_of) if isinstance(as_of, datetime) else as_of,
            totals=totals,
            profile=profile,
            snapshot=self._known(snapshot, as_known_at),
            history=history,
            targets_at=naive_utc(known) if (known := targets_at or as_known_at) else None,
            only_values=only_values,
        )
        return self.answer(query)

    def answer(self, query: Query) -> Answer:
        """The one door: every surface asks here."""
        opened = self._open(query.snapshot)
        found = ask(query, opened.ground(query), opened.session, opened.backdrop)
        return self._targets(opened).beside(found) if TARGET in query.compare else found

    def script(self, kpi: str, engine: str, *, period: str | None = None, grain: str = "month") -> str:
        """What another engine, such as `bigquery`, would run for a KPI: the facts beneath it, and the question."""
        from accountlens.engine.warehouse_script import script_of
        from accountlens.warehouses.registry import engine_of

        query = Query(kpis=(parse_asked(kpi),), period=period, grain=grain)
        return script_of(query, self._open(None).ground(query), engine_of(engine))

    def targets(self, snapshot: str | None = None) -> Targets:
        """What KPIs are to reach: set, dated, split; as far as who asks sees of whom they are."""
        return self._targets(self._open(snapshot))

    def _targets(self, opened: OpenSnapshot) -> Targets:
        from accountlens.targets.book import Targets

        return Targets(self.store, opened, self.answer, self.seen)

    def explain(
        self,
        kpi: str,
        *,
        period: str | None = None,
        where: str | None = None,
        scope: str = "all",
        as_of: AsOf = None,
        profile: str | None = None,
        snapshot: str | None = None,
        history: Literal["as-was", "as-is"] = "as-was",
        compare: str | Iterable[str] = (),
        account: str | None = None,
        as_known_at: datetime | None = None,
    ) -> Explanation:
        """The formula with its numbers, the SQL, the rows that count and those that do not, with the reason.

        Compared with `previous` or `year-ago` it tells what changed; `account` is one's id, name or domain.
        """
        from accountlens.engine.explain import explain

        snapshot = self._known(snapshot, as_known_at)
        opened, query = self._one(kpi, period, where, scope, as_of, profile, snapshot, history, account)
        query = replace(query, compare=_listed(compare))
        return explain(query, opened.ground(query), opened.session, opened.backdrop)

    def rows(
        self,
        kpi: str,
        *,
        measure: str | None = None,
        which: str = "counted",
        reason: str = "",
        offset: int = 0,
        limit: int = 100,
        period: str | None = None,
        where: str | None = None,
        scope: str = "all",
        as_of: AsOf = None,
        profile: str | None = None,
        snapshot: str | None = None,
        history: Literal["as-was", "as-is"] = "as-was",
        account: str | None = None,
    ) -> RowPage:
        """The rows behind a number, some at a time: those that count, or those left out for a reason."""
        from accountlens.engine.explain import rows_of

        opened, query = self._one(kpi, period, where, scope, as_of, profile, snapshot, history, account)
        return rows_of(query, opened.ground(query), opened.session, measure, which, reason, offset, limit)

    def _one(
        self,
        kpi: str,
        period: str | None,
        where: str | None,
        scope: str,
        as_of: AsOf,
        profile: str | None,
        snapshot: str | None,
        history: Literal["as-was", "as-is"],
        account: str | None,
    ) -> tuple[OpenSnapshot, Query]:
        """A question about one KPI over one period, perhaps of one account."""
        opened = self._open(snapshot)
        instant = naive_utc(as_of) if isinstance(as_of, datetime) else as_of
        if account is not None:
            where = _only(account, where, opened.session)
        asked = parse_asked(kpi)
        return opened, Query(
            (asked,), (), period, "total", where, (), scope, instant, "grand", profile, snapshot, history
        )

    def account(self, name: str, *, period: str = "last-3-months", snapshot: str | None = None) -> AccountPage:
        """One account on one page, by its id or name."""
        from accountlens.engine.account_page import account_page

        opened = self._open(snapshot)
        query = Query((), period=period, snapshot=snapshot)
        return account_page(name, period, opened.ground(query), opened.session, opened.backdrop)

    def journey(self, *, period: str = "last-3-months", snapshot: str | None = None) -> Journey:
        """How many accounts stand in which stage, who went on and who fell back, and how many go further."""
        from accountlens.engine.journey import journey

        opened = self._open(snapshot)
        return journey(period, opened.ground(Query((), snapshot=snapshot)), opened.session)

    def funnel(
        self,
        stage: str,
        *,
        period: str = "last-12-months",
        grain: str = "month",
        by: str | None = None,
        within_days: int = 90,
        snapshot: str | None = None,
    ) -> Funnel:
        """By cohort of when accounts rose into a stage: how many reached each later stage within so many days."""
        from accountlens.engine.cohorts import funnel

        opened = self._open(snapshot)
        ground = opened.ground(Query((), snapshot=snapshot))
        return funnel(stage, period, ground, opened.session, grain=grain, by=by, within_days=within_days)

    def outlook(self, *which: str, snapshot: str | None = None) -> list[Outlook]:
        """Which customers are likely to `leave` and to `expand`, with reasons, and how well it was foreseen."""
        from accountlens.engine.outlook import OUTLOOKS, outlooks

        for word in which:
            if word not in OUTLOOKS:
                raise AccountlensError(f"'{word}' is no outlook ({', '.join(OUTLOOKS)}).", mend=suggest(word, OUTLOOKS))
        opened = self._open(snapshot)
        stale = opened.backdrop.stale(opened.snapshot.as_of)
        return list(outlooks(which or tuple(OUTLOOKS), opened.snapshot.as_of, opened.session, stale))

    def leading(self, *kpis: str, outcome: str = "churn", ahead: int = 6, snapshot: str | None = None) -> Leading:
        """Whether leading KPIs led: what they said at past month ends, beside who left, did not renew, or paid more.

        Args:
            kpis: of which more is told; all that are marked leading are tested in any case.
            outcome: `churn`, `renewal` or `growth`.
            ahead: within how many months after: 3, 6 or 12.
        """
        from accountlens.leading.report import leading

        if self.seen is not None:
            what = "Whether a KPI leads is told of all accounts together, and some of them may not be seen."
            raise AccountlensError(what, mend="Ask somebody who sees every account.")
        return leading(self._open(snapshot), kpis, outcome, ahead)

    @property
    def clock(self) -> Clock:
        """The workspace's, at the moment its data goes to."""
        return Clock(ZoneInfo(self.house.time_zone), self._snapshot(None).as_of, False)

    def span(self, period: str) -> tuple[datetime, datetime]:
        """First instant of a period, and the first after it; UTC without zone."""
        clock = self.clock
        asked = parse_range(period, clock.today, self.house.fiscal_year_starts)
        return clock.midnight(asked.start), clock.midnight(asked.end)


def _only(account: str, where: str | None, session: Session) -> str:
    """A filter narrowed to the account of that id, name or domain."""
    from accountlens.engine.account_page import find_account
    from accountlens.warehouses.expand import literal

    one = f"account_id = {literal(find_account(account, session)['account_id'])}"
    return f"({where}) AND {one}" if where else one


def _listed(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
