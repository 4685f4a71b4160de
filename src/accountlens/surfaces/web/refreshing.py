"""A refresh that runs in the background of the server: one at a time, its progress told, readers undisturbed."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from accountlens.alerts.check import check
from accountlens.errors import AccountlensError
from accountlens.refresh import RefreshReport
from accountlens.store.snapshots import utc_now
from accountlens.surfaces.web.problems import RefusedError, plain
from accountlens.workspace import Workspace

SCHEDULE = "the schedule"  # who begins what is due
BEGIN_SECONDS = 30.0  # until which it is either begun or known why it cannot be
END_SECONDS = 10.0  # which a server that ends leaves a refresh to be done

log = logging.getLogger("accountlens.web")

Work: TypeAlias = Callable[[Workspace], RefreshReport | None]  # None: there was nothing to do


@dataclass(frozen=True)
class Progress:
    """How far the newest refresh of this server is; times are UTC without zone.

    `state`: none (nobody began one), running, done, in_part (some sources could not be read) or failed.
    """

    state: str = "none"
    by: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    doing: str = ""
    done: int = 0
    total: int = 0  # 0: not known
    snapshot: str | None = None
    seconds: float | None = None
    unread: tuple[tuple[str, str], ...] = ()  # sources that could not be read, and why
    warnings: int = 0
    what: str | None = None  # why it failed
    where: str | None = None
    mend: str | None = None


class Refreshing:
    """Begins refreshes of a workspace and remembers how the newest one goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._now = Progress()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def progress(self) -> Progress:
        return self._now

    def begin(self, by: str, *, full: bool = False, as_of: datetime | None = None) -> Progress:
        """Begin one; `RefusedError` (409) where one runs, here or in another process, with who and since when."""
        moment = as_of and as_of.replace(tzinfo=UTC)
        return self._begin(by, lambda one: one.refresh(full=full, as_of=moment, progress=self._tell))

    def begin_due(self) -> Progress:
        """Begin with what is due by its schedule; refused as another one is."""
        return self._begin(SCHEDULE, lambda one: one.run_due(progress=self._tell).report)

    def _begin(self, by: str, work: Work) -> Progress:
        with self._lock:
            if self._now.state == "running":
                since = f"{self._now.started_at:%Y-%m-%d %H:%M:%S} UTC"
                what = f"A refresh is under way, begun by {self._now.by} at {since}."
                raise RefusedError(409, what, mend="Wait until it has ended.", kind="refreshing")
            before, begun, refused = self._now, threading.Event(), list[AccountlensError]()
            self._now = Progress("running", by, utc_now(), doing="beginning")
            asked = work, before, begun, refused
            self._thread = threading.Thread(target=self._run, args=asked, name="refresh", daemon=True)
            self._thread.start()
            begun.wait(BEGIN_SECONDS)
            if refused:
                self._now = before
                raise RefusedError(409, refused[0].what, None, "Wait until it has ended.", kind="refreshing")
            return self._now

    def end(self) -> None:
        """Let one that runs come to its end, if that is soon; else it is cut off, and nothing of it is published."""
        if self._thread is not None:
            self._thread.join(END_SECONDS)

    def _run(self, work: Work, before: Progress, begun: threading.Event, refused: list[AccountlensError]) -> None:
        """Where another process did meanwhile what was due, all stays as it was told before."""
        workspace = Workspace(self.folder)
        try:
            with workspace.store.writing(0.0):
                begun.set()
                report = work(workspace)
                if report:
                    _look_at_alerts(workspace)
                self._now = self._ended(report) if report else before
        except AccountlensError as error:
            if not begun.is_set():
                refused.append(error)
            else:
                self._fail(error.what, error.where, error.mend)
        except BaseException as error:
            number = uuid.uuid4().hex[:12]
            log.error("unforeseen error %s", number, exc_info=error)
            self._fail("This is a fault of the program.", None, f"Tell who looks after this server: error {number}.")
        finally:
            begun.set()

    def _tell(self, what: str, done: int, total: int) -> None:
        self._now = replace(self._now, doing=what, done=done, total=total)

    def _ended(self, report: RefreshReport) -> Progress:
        unread = tuple((name, plain(why, self.folder)) for name, why in report.failed.items())
        return replace(
            self._now,
            state="in_part" if unread else "done",
            ended_at=utc_now(),
            doing="",
            snapshot=report.snapshot,
            seconds=report.seconds,
            unread=unread,
            warnings=len(report.warnings),
        )

    def _fail(self, what: str, where: str | None, mend: str | None) -> None:
        told = [text and plain(text, self.folder) for text in (what, where, mend)]
        self._now = replace(
            self._now, state="failed", ended_at=utc_now(), doing="", what=told[0], where=told[1], mend=told[2]
        )


def _look_at_alerts(workspace: Workspace) -> None:
    """A rule at fault says so beside the rules, and makes no refresh fail."""
    try:
        check(workspace)
    except AccountlensError as error:
        log.warning("alerts could not be looked at: %s", error)
