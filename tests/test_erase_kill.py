"""An erasure killed at any moment harms nothing, and run again it is done."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.refreshing import Place

import accountlens
from accountlens.catalog.settings import Settings
from accountlens.erasing.run import erase
from accountlens.errors import AccountlensError

SUITE_KILLS, LONG_KILLS = 4, 100
TABLES = [{"name": "contacts", "cursor": "seen", "key": "contact_id"}]
SETTINGS = {"sources": {"crm": {"path": "data"}, "people": {"type": "sqlite", "path": "people.db", "tables": TABLES}}}
NURSERY = """
import os, sys, traceback
from pathlib import Path
import alembic.command, accountlens.store.exchanged, accountlens.store.state
from accountlens.erasing.run import erase
from tests.refreshing import Place
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        try:
            place = Place(Path(sys.argv[1]))
            erase(place.store, place.catalog, place.folder, line.strip())
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)
    print(pid, flush=True)
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


def make(folder: Path, people: int) -> Place:
    """A company whose people stand in a database, so that what was fetched of them is kept."""
    place = Place(folder)
    place.settings = Settings.model_validate(SETTINGS)
    place.write(
        accounts="account_id,name\na1,Acme\n",
        activities="activity_id,occurred_at,kind,contact_id\n"
        + "".join(f"x{number},2024-05-01,call,pc-{number:03}x\n" for number in range(people)),
    )
    with closing(sqlite3.connect(folder / "people.db")) as base:
        base.execute("CREATE TABLE contacts (contact_id TEXT, account_id TEXT, email TEXT, name TEXT, seen INTEGER)")
        rows = [
            (f"pc-{number:03}x", "a1", f"zephyr{number:03}q@acme.com", f"Zephyr Quill{number:03}q", number)
            for number in range(people)
        ]
        base.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?, ?)", rows)
        base.commit()
    place.refresh()
    return place


def named(place: Place, number: int) -> list[str]:
    """Files of the store that hold the person, every byte of them and Parquet decoded."""
    words, found = (f"pc-{number:03}x", f"zephyr{number:03}q", f"quill{number:03}q"), []
    with duckdb.connect() as con:
        for file in (one for one in place.store.folder.rglob("*") if one.is_file()):
            text = file.read_bytes().lower()
            if file.suffix == ".parquet":
                rows = con.execute("SELECT * FROM read_parquet($1, hive_partitioning = false)", [str(file)]).fetchall()
                text += repr(rows).lower().encode()
            found += [str(file) for word in words if word.encode() in text]
    return found


def counted(place: Place) -> list[Any]:
    """What every kept snapshot says of its rows, each table really read."""
    found = []
    with duckdb.connect() as con:
        for one in place.store.snapshots():
            rows = {
                name: con.execute(f"SELECT count(*) FROM ({place.store.relation_sql(version)})").fetchall()[0][0]
                for name, version in one.tables.items()
            }
            assert rows == {name: version.rows for name, version in one.tables.items()}
            found.append((one.id, dict(one.balance), rows))
    return found


def again(place: Place, who: str) -> None:
    """Erase whoever may be erased already, in part or wholly."""
    left: Any = []
    with suppress(AccountlensError):  # "... is erased already"
        left = erase(place.store, place.catalog, place.folder, who).left
    assert not left
    with pytest.raises(AccountlensError, match="is erased already"):
        erase(place.store, place.catalog, place.folder, who)


def prove(folder: Path, kills: int) -> Counter[str]:
    place, chance, tally, took = make(folder, kills), random.Random(7), Counter[str](), 0.5
    home = Path(accountlens.__file__).parent.parent
    nursery = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", NURSERY, str(place.folder)],
        env=os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{Path(__file__).parent.parent}"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    with nursery:
        for number in range(kills):
            who, before = f"pc-{number:03}x", counted(place)
            assert named(place, number)
            print(who, file=nursery.stdin, flush=True)
            pid = int(nursery.stdout.readline())
            time.sleep(chance.uniform(0, took))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            ended = int(nursery.stdout.readline())
            assert ended in (0, -signal.SIGKILL)
            tally["killed" if ended else "had ended"] += 1
            assert counted(place) == before
            started = time.monotonic()
            again(place, who)
            took = max(took, 1.2 * (time.monotonic() - started))
            assert named(place, number) == []
            assert counted(place) == before
            assert not list((place.store.folder / "landed").iterdir()), "what was fetched is gone"
            place.refresh()
            found = [file for file in named(place, number) if "/landed/" not in file]
            assert found == [], "its source still has the person, and so has what is kept of it"
            place.store.vacuum(keep=2)
        nursery.stdin.close()
    return tally


def test_whom_the_source_erases_too_leaves_no_byte_in_what_is_kept(tmp_path: Path) -> None:
    place = make(tmp_path, 3)
    erase(place.store, place.catalog, place.folder, "pc-001x")
    place.refresh()
    assert [Path(file).name for file in set(named(place, 1))] == ["people.duckdb"], "as the source has it"
    with closing(sqlite3.connect(tmp_path / "people.db")) as base:
        base.execute("DELETE FROM contacts WHERE contact_id = 'pc-001x'")
        base.commit()
    place.refresh()
    assert named(place, 1) == []
    assert len(place.rows("contacts")) == 2


def test_erasures_killed_at_random_moments_are_done_when_run_again(tmp_path: Path) -> None:
    assert prove(tmp_path, SUITE_KILLS)["killed"] >= SUITE_KILLS // 3


@pytest.mark.long
def test_erasures_killed_a_hundred_times_are_done_when_run_again(tmp_path: Path) -> None:
    tally = prove(tmp_path, LONG_KILLS)
    print(dict(tally))  # noqa: T201 - the tally is the finding
    assert tally["killed"] >= LONG_KILLS // 3
