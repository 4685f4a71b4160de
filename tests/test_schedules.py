"""Sources are read when they are due, again where they could not be, and what is served meanwhile says how fresh it is."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
import yaml
from tests.fax import Fax, offer
from tests.refreshing import Place

from accountlens import Workspace
from accountlens.catalog.settings import Settings, load_settings
from accountlens.errors import AccountlensError, ProblemsError
from accountlens.language.recurrence import parse_recurrence
from accountlens.language.schedule import Schedule, parse_span
from accountlens.quality import Freshness, source_freshness
from accountlens.refresh.due import agenda
from accountlens.store import Store
from accountlens.store.runs import Run
from accountlens.store.source_states import SourceState
from accountlens.surfaces.cli.app import run

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12)


def test_spans_and_times_of_day_are_read() -> None:
    assert [parse_span(text).total_seconds() for text in ("90s", "30m", "1h", "2 days", "1.5 h", "1w")] == [
        90, 1800, 3600, 172800, 5400, 604800,
    ]  # fmt: skip
    for wrong in ("1", "h", "1 moon", ""):
        with pytest.raises(ValueError, match="is no span of time"):
            parse_span(wrong)
    for wrong in ("24:00", "6", "06:60", "6pm"):
        with pytest.raises(ValueError, match="no time of day"):
            parse_recurrence(wrong)


@pytest.mark.parametrize(
    ("done", "following"),
    [
        ("2026-06-01 03:59", "2026-06-01 04:00"),  # 06:00 in Berlin in summer
        ("2026-06-01 04:00", "2026-06-01 16:00"),
        ("2026-06-01 20:00", "2026-06-02 04:00"),
        ("2026-10-24 20:00", "2026-10-25 05:00"),  # the clocks went back in the night
        ("2026-03-28 20:00", "2026-03-29 04:00"),
    ],
)
def test_times_of_day_are_those_of_the_workspace(done: str, following: str) -> None:
    schedule = Schedule(at=(parse_recurrence("06:00"), parse_recurrence("18:00")))
    assert schedule.next_after(datetime.fromisoformat(done), BERLIN) == datetime.fromisoformat(following)


def test_a_year_of_mornings_has_each_once_also_those_the_clock_skips_or_repeats() -> None:
    schedule, moment, seen = Schedule(at=(parse_recurrence("02:30"),)), datetime(2026, 1, 1), []
    for _ in range(365):
        moment = schedule.next_after(moment, BERLIN)
        seen.append(moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(BERLIN).date())
    assert len(set(seen)) == 365
    assert (seen[0].isoformat(), seen[-1].isoformat()) == ("2026-01-01", "2026-12-31")


def settings(**sources: Any) -> Settings:
    schedules = sources.pop("schedules", {})
    return Settings.model_validate({"sources": sources, "schedules": schedules, "time_zone": "Europe/Berlin"})


def state(name: str, ago: timedelta, failures: int = 0, read: bool = True) -> SourceState:
    return SourceState(
        name, NOON - ago, NOON - timedelta(days=10) if failures else NOON - ago if read else None, 0, failures, ""
    )


def test_sources_are_due_by_their_own_schedule_or_the_workspaces(tmp_path: Path) -> None:
    told = settings(
        a={"path": "a", "every": "30m"}, b={"path": "b"}, c={"path": "c", "at": "06:00"}, schedules={"refresh": "2h"}
    )
    hour = timedelta(hours=1)
    states = {name: state(name, hour) for name in "abc"}
    found = agenda(tmp_path, told, states)
    assert found.due(NOON) == ("a",)
    assert found.moments["b"] == NOON + hour
    assert found.moments["c"] == datetime(2026, 6, 2, 4)
    assert found.next == ("a", NOON - hour / 2)
    assert agenda(tmp_path, told, {}).due(NOON) == ("a", "b", "c"), "never read is due at once"


def test_what_failed_is_tried_again_later_and_later_but_never_later_than_its_schedule(tmp_path: Path) -> None:
    told = settings(a={"path": "a", "every": "1d"}, b={"path": "b", "every": "15m"})

    def waits(name: str, failures: int) -> float:
        found = agenda(tmp_path, told, {name: state(name, timedelta(0), failures)})
        return (found.moments[name] - NOON).total_seconds() / 60

    assert [waits("a", failures) for failures in (1, 2, 3, 7, 8, 50)] == [5, 10, 20, 320, 360, 360]
    assert [waits("b", failures) for failures in (1, 2, 3, 50)] == [5, 10, 15, 15]


def test_refreshes_that_fail_as_a_whole_are_not_repeated_at_once(tmp_path: Path) -> None:
    told = settings(a={"path": "a", "every": "1d"})
    runs = [Run(str(ago), NOON - timedelta(minutes=ago), None, "failed", "") for ago in (1, 7)]
    assert agenda(tmp_path, told, {}, runs).moments["a"] == NOON + timedelta(minutes=9)
    done = Run("3", NOON, NOON, "done", "")
    assert agenda(tmp_path, told, {}, [done, *runs]).due(NOON) == ("a",)


def test_without_any_schedule_nothing_is_ever_due_and_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(AccountlensError, match=r"accountlens.yaml: Nothing here has a schedule.*every: 1h"):
        agenda(tmp_path, settings(a={"path": "a"}), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: {a: {path: x, every: soon}}", "'soon' is no span of time"),
        ("sources: {a: {path: x, every: 1h, at: '06:00'}}", "both every and at are given"),
        ("sources: {a: {path: x, at: '25:00'}}", "'25:00' is no time of day"),
        ("sources: {a: {path: x, every: 1s}}", "a minute is the least"),
        ("schedules: {refresh: {}}", "write every: 1h, or at"),
        ("schedules: {refresh: often}", "'often' is no span of time"),
        ("schedules: {refrsh: 1h}", "Unknown key 'schedules.refrsh'."),
    ],
)
def test_a_wrong_schedule_is_told_where_it_stands(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "accountlens.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_settings(tmp_path)
    assert said in str(caught.value)
    assert "accountlens.yaml:1" in str(caught.value)


@pytest.fixture
def fax(monkeypatch: pytest.MonkeyPatch) -> Fax:
    fax = Fax()
    offer(monkeypatch, fetch=fax.fetch)
    return fax


@pytest.fixture
def place(tmp_path: Path, fax: Fax) -> Place:
    place = Place(tmp_path)
    place.settings = Settings.model_validate({"sources": {"crm": {"path": "data"}, "shop": {"type": "fax"}}})
    return place.write(accounts="account_id,name,created_at\na1,Acme,2024-01-01\n")


def test_a_source_that_cannot_be_read_is_served_as_it_is_kept_and_the_others_go_in(fax: Fax, place: Place) -> None:
    place.refresh()
    fax.fault = "out of paper"
    place.write(accounts="account_id,name,created_at\na1,Acme,2024-01-01\na2,Bolt,2024-01-01\n")
    report = place.refresh()
    assert (len(place.rows("accounts")), len(place.rows("orders"))) == (2, 1)
    assert list(report.failed) == ["shop"]
    (told,) = [one for one in report.warnings if one.code == "source_failed"]
    assert "out of paper" in told.what
    assert place.store.runs()[0].message.endswith("; could not be read: shop")
    place.refresh()
    shop = place.store.source_states()["shop"]
    assert (shop.failures, shop.error) == (2, "source 'shop': out of paper")
    assert shop.fetched_at is not None
    assert shop.fetched_at < shop.tried_at
    assert place.current.info["sources"]["shop"]["fetched_at"] == shop.fetched_at.isoformat()
    fax.fault = ""
    assert not place.refresh().failed
    assert place.store.source_states()["shop"].failures == 0


def test_a_source_that_was_never_read_fails_the_refresh_and_keeps_what_others_gave(fax: Fax, place: Place) -> None:
    fax.fault = "out of paper"
    with pytest.raises(AccountlensError, match="out of paper"):
        place.refresh()
    assert place.store.current() is None
    assert place.store.source_states()["shop"].failures == 1
    assert "crm" not in place.store.source_states(), "what was read in vain is due still"


def test_where_nothing_can_be_read_nothing_is_published(fax: Fax, place: Place) -> None:
    place.settings = Settings.model_validate({"sources": {"shop": {"type": "fax"}}})
    place.refresh()
    before = place.current.id
    fax.fault = "out of paper"
    with pytest.raises(AccountlensError, match="out of paper"):
        place.refresh()
    assert place.current.id == before


def test_only_due_sources_are_fetched_and_the_others_land_as_they_are_kept(fax: Fax, place: Place) -> None:
    place.refresh()
    fax.orders.append("o2")
    fetched = place.store.source_states()["shop"].fetched_at
    place.refresh(only=["crm"])
    assert len(place.rows("orders")) == 1
    assert place.store.source_states()["shop"].fetched_at == fetched
    place.refresh(only=["shop"])
    assert len(place.rows("orders")) == 2


def test_a_source_of_which_nothing_is_kept_is_fetched_though_it_is_not_due(fax: Fax, place: Place) -> None:
    place.refresh(only=["crm"])
    assert len(place.rows("orders")) == 1


def written(folder: Path, **more: Any) -> Path:
    (folder / "data").mkdir()
    (folder / "data" / "accounts.csv").write_text("account_id,name\na1,Acme\n", encoding="utf-8")
    sources = {"crm": {"path": "data"}, "shop": {"type": "fax", "every": "1h"}, **more.pop("sources", {})}
    (folder / "accountlens.yaml").write_text(yaml.safe_dump({"sources": sources, **more}), encoding="utf-8")
    return folder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock so many hours on."""
    start = datetime(2026, 6, 1, 12)
    now = [start]
    for place in ("accountlens.refresh.fetching", "accountlens.store.runs", "accountlens.store.snapshots"):
        monkeypatch.setattr(f"{place}.utc_now", lambda: now[0])

    def turn(hours: float) -> None:
        now[0] = start + timedelta(hours=hours)

    return turn


