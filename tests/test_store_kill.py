"""A writer killed at any moment leaves the last snapshot served, and the next write works."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb
import pytest

import accountlens
from accountlens.store import Store

SUITE_SECONDS, LONG_SECONDS = 8, 240
# One process imports everything once, then forks a writer for each line it reads; its writers publish on and on.
NURSERY = """
import os, sys
from datetime import datetime
from pathlib import Path
import duckdb, pyarrow as pa, pyarrow.parquet
import accountlens.store.delta_tables, accountlens.store.quarantine, accountlens.store.runs, accountlens.store.state
import alembic.command
from accountlens.store import Balance, Store

def publish_on_and_on(store):
    n = 0 if (current := store.current()) is None else current.info["n"]
    while True:
        n += 1
        with store.writing():
            run = store.start_run()
            rows = 500 + n % 7
            months = pa.array([f"2026-0{1 + i * 4 // rows}" for i in range(rows)])
            events = pa.table({"n": [n] * rows, "month": months})
            rejected = {"table": "t", "source": "s", "row_number": n, "reason": "r", "content": "{}"}
            tables = {
                "events": store.write_table("events", events, partition_by=["month"], run=run),
                "accounts": store.write_table("accounts", pa.table({"n": [n] * 10}), run=run),
                "quarantine": store.quarantine_write(run, pa.Table.from_pylist([rejected])),
            }
            store.publish(
                as_of=datetime(2026, 1, 1), tables=tables, balance={"events": Balance("events", rows, rows, 0, 0)},
                settings_hash="", info={"n": n, "rows": rows},
            )
            store.vacuum(keep=3)
            store.end_run(run, "done")

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        publish_on_and_on(Store(Path(sys.argv[1])))
    print(pid, flush=True)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


def whole(store: Store) -> int:
    """The number of the current snapshot, after every row of all kept ones was read and found to belong to it."""
    with duckdb.connect() as connection:
        for one in store.snapshots():
            n, rows = one.info["n"], one.info["rows"]
            found = {
                name: connection.sql(f"SELECT * FROM ({store.relation_sql(version)})").fetchall()
                for name, version in one.tables.items()
            }
            assert {row[0] for row in found["events"]} == {row[0] for row in found["accounts"]} == {n}
            assert (len(found["events"]), len(found["accounts"])) == (rows, 10)
            assert store.quarantine(one).column("row_number").to_pylist() == [n]
    current = store.current()
    return current.info["n"] if current else 0


def files_on_disk(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob("tables/**/*.parquet")}


def files_named(store: Store) -> set[str]:
    return {file for one in store.snapshots() for table in one.tables.values() for file in table.files}


def kill_again_and_again(folder: Path, seconds: float) -> Counter[str]:
    store, tally, chance = Store(folder), Counter[str](), random.Random(7)
    nursery = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", NURSERY, str(folder)],
        env=os.environ | {"PYTHONPATH": str(Path(accountlens.__file__).parent.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    before, known, end = 0, set[str](), time.monotonic() + seconds
    with nursery:
        # a slow machine gets more time: without a snapshot there is nothing to lose, and few kills prove little
        while time.monotonic() < end or ((not before or tally["kills"] < 10) and time.monotonic() < end + 60):
            print("fork", file=nursery.stdin, flush=True)
            pid = int(nursery.stdout.readline())
            time.sleep(chance.uniform(0, 1 if before else 4))
            os.kill(pid, signal.SIGKILL)
            assert int(nursery.stdout.readline()) == -signal.SIGKILL  # it had not failed by itself
            now = whole(store)
            assert now >= before
            left = files_on_disk(folder) - files_named(store) - known
            tally.update(kills=1, snapshots_published=now - before, kills_amid_tables=len(left) > 0)
            known |= left
            before = now
        nursery.stdin.close()
    tally["files_swept"] = store.vacuum(keep=2).files
    assert files_named(store) <= files_on_disk(folder)
    assert whole(store) == before
    return tally


def test_a_writer_killed_at_random_moments_leaves_the_last_snapshot_served(tmp_path: Path) -> None:
    tally = kill_again_and_again(tmp_path / "store", SUITE_SECONDS)
    assert tally["kills"] >= 10
    assert tally["snapshots_published"] > 0


@pytest.mark.long
def test_a_writer_killed_hundreds_of_times_leaves_the_last_snapshot_served(tmp_path: Path) -> None:
    tally = kill_again_and_again(tmp_path / "store", LONG_SECONDS)
    print(dict(tally))  # noqa: T201 - the tally is the finding
    assert tally["kills"] > 200
