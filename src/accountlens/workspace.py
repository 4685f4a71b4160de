"""The front door: refresh a workspace, ask it, have a number explained."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from accountlens.catalog.cache import cached_catalog
from accountlens.catalog.catalog import Catalog
from accountlens.catalog.settings import Retention, Settings, load_settings
from accountlens.engine.answer import Answer
from accountlens.engine.run import ask
from accountlens.engine.session import Session
from accountlens.errors import AccountlensError, Problem, ProblemsError, suggest
from accountlens.language.asked import parse_asked
from accountlens.language.calendar import Clock
from accountlens.language.periods import parse_range
from accountlens.language.query import Query
from accountlens.open_snapshot import OpenSnapshot, open_snapshot
from accountlens.store import Snapshot, Store

if TYPE_CHECKING:  # imported where they are used: a question must not wait for them
    from accountlens.engine.account_page import AccountPage
    from accountlens.engine.cohorts import Funnel
    from accountlens.engine.explain import Explanation
    from accountlens.engine.journey import Journey
    from accountlens.engine.outlook import Outlook
    from accountlens.erasing.run import Erased, Found
    from accountlens.lists.memberships import Lists
    from accountlens.matches.decide import Change
    from accountlens.matches.preview import Preview
    from accountlens.matches.review import Matches
    from accountlens.quality import Freshness, SourceFreshness
    from accountlens.refresh import Progress, RefreshReport
    from accountlens.refresh.due import Agenda, DueReport
    from accountlens.snapshot_diff import SnapshotDiff
    from accountlens.store import Vacuumed

AsOf = datetime | Literal["end"] | None


class Workspace:
    """A folder with settings, mappings, own definitions and a store. Making one reads the settings only."""

    def __init__(self, path: Path | str = ".") -> None:
        self.folder = Path(path)
        self.settings: Settings = load_settings(self.folder)
        self.store = Store(self.folder / "store")
        self._opened: dict[str, OpenSnapshot] = {}

    @cached_property
    def catalog(self) -> Catalog:
        """Every definition, checked, over the tables of the current snapshot where there is one."""
        return self._catalog_for(self.store.current())

    def _catalog_for(self, snapshot: Snapshot | None) -> Catalog:
        tables = snapshot.tables if snapshot else {}
        return cached_catalog(self.settings, self.folder, {name: table.columns for name, table in tables.items()})

    def refresh(
        self,
        *,
        full: bool = False,
        as_of: datetime | None = None,
        only: Collection[str] | None = None,
        progress: Progress | None = None,
        wait_seconds: float = 0.0,
        on_wait: Callable[[str], None] | None = None,
    ) -> RefreshReport:
        """Read what changed in the sources and publish a snapshot; on a fault nothing is published, the last one stays.

        `full` fetches and makes everything anew; the rows are the same. Sources that keep their rows are fetched `only`
        where they are named. Another refresh that runs is waited for so long; `on_wait` is told who writes.
        """
        from accountlens.refresh import refresh

        instant = naive_utc(as_of) if as_of else datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        report = refresh(
            self.folder,
            self.settings,
            self._catalog_for(None),
            self.store,
            as_of=instant,
            full=full,
            only=only,
            progress=progress,
            wait_seconds=wait_seconds,
            on_wait=on_wait,
        )
        self.__dict__.pop("catalog", None)
        if self.settings.snapshots != Retention():
            self.vacuum(keep=self.settings.snapshots.keep, days=self.settings.snapshots.days)
        return report

    def run_due(
        self,
        *,
        progress: Progress | None = None,
        wait_seconds: float = 0.0,
        on_wait: Callable[[str], None] | None = None,
    ) -> DueReport:
        """Refresh if any source is due by its schedule, fetching those alone; for cron, and for what runs for long."""
        from accountlens.refresh.due import DueReport, agenda
        from accountlens.store.snapshots import utc_now

        def planned() -> Agenda:
            return agenda(self.folder, self.settings, self.store.source_states(), self.store.runs())

        with self.store.writing(wait_seconds, on_wait):
            due = planned().due(utc_now())
            report = self.refresh(only=due, progress=progress) if due else None
            return DueReport(due, report, planned().next)

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
    ) -> Answer:
        """Ask KPIs together: `ws.ask("win_rate", "nps", by="tier", period="2026-Q2", grain="month")`."""
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
        )
        return self.answer(query)

    def answer(self, query: Query) -> Answer:
        """The one door: every surface asks here."""
        opened = self._open(query.snapshot)
        return ask(query, opened.ground(query), opened.session, opened.backdrop)

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
        opened = self._open(snapshot)
        instant = naive_utc(as_of) if isinstance(as_of, datetime) else as_of
        if account is not None:
            where = _only(account, where, opened.session)
        query = Query(
            (parse_asked(kpi),),
            (),
            period,
            "total",
            where,
            _listed(compare),
            scope,
            instant,
            "grand",
            profile,
            snapshot,
            history,
        )
        return explain(query, opened.ground(query), opened.session, opened.backdrop)

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

    def check(self) -> list[Problem]:
        """What is wrong, missing or doubtful: definitions, settings, and the data of the current snapshot."""
        from accountlens.sources.registry import source_problems

        wrong = source_problems(self.folder, self.settings)
        try:
            catalog = self.catalog
        except ProblemsError as error:
            return [*wrong, *error.problems]
        current = self.store.current()
        if current is None:
            return [
                *wrong,
                Problem("data", 0, "Nothing has been refreshed yet.", "Run 'accountlens refresh'.", "warning"),
            ]
        from accountlens.quality import check_data

        opened = self._open(current.id)
        found = check_data(self.folder, self.store, opened.catalog, current, opened.session)
        return [*wrong, *catalog.problems, *found]

    def freshness(self) -> list[Freshness]:
        """How far the data of the current snapshot goes, by entity, and how often rows usually come."""
        from accountlens.quality import freshness

        opened = self._open(self._snapshot(None).id)
        return freshness(opened.catalog, opened.snapshot, opened.session)

    def source_freshness(self) -> list[SourceFreshness]:
        """Every source: when it was read last, what is wrong with it, its newest row; machine-readable."""
        from accountlens.quality import source_freshness

        current = self.store.current()
        fresh = self.freshness() if current else []
        return source_freshness(list(self.settings.sources), current, self.store.source_states(), fresh)

    def lists(self) -> Lists:
        """The lists of accounts, to be looked at and edited (`accountlens.lists`)."""
        from accountlens.lists.memberships import Lists

        return Lists(self.folder, self.settings.time_zone, self.store, self._snapshot(None))

    def matches(self) -> Matches:
        """Who is who: what was matched how, what waits for a person (`accountlens.matches` decides it)."""
        from accountlens.matches.review import Matches

        return Matches(self.folder, self.store, self._snapshot(None))

    def preview(self, change: Change, period: str = "last-12-months") -> Preview:
        """Which rows and KPIs a decision about who is who would move, before it is written down."""
        from accountlens.matches.preview import Opened, preview

        opened = self._open(None)
        ground = opened.ground(Query(()))
        place = (self.folder, self.store, opened.snapshot, self.settings, ground, opened.session)
        return preview(Opened(*place, opened.backdrop), change, period)

    def retry(self, rows: Iterable[Mapping[str, str]]) -> int:
        """Keep mended rows of the quarantine for the next refresh: how many. One that is not there is an error."""
        from accountlens.retry import keep_corrections

        return keep_corrections(self.folder, self.quarantine().to_pylist(), list(rows))

    def find_person(self, who: str) -> Found:
        """What is kept of a person, by the id of a contact or a lead or by e-mail: what `erase` would erase."""
        from accountlens.erasing.run import look

        return look(self.store, self._catalog_for(None), who)

    def erase(self, who: str) -> Erased:
        """Erase a person everywhere: snapshots, quarantine, app state, files; counts and KPIs stay as they are."""
        from accountlens.erasing.run import erase

        self._opened.clear()
        return erase(self.store, self._catalog_for(None), self.folder, who)

    def compare_snapshots(self, first: str, second: str) -> SnapshotDiff:
        """Which rows came, went and changed between two snapshots, by table, and which definitions changed."""
        from accountlens.snapshot_diff import compare

        return compare(self.store, self.catalog, self.store.snapshot(first), self.store.snapshot(second))

    def vacuum(self, *, keep: int | None = None, days: int | None = None, dry_run: bool = False) -> Vacuumed:
        """Forget old snapshots: those that are neither among the newest `keep` nor younger than `days`."""
        older_than = None if days is None else timedelta(days=days)
        return self.store.vacuum(keep, older_than=older_than, dry_run=dry_run)

    def _known(self, snapshot: str | None, as_known_at: datetime | None) -> str | None:
        """The snapshot that was current at an instant (rule G12)."""
        if as_known_at is None:
            return snapshot
        if snapshot is not None:
            raise AccountlensError("Both a snapshot and a time it was known at are asked.", mend="Ask one of them.")
        return self.store.known_at(naive_utc(as_known_at)).id

    def span(self, period: str) -> tuple[datetime, datetime]:
        """First instant of a period, and the first after it; UTC without zone."""
        clock = Clock(ZoneInfo(self.settings.time_zone), self._snapshot(None).as_of, False)
        asked = parse_range(period, clock.today, self.settings.fiscal_year_starts)
        return clock.midnight(asked.start), clock.midnight(asked.end)

    def snapshots(self) -> list[Snapshot]:
        """Every published state, newest first."""
        return self.store.snapshots()

    def quarantine(self, snapshot: str | None = None) -> Any:
        """The rows that were set aside, as a `pyarrow.Table`: table, source, row_number, reason, content."""
        return self.store.quarantine(self._snapshot(snapshot))

    def _snapshot(self, name: str | None) -> Snapshot:
        found = self.store.snapshot(name) if name else self.store.current()
        if found is None:
            raise AccountlensError(
                "Nothing has been refreshed here yet.", str(self.folder), "Run 'accountlens refresh' first."
            )
        return found

    def _open(self, name: str | None) -> OpenSnapshot:
        snapshot = self._snapshot(name)
        if snapshot.id not in self._opened:
            self._opened[snapshot.id] = open_snapshot(self.store, self.settings, self._catalog_for(snapshot), snapshot)
        return self._opened[snapshot.id]


def naive_utc(instant: datetime) -> datetime:
    """An instant as the store keeps it: UTC without zone."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def _only(account: str, where: str | None, session: Session) -> str:
    """A filter narrowed to the account of that id, name or domain."""
    from accountlens.engine.account_page import find_account
    from accountlens.warehouses.expand import literal

    one = f"account_id = {literal(find_account(account, session)['account_id'])}"
    return f"({where}) AND {one}" if where else one


def _listed(names: str | Iterable[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
