"""What keeps a workspace: refreshing, checking, mending, erasing, and the snapshots themselves."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from accountlens.errors import AccountlensError, Problem, ProblemsError
from accountlens.language.query import Query
from accountlens.open_snapshot import open_snapshot, readable
from accountlens.store import Snapshot
from accountlens.workspace.place import Place, naive_utc

if TYPE_CHECKING:  # imported where they are used: a question must not wait for them
    from accountlens.catalog.catalog import Catalog
    from accountlens.certify.run import Certificate
    from accountlens.erasing.run import Erased, Found
    from accountlens.lists.memberships import Lists
    from accountlens.matches.decide import Change
    from accountlens.matches.preview import Preview
    from accountlens.matches.review import Matches
    from accountlens.quality import Freshness, SourceFreshness
    from accountlens.refresh import Progress, RefreshReport
    from accountlens.refresh.due import Agenda, DueReport
    from accountlens.refresh.remote.place import Remote
    from accountlens.snapshot_diff import SnapshotDiff
    from accountlens.standing.differing import Stored
    from accountlens.store import Vacuumed


class Keeping(Place):
    """All that changes the store, and all that looks after it."""

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
            ready=lambda snapshot, remote: self._keep_remote_figures(snapshot, remote, progress, full),
        )
        self.__dict__.pop("catalog", None)
        self._catalogs.clear()
        if self.settings.warehouse is None:
            started = time.monotonic()
            problems = self._keep_figures(progress, full)
            seconds = report.seconds + time.monotonic() - started
            report = replace(report, warnings=[*report.warnings, *problems], seconds=seconds)
        if self.settings.snapshots.limits:
            self.vacuum(keep=self.settings.snapshots.keep, days=self.settings.snapshots.days)
        return report

    def _keep_figures(self, progress: Progress | None, full: bool) -> list[Problem]:
        """Make ready what the settings want to stand ready of the snapshot just published; in `full` all of it anew."""
        from accountlens.store.figures import forget_figures

        if self.settings.figures is None:
            forget_figures(self.store.figures)
            return []
        from accountlens.refresh.bench import silent
        from accountlens.refresh.past import code_print
        from accountlens.standing.differing import Differing
        from accountlens.standing.making import MAKERS, Making, keep_figures

        published, *others = self.store.snapshots()
        catalog = self._catalog_of(published)
        opened = open_snapshot(self.store, self.house, catalog, published)
        ground, code = opened.ground(Query(())), code_print(MAKERS)
        compared = partial(Differing, self.store.folder, opened.session)
        making = Making(ground, opened.session, self.settings.figures, _stored(catalog, published), code)
        kept = [one for one in others if not full and (self.store.figures / one.id).is_dir()]
        then = _stored(catalog, kept[0]) if kept else None
        problems = keep_figures(self.store, making, then, compared, progress or silent)
        opened.session.close()
        return problems

    def _keep_remote_figures(
        self, snapshot: Snapshot, remote: Remote, progress: Progress | None, full: bool
    ) -> list[Problem]:
        """Have what stands ready computed in the warehouse, where the rows are; by default 24 months and more.

        Here pages can't compute what isn't kept: so what they ask whatever is chosen is kept whatever the settings say.
        """
        from accountlens.catalog.settings import ASKED_BY_PAGES, Figures
        from accountlens.refresh.bench import silent
        from accountlens.refresh.past import code_print
        from accountlens.standing.making import MAKERS, Making, keep_figures
        from accountlens.standing.there import DifferingThere, places

        catalog = self._catalog_of(snapshot)
        opened = open_snapshot(self.store, self.house, catalog, snapshot)
        wanted = self.settings.figures or Figures()  # type: ignore[call-arg]  # all of them have defaults
        wanted = wanted.model_copy(update={"also": list(dict.fromkeys([*wanted.also, *ASKED_BY_PAGES]))})
        session = remote.session(catalog, snapshot.as_of)
        session.here = opened.session
        ground, stored, before = opened.ground(Query(())), _stored(catalog, snapshot), self.store.current()
        compared = partial(DifferingThere, self.store.folder, session, **places(snapshot, before))
        making = Making(ground, session, wanted, stored, code_print(MAKERS))
        then = _stored(catalog, before) if before and before.prints and not full else None
        served = [before.id] if before else []
        problems = keep_figures(self.store, making, then, compared, progress or silent, served)
        opened.session.close()
        return problems

    def run_due(
        self,
        *,
        progress: Progress | None = None,
        wait_seconds: float = 0.0,
        on_wait: Callable[[str], None] | None = None,
    ) -> DueReport:
        """Refresh if any source is due by its schedule, fetching those alone; for cron, and for what runs for long."""
        from accountlens.refresh.due import DueReport
        from accountlens.store.snapshots import utc_now

        with self.store.writing(wait_seconds, on_wait):
            due = self.agenda().due(utc_now())
            report = self.refresh(only=due, progress=progress) if due else None
            return DueReport(due, report, self.agenda().next)

    def agenda(self) -> Agenda:
        """When each source is due next; `NothingScheduledError` where nothing is ever refreshed by itself."""
        from accountlens.refresh.due import agenda

        return agenda(self.folder, self.settings, self.store.source_states(), self.store.runs())

    def check(self) -> list[Problem]:
        """What is wrong, missing or doubtful: definitions, settings, and the data of the current snapshot."""
        from accountlens.catalog.benchmarks import read_benchmarks
        from accountlens.catalog.goals import read_goals
        from accountlens.sources.registry import source_problems

        wrong = source_problems(self.folder, self.settings)
        try:
            catalog = self.catalog
        except ProblemsError as error:
            return [*wrong, *error.problems]
        wrong += [*read_benchmarks(self.folder, catalog.kpis)[1], *read_goals(self.folder, catalog)[1]]
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
        """The lists of accounts, to be looked at and edited (`accountlens.lists`), as far as they are seen."""
        from accountlens.lists.memberships import Lists

        return Lists(self.folder, self.settings.time_zone, self.store, self._snapshot(None), self.seen)

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

        if held := [one.id for one in self.store.snapshots() if one.remote]:
            what = f"Rows about persons stay in the warehouse (snapshot {held[0]}), where nothing is erased from here."
            mend = "Erase the person there; take out 'warehouse', refresh, vacuum the older snapshots, and erase again."
            raise AccountlensError(what, mend=mend)
        self._opened.clear()
        return erase(self.store, self._catalog_for(None), self.folder, who)

    def certify(self, url: str, *, progress: Progress | None = None) -> Certificate:
        """Whether the engine at an address gives the same facts and KPIs as DuckDB does of the current snapshot."""
        from accountlens.certify.run import certify
        from accountlens.refresh.bench import silent
        from accountlens.warehouses.registry import connected

        opened = self._open(None)
        with connected(url) as (engine, connection):
            return certify(engine, connection, opened.session, opened.ground(Query(())), progress or silent)

    def compare_snapshots(self, first: str, second: str) -> SnapshotDiff:
        """Which rows came, went and changed between two snapshots, by table, and which definitions changed."""
        from accountlens.snapshot_diff import compare

        return compare(self.store, self.catalog, self.store.snapshot(first), self.store.snapshot(second))

    def vacuum(self, *, keep: int | None = None, days: int | None = None, dry_run: bool = False) -> Vacuumed:
        """Forget old snapshots: those that are neither among the newest `keep` nor younger than `days`."""
        older_than = None if days is None else timedelta(days=days)
        return self.store.vacuum(keep, older_than=older_than, dry_run=dry_run)

    def snapshots(self) -> list[Snapshot]:
        """Every published state, newest first."""
        return self.store.snapshots()

    def quarantine(self, snapshot: str | None = None) -> Any:
        """The rows that were set aside, as a `pyarrow.Table`: table, source, row_number, reason, content."""
        return self.store.quarantine(self._snapshot(snapshot))


def _stored(catalog: Catalog, snapshot: Snapshot) -> Stored:
    from accountlens.standing.differing import Stored
    from accountlens.standing.there import versions_of

    return Stored(snapshot.id, snapshot.as_of, {**readable(catalog, snapshot), **versions_of(snapshot.prints, catalog)})
