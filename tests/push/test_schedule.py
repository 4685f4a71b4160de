"""Pushes by schedule: once when they are due, again where they failed, whole after a restore."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.push.conftest import SETTINGS
from tests.workspaces import Say

from accountlens.backups.making import back_up
from accountlens.backups.restoring import restore
from accountlens.people import audit
from accountlens.push import schedule
from accountlens.push.run import lock_of
from accountlens.push.schedule import failing, next_push, push_due
from accountlens.surfaces.cli.refresh import IN_PART
from accountlens.workspace import Workspace

EVENING = datetime(2026, 5, 1, 20)
MORNING = datetime(2026, 5, 2, 6, 30)
DAY = timedelta(days=1)


def set_up(folder: Path, to: str = "scores.csv", at: str = "every day 06:30") -> Workspace:
    text = SETTINGS.replace("    to: scores.csv", f"    to: {to}\n    at: {at}")
    (folder / "accountlens.yaml").write_text(text, encoding="utf-8")
    return Workspace(folder)


def run(workspace: Workspace, now: datetime) -> list[tuple[str, bool | None]]:
    """What was due by then, and whether anything was written; None where it failed."""
    return [(one.name, one.pushed.written if one.pushed else None) for one in push_due(workspace, now=lambda: now)]


def test_it_is_pushed_once_when_it_is_due_and_only_what_has_a_schedule(folder: Path) -> None:
    workspace, file = set_up(folder), folder / "scores.csv"
    assert run(workspace, EVENING) == [], "first pushed when it is next due"
    assert next_push(workspace, now=lambda: EVENING) == ("scores", MORNING)
    assert run(workspace, MORNING - timedelta(minutes=1)) == []
    assert not file.exists()
    assert run(workspace, MORNING) == [("scores", True)]
    os.utime(file, (1, 1))
    assert run(workspace, MORNING + timedelta(minutes=1)) == []
    assert run(workspace, MORNING + 5 * DAY) == [("scores", False)], "five mornings missed are one push"
    assert file.stat().st_mtime == 1, "nothing differs, nothing is written"
    (entry,) = audit.entries(workspace.store, action="push")
    assert (entry.address, entry.subject) == ("schedule", "scores")


def test_one_that_dies_is_due_again_and_what_another_pushes_is_left_to_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, file = set_up(folder), folder / "scores.csv"
    run(workspace, EVENING)
    with lock_of(workspace.store).hold(0, lambda: None):
        assert run(workspace, MORNING) == []
    with monkeypatch.context() as dying:
        dying.setattr(schedule, "_keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(workspace, MORNING)
    os.utime(file, (1, 1))
    assert run(workspace, MORNING) == [("scores", False)]
    assert file.stat().st_mtime == 1, "the rows were there already"


def test_one_that_fails_is_tried_again_and_told_until_it_succeeds(folder: Path, say: Say) -> None:
    workspace = set_up(folder, "later/scores.csv")
    run(workspace, EVENING)
    assert run(workspace, MORNING) == [("scores", None)]
    (line,) = failing(workspace)
    assert line.startswith("scores, to later/scores.csv: fails since 2026-05-02 06:30 UTC.")
    assert "There is no folder" in line
    assert run(workspace, MORNING + timedelta(seconds=59)) == []
    assert run(workspace, MORNING + timedelta(minutes=1)) == [("scores", None)]
    assert run(workspace, MORNING + timedelta(minutes=5)) == [], "the second wait is longer"
    assert len(audit.entries(workspace.store, action="push_failed")) == 1, "told once, not at each try"
    (folder / "later").mkdir()
    assert say("push", "scores")[0] == 0
    assert failing(workspace) == []
    assert run(workspace, MORNING + timedelta(minutes=30)) == [], "by hand it was mended"
    assert run(workspace, MORNING + DAY) == [("scores", False)]


def test_run_due_says_what_it_pushed_and_what_it_could_not(folder: Path, say: Say) -> None:
    run(set_up(folder), EVENING)
    code, out, _ = say("run-due")
    assert (code, "scores → scores.csv: 4 new, 0 changed, 0 gone" in " ".join(out.split())) == (0, True), out
    assert "Next: scores at" in " ".join(say("run-due")[1].split())
    run(set_up(folder, "later/scores.csv"), EVENING)
    code, out, _ = say("run-due")
    assert (code, "scores, not pushed: accountlens.yaml" in " ".join(out.split())) == (IN_PART, True), out


def test_a_schedule_that_is_none_is_refused_with_its_place(folder: Path, say: Say) -> None:
    (folder / "accountlens.yaml").write_text(SETTINGS.replace("    to: scores.csv", "    to: s.csv\n    at: sometimes"))
    code, _, err = say("push")
    assert code == 1
    assert "'sometimes' says no time of day" in " ".join(err.split())


def test_a_back_up_holds_what_was_pushed_and_after_a_restore_all_of_it_is_written(folder: Path, tmp_path: Path) -> None:
    workspace, file = set_up(folder), folder / "scores.csv"
    run(workspace, EVENING)
    run(workspace, MORNING)
    text = file.read_text()
    made = back_up(folder, tmp_path / "kept.zip")
    again = Workspace(restore(made.file, tmp_path / "again").folder)
    copy = again.folder / "scores.csv"
    copy.write_text(text.replace("a2,50.0", "a2,99.0"))  # pushed after the back-up was made
    assert run(again, MORNING) == [], "a copy does not push before its next time"
    assert run(again, MORNING + DAY) == [("scores", True)]
    assert copy.read_text() == text
    assert run(again, MORNING + 2 * DAY) == [("scores", False)]
