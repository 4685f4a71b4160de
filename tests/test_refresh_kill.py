"""A refresh killed at any moment leaves the last whole snapshot served; the next refresh is what a full one gives."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from tests.refreshing import Place
from tests.test_refresh_again import FACTS, FILES

import accountlens
from accountlens.errors import AccountlensError

SUITE_KILLS, LONG_KILLS = 4, 200
# One process imports everything once, then forks one that refreshes for each line it reads.
NURSERY = """
import os, sys, traceback
from pathlib import Path
import alembic.command
import accountlens.store.delta_tables, accountlens.store.quarantine, accountlens.store.months
import accountlens.refresh.keeper
from tests.refreshing import Place
from tests.test_refresh_again import FACTS
accountlens.refresh.keeper.LEAST_ROWS = 1
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        try:
            Place(Path(sys.argv[1]), *FACTS).refresh(full=line.strip() == "full")
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    print(pid, flush=True)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr("accountlens.refresh.keeper.LEAST_ROWS", 1)
    found = Place(tmp_path / "place", *FACTS).write(**FILES)
    found.refresh()
    return found


def more(place: Place, number: int, chance: random.Random) -> None:
    """What comes in: days, late rows, orders that change."""
    month = chance.randrange(1, 7)
    place.write(**{
        f"activities_2024_{month:02}_{1 + number % 28:02}":
            f"activity_id,occurred_at,kind,contact_id\nk{number},2024-{month:02}-03,call,c1\n",
        "orders": f"{FILES['orders']}k{number},a2,2024-04-01,{number},USD\n",
    })  # fmt: skip


def kill_again_and_again(place: Place, kills: int) -> Counter[str]:
    home, chance, tally = Path(accountlens.__file__).parent.parent, random.Random(11), Counter[str]()
    nursery = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", NURSERY, str(place.folder)],
        env=os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{Path(__file__).parent.parent}"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    took = 1.5
    with nursery:
        for number in range(kills):
            more(place, number, chance)
            before, state = place.current.id, place.state()
            print(chance.choice(["full", "again"]), file=nursery.stdin, flush=True)
            pid, started = int(nursery.stdout.readline()), time.monotonic()
            time.sleep(chance.uniform(0, took))
            with suppress(ProcessLookupError):  # it ended by itself
                os.kill(pid, signal.SIGKILL)
            ended = int(nursery.stdout.readline())
            assert ended in (0, -signal.SIGKILL)
            tally["killed" if ended else "had ended"] += 1
            if ended == 0:
                took = 0.9 * (time.monotonic() - started)
            tally["published"] += place.current.id != before
            if place.current.id == before:
                assert place.state() == state
        nursery.stdin.close()
    return tally


def prove(place: Place, kills: int) -> Counter[str]:
    tally = kill_again_and_again(place, kills)
    place.refresh()
    place.assert_as_full()
    place.store.vacuum(keep=1)
    place.assert_as_full()
    assert {run.status for run in place.store.runs()} <= {"done", "running"}
    return tally


def test_refreshes_killed_at_random_moments_lose_nothing(place: Place) -> None:
    assert prove(place, SUITE_KILLS)["killed"] >= SUITE_KILLS // 2


@pytest.mark.long
def test_refreshes_killed_two_hundred_times_lose_nothing(place: Place) -> None:
    tally = prove(place, LONG_KILLS)
    print(dict(tally))  # noqa: T201 - the tally is the finding
    assert tally["killed"] >= LONG_KILLS // 2


def test_a_second_refresh_says_that_one_is_running(place: Place) -> None:
    with place.store.writing(), pytest.raises(AccountlensError, match="Another process is writing"):
        Place(place.folder, *FACTS).refresh()
    place.refresh()


def test_readers_see_whole_snapshots_while_refreshes_rewrite_months(place: Place) -> None:
    ended, wrong, reads = threading.Event(), list[str](), [0]

    def read() -> None:
        with duckdb.connect() as con:
            while not ended.is_set():
                current = place.store.current()
                assert current is not None
                for name, version in current.tables.items():
                    sql = place.store.relation_sql(version)
                    found = con.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]
                    wrong.extend([name] if found != version.rows else [])
                whole = all(current.balance[name].accepted == current.tables[name].rows for name in current.balance)
                wrong.extend([] if whole else ["balance"])
                reads[0] += 1

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        for number in range(4):
            more(place, number, random.Random(number))
            place.refresh(full=number == 2)
        ended.set()
        for one in reading:
            one.result()
    assert reads[0] > 4
    assert wrong == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_in_a_folder_that_cannot_be_written_the_fault_is_told(place: Place) -> None:
    state = place.state()
    place.write(orders=FILES["orders"] + "o9,a2,2024-04-01,1,USD\n")
    tables = place.store.folder / "tables" / "orders"
    tables.chmod(0o500)
    try:
        with pytest.raises(AccountlensError, match="Permission denied"):
            place.refresh()
    finally:
        tables.chmod(0o700)
    assert place.state() == state
    place.refresh()
    place.assert_as_full()


def test_on_a_full_disk_the_last_snapshot_stays_and_the_next_refresh_works(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full when single months are to be rewritten."""
    state = place.state()
    place.write(activities_2024_05="activity_id,occurred_at,kind,contact_id\nk,2024-05-03,call,c1\n")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("accountlens.store.parquet_files.to_disk", full)
        with pytest.raises(AccountlensError, match="No space left"):
            place.refresh()
    assert place.state() == state
    assert place.refresh().added
    place.assert_as_full()
