"""What can go wrong around the store: a second writer, a full disk, a read-only folder, busy readers."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pytest

import accountlens
from accountlens.errors import AccountlensError
from accountlens.store import Snapshot, Store

SOURCES = str(Path(accountlens.__file__).parent.parent)
PRELUDE = """
import os, resource, signal, sqlite3, sys, time
from datetime import datetime
from pathlib import Path
import duckdb
import pyarrow as pa
from accountlens.errors import AccountlensError
from accountlens.store import Store
store = Store(Path(sys.argv[1]))
def write(n, store=store):
    table = pa.table({"n": [n] * 100_000, "text": [os.urandom(8).hex() for _ in range(100_000)]})
    tables = {"numbers": store.write_table("numbers", table, run="r")}
    return store.publish(as_of=datetime(2026, 1, 1), tables=tables, balance={}, settings_hash="", info={"n": n})
def attempt(n):
    try:
        print("published", write(n).info["n"])
    except AccountlensError as error:
        print("told:", error)
"""
LET_RIGHTS_GO = """
if os.getuid() == 0:  # root may write everywhere
    write(0, Store(Path(sys.argv[1]).parent / "other"))  # import all there is while it can be read
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def open_store() -> Iterator[Store]:
    """In a folder that other users may enter, which pytest's own are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Store(Path(folder) / "store")


def write(store: Store, n: int) -> Snapshot:
    tables = {name: store.write_table(name, pa.table({"n": [n] * 50}), run="r") for name in ("left", "right")}
    return store.publish(as_of=datetime(2026, 1, 1), tables=tables, balance={}, settings_hash="", info={"n": n})


def python(program: str, store: Store) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + program, str(store.folder)],
        env=os.environ | {"PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> list[str]:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.splitlines()


def test_a_second_writer_is_told_who_is_writing(store: Store) -> None:
    with store.writing():
        (line,) = said(python("attempt(2)", store))
        assert f"Another process is writing (process {os.getpid()} since" in line
        with pytest.raises(AccountlensError, match="Let it end first, or wait for it"):
            write(Store(store.folder), 2)  # also another owner in this process
        write(store, 1)
    current = store.current()
    assert current is not None
    assert current.info["n"] == 1


def test_a_second_writer_can_wait(store: Store) -> None:
    with store.writing():
        waiting = threading.Thread(target=write, args=(Store(store.folder, wait_seconds=30), 2))
        waiting.start()
        time.sleep(0.2)
        write(store, 1)
    waiting.join()
    assert [one.info["n"] for one in store.snapshots()] == [2, 1]


def test_the_lock_of_a_dead_process_is_taken_over(store: Store) -> None:
    holder = python("with store.writing():\n    print('held', flush=True); time.sleep(60)", store)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(AccountlensError, match=f"process {holder.pid}"):
        write(store, 1)
    holder.kill()
    holder.communicate()
    assert write(store, 2).info["n"] == 2


def test_a_lock_file_left_with_the_number_of_a_living_process_does_not_block(store: Store) -> None:
    store.folder.mkdir()
    (store.folder / "writer.lock").write_text(f"process {os.getpid()} since 2020-01-01 00:00:00 UTC\n")
    assert write(store, 1).info["n"] == 1


def test_what_a_dead_writer_left_in_the_scratch_folder_goes(store: Store) -> None:
    store.tmp.mkdir(parents=True)
    (store.tmp / "left").touch()
    with store.writing():
        assert list(store.tmp.iterdir()) == []
        (store.tmp / "mine").touch()
        write(store, 1)
        assert (store.tmp / "mine").exists()


def test_a_full_disk_is_told_and_the_last_snapshot_still_served(store: Store) -> None:
    program = """
def file_sizes_up_to(size):  # what a full disk does to a process
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
attempt(1)
file_sizes_up_to(500_000)
attempt(2)
file_sizes_up_to(0)
attempt(3)
print(store.current().info["n"], len(list(store.folder.rglob("*.parquet"))))
file_sizes_up_to(resource.RLIM_INFINITY)
attempt(4)
"""
    first, in_table, at_once, served, afterwards = said(python(program, store))
    assert (first, served, afterwards) == ("published 1", "1 1", "published 4")
    assert "Cannot write table 'numbers'" in in_table
    assert "Cannot write to the store" in at_once
    for told in (in_table, at_once):
        assert "Free some disk space and run it again; the last snapshot is still served." in told


def test_a_read_only_folder_is_told_and_still_read(open_store: Store) -> None:
    write(open_store, 1)
    only_readable(open_store.folder)
    read, told = said(python(LET_RIGHTS_GO + "print(store.current().info['n']); attempt(2)", open_store))
    assert read == "1"
    assert "Make the folder writable for this user" in told
    assert [path.name for path in open_store.folder.iterdir() if path.name.startswith("state.db-")] == []


def test_a_read_only_folder_is_read_to_its_last_snapshot_after_a_kill(open_store: Store) -> None:
    """The newest snapshot then stands in the log beside the database, and nobody may index the log."""
    program = """
write(1)
reader = sqlite3.connect(store.folder / "state.db")  # while it is open, the log is not folded in
reader.execute("SELECT * FROM snapshots").fetchall()
write(2)
os.kill(os.getpid(), signal.SIGKILL)
"""
    python(program, open_store).communicate()
    (open_store.folder / "state.db-shm").unlink()
    assert (open_store.folder / "state.db-wal").stat().st_size > 0
    only_readable(open_store.folder)
    assert said(python(LET_RIGHTS_GO + "print(store.current().info['n'])", open_store)) == ["2"]


def only_readable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in (
        folder.parent,
        folder.parent.parent,
        folder.parent.parent.parent,
    ):  # pytest's are its user's only
        path.chmod(0o755)


def test_readers_never_see_a_torn_or_a_missing_state_while_others_are_published(store: Store) -> None:
    write(store, 0)
    stop, faults, seen = threading.Event(), [], set()

    def read() -> None:
        with duckdb.connect() as connection:
            while not stop.is_set():
                snapshot = Store(store.folder).current()
                assert snapshot is not None
                union = " UNION ALL ".join(map(store.relation_sql, snapshot.tables.values()))
                found = connection.sql(f"SELECT n, count(*) FROM ({union}) GROUP BY n").fetchall()
                assert found == [(snapshot.info["n"], 100)]
                seen.add(snapshot.info["n"])

    def guarded() -> None:
        try:
            read()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the test must say it
            faults.append(fault)

    readers = [threading.Thread(target=guarded) for _ in range(2)]
    others = [python(READ_ON, store) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(1, 16):
        write(store, n)
        store.vacuum(keep=10)
    stop.set()
    for reader in readers:
        reader.join()
    (store.folder / "stop").touch()
    assert faults == []
    assert len(seen) > 3
    assert all(int(said(other)[-1]) > 0 for other in others)


READ_ON = """
connection, reads = duckdb.connect(), 0
while not (store.folder / "stop").exists():
    snapshot = Store(store.folder).current()
    union = " UNION ALL ".join(map(store.relation_sql, snapshot.tables.values()))
    assert connection.sql(f"SELECT DISTINCT n FROM ({union})").fetchall() == [(snapshot.info["n"],)]
    reads += 1
print(reads)
"""
