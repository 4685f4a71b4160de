"""Pushing by schedule: each push once when it is due; one that fails is tried again, and told until it succeeds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from accountlens.catalog.habits import PushSettings
from accountlens.errors import AccountlensError
from accountlens.language.recurrence import parse_recurrence
from accountlens.people.audit import Actor, record
from accountlens.push.pushed import last_of
from accountlens.push.run import Pushed, lock_of, push
from accountlens.push.targets.address import without_password
from accountlens.sources.secrets import Secrets
from accountlens.store.lock import BusyError
from accountlens.store.snapshots import utc_now
from accountlens.workspace import Workspace

BY = Actor(None, "schedule")
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # before it is tried again; then the last
Now = Callable[[], datetime]


@dataclass(frozen=True)
class Standing:
    """How a push goes by its schedule; kept beside what was pushed last. Times are UTC without zone.

    `done_until`: the newest time seen to. `problem`: why the last try failed; empty where it did not.
    """

    done_until: datetime
    failures: int = 0
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True)
class Tried:
    """One push that was due: what it wrote, or why it could not."""

    name: str
    pushed: Pushed | None
    problem: str


def push_due(workspace: Workspace, *, now: Now = utc_now) -> list[Tried]:
    """Push what is due. What another process pushes just now is left to it.

    One that dies on the way is due again: it writes the same rows once more, or nothing.
    """
    if not any(one.at for one in workspace.settings.push.values()):
        return []
    with suppress(BusyError), lock_of(workspace.store).hold(0, lambda: None):
        return list(_push_due(workspace, now))
    return []


def next_push(workspace: Workspace, *, now: Now = utc_now) -> tuple[str, datetime] | None:
    """What is pushed next by its schedule, and when."""
    found = [(_next(workspace, one, _standing(workspace, name, one) or Standing(now())), name)
             for name, one in workspace.settings.push.items() if one.at]  # fmt: skip
    return next(((name, at) for at, name in sorted(found)), None)


def failing(workspace: Workspace) -> list[str]:
    """A line for each scheduled push that fails, without secrets."""
    found = []
    for name, one in workspace.settings.push.items():
        standing = _standing(workspace, name, one) if one.at else None
        if standing and standing.problem and standing.failing_since:
            since = f"{standing.failing_since:%Y-%m-%d %H:%M} UTC"
            found.append(f"{name}, to {without_password(one.to)}: fails since {since}. {standing.problem}")
    return found


def settle(workspace: Workspace, name: str, one: PushSettings) -> None:
    """After a push by hand that went well: nothing fails any more. Its schedule goes on as it was."""
    standing = _standing(workspace, name, one)
    if standing and standing.problem:
        _keep(_file(workspace, name, one), Standing(standing.done_until))


def _push_due(workspace: Workspace, now: Now) -> Iterator[Tried]:
    for name, one in workspace.settings.push.items():
        if not one.at:
            continue
        standing = _standing(workspace, name, one)
        if standing is None:  # set up since: first pushed when it is next due
            _keep(_file(workspace, name, one), Standing(now()))
        elif _next(workspace, one, standing) <= now():
            yield _try(workspace, name, one, standing, now())


def _try(workspace: Workspace, name: str, one: PushSettings, standing: Standing, now: datetime) -> Tried:
    try:
        pushed, problem = push(workspace, name, one, BY), ""
    except AccountlensError as error:
        pushed, problem = None, str(error)
    except Exception as error:  # noqa: BLE001 - a fault with one target is not to keep back the others
        pushed, problem = None, f"{type(error).__name__}: {error}"
    after = Standing(now)
    if problem:
        problem = Secrets(workspace.folder).hide(problem)
        wait = WAITS[min(standing.failures, len(WAITS) - 1)]
        after = replace(after, failures=standing.failures + 1, failing_since=standing.failing_since or now,
                        next_try_at=now + wait, problem=problem)  # fmt: skip
        if not standing.failures:
            record(workspace.store, BY, "push_failed", name, to=without_password(one.to), problem=problem)
    _keep(_file(workspace, name, one), after)
    return Tried(name, pushed, problem)


def _next(workspace: Workspace, one: PushSettings, standing: Standing) -> datetime:
    """When it is due, or to be tried again."""
    house = workspace.house
    recurrence = parse_recurrence(one.at or "")
    due = next(recurrence.after(standing.done_until, ZoneInfo(house.time_zone), house.fiscal_year_starts))
    return min(due, standing.next_try_at or due)


def _file(workspace: Workspace, name: str, one: PushSettings) -> Path:
    return last_of(workspace.store, name, one.to).file.with_suffix(".schedule")


def _standing(workspace: Workspace, name: str, one: PushSettings) -> Standing | None:
    """None where nothing is kept of it yet."""
    file = _file(workspace, name, one)
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        times = {key: datetime.fromisoformat(kept[key]) if kept[key] else None
                 for key in ("done_until", "failing_since", "next_try_at")}  # fmt: skip
        return Standing(**{**kept, **times})
    return None


def _keep(file: Path, standing: Standing) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.write_text(json.dumps(asdict(standing), default=str), encoding="utf-8")
    beside.replace(file)