def test_run_due_reads_what_is_due_says_so_and_what_is_due_next(
    fax: Fax, tmp_path: Path, clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, sources={"paper": {"type": "fax", "every": "1d"}})

    def run_due(*more: str) -> tuple[int, Any, str]:
        code = run(["-C", str(folder), "run-due", "--json", *more])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else None, said.err

    code, told, _ = run_due()
    assert (code, told["due"]) == (0, ["paper", "shop"])
    assert told["next"] == {"source": "shop", "at": "2026-06-01T13:00:00Z"}
    clock(0.9)
    code, told, _ = run_due()
    assert (code, told["due"], told["refresh"]) == (0, [], None)
    clock(1)
    fax.fault = "out of paper"
    code, told, said = run_due()
    assert (code, list(told["refresh"]["failed"])) == (3, ["shop"])
    assert "out of paper" in said
    assert Workspace(folder).store.current() is not None, "the last good rows are served"
    clock(1.01)
    assert run_due()[1]["next"] == {"source": "shop", "at": "2026-06-01T13:05:00Z"}, "and tried again later"
    clock(1.1)
    fax.fault = ""
    code, told, _ = run_due()
    assert (code, told["due"]) == (0, ["shop"])
    assert len(fax.asked) == 4, "paper was read once"


def test_a_failed_source_stands_in_answers_and_in_check(
    fax: Fax, tmp_path: Path, clock: Callable[[float], None], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(written(tmp_path))
    workspace.refresh()
    fax.fault = "out of paper"
    clock(3)
    workspace.refresh()
    answer = workspace.ask("mrr", period="2026-05")
    run(["-C", str(tmp_path), "ask", "mrr", "--period", "2026-05"])
    assert ", fresh as of 2026-06-01 12:00" in " ".join(capsys.readouterr().out.split())
    assert answer.to_json_dict()["fresh_as_of"] == "2026-06-01T12:00:00Z"
    assert "shop could not be read; its rows are those of 2026-06-01 12:00 UTC." in answer.notes
    run(["-C", str(tmp_path), "check", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert "source_failed" in {finding["code"] for finding in told["findings"]}
    crm, shop = told["sources"]
    assert (crm["entities"], crm["failures"], crm["fetched_at"]) == (["accounts"], 0, "2026-06-01 15:00:00")
    assert (shop["fetched_at"], shop["newest"], shop["failures"]) == ("2026-06-01 12:00:00", "2024-05-01 00:00:00", 1)


def test_the_newest_row_of_a_source_is_told_where_it_is_the_only_one(tmp_path: Path) -> None:
    sources = {
        name: {"fetched_at": None, "error": "", "entities": entities}
        for name, entities in {"crm": ["accounts", "orders"], "shop": ["orders"], "desk": ["tickets"]}.items()
    }
    snapshot = SimpleNamespace(info={"sources": sources})
    fresh = [Freshness(name, "at", NOON, 0, 0, None) for name in ("orders", "tickets")]
    found = source_freshness(["crm", "shop", "desk", "new"], cast(Any, snapshot), {}, fresh)
    assert [(one.source, one.newest) for one in found] == [("crm", None), ("shop", None), ("desk", NOON), ("new", None)]


def hold(folder: Path, taken: Any, seconds: float) -> None:
    with Store(folder / "store").writing():
        taken.set()
        time.sleep(seconds)


def test_a_second_refresh_waits_for_the_first_and_says_for_whom(fax: Fax, place: Place) -> None:
    taken = multiprocessing.Event()
    holder = multiprocessing.Process(target=hold, args=(place.folder, taken, 1.0))
    holder.start()
    taken.wait(20)
    told: list[str] = []
    with pytest.raises(AccountlensError, match=f"Another process is writing \\(process {holder.pid} "):
        place.refresh(wait_seconds=0.1)
    place.refresh(wait_seconds=60, on_wait=told.append)
    holder.join()
    assert [one.partition(" since")[0] for one in told] == [f"process {holder.pid}"]
    assert place.current.id


def test_of_two_that_run_what_is_due_the_second_finds_nothing_left_to_do(fax: Fax, tmp_path: Path) -> None:
    folder, reports = written(tmp_path), []

    def run_due() -> None:
        reports.append(Workspace(folder).run_due(wait_seconds=120))

    threads = [threading.Thread(target=run_due) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.due for report in reports) == [(), ("shop",)]
    assert len(fax.asked) == 1
