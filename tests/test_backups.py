"""A workspace goes into one file and comes back the same; what is damaged, newer or in the way is refused whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from tests.test_store_kill import whole
from tests.workspaces import saying, write_files

import accountlens
from accountlens.backups import back_up, look, restore
from accountlens.backups.pinned import NOT_KEPT
from accountlens.demo import generate
from accountlens.errors import AccountlensError
from accountlens.store import Balance, Store
from accountlens.workspace import Workspace

SETTINGS = """
name: Tiny
sources:
  crm: {path: data}
  shop: {type: postgres, url: "postgresql://me:${SHOP_PASSWORD}@shop.example/shop", tables: [orders]}
  elsewhere: {path: /srv/exports}
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("companies") / "company"
    generate(folder, accounts=60, months=14, file_format="parquet")
    Workspace(folder).refresh(as_of=datetime(2026, 9, 30, 22))
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workspace with something of every sort, and nothing refreshed."""
    files = {
        "accountlens.yaml": SETTINGS,
        "secrets.env": "SHOP_PASSWORD=hush\n",
        "data/accounts.csv": "account_id,name\na1,Acme\n",
        "kpis/own.yaml": "label: Own\n",
        "lists/target.csv": "account_id\na1\n",
        ".git/config": "mine",
    }
    folder = write_files(tmp_path / "small", files)
    publish(Store(folder / "store"), 1)
    return folder


def publish(store: Store, n: int) -> None:
    """A snapshot whose rows all tell its number, as `whole` wants them."""
    import pyarrow as pa

    rejected = {"table": "t", "source": "s", "row_number": n, "reason": "r", "content": "{}"}
    with store.writing():
        run = store.start_run()
        tables = {
            "events": store.write_table("events", pa.table({"n": [n] * 500}), run=run),
            "accounts": store.write_table("accounts", pa.table({"n": [n] * 10}), run=run),
            "quarantine": store.quarantine_write(run, pa.Table.from_pylist([rejected])),
        }
        balance = {"events": Balance("events", 500, 500, 0, 0)}
        info = {"n": n, "rows": 500}
        store.publish(as_of=datetime(2026, 1, 1), tables=tables, balance=balance, settings_hash="", info=info)
        store.vacuum(keep=1)
        store.end_run(run, "done")


def content(folder: Path) -> dict[str, bytes]:
    """Every file, but for locks and the app state, which is compared by its rows."""
    left = ("writer.lock", "backup.lock", "state.db", "state.db-wal", "state.db-shm")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in left
    }


def state(folder: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(folder / "store/state.db")) as con:
        names = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: con.execute(f"SELECT * FROM {name}").fetchall() for name in names if name not in NOT_KEPT}


def answers(folder: Path) -> list[Any]:
    """Every KPI over four quarters, some by tier; sums of fractions to twelve digits, as threads add in any order."""
    workspace = Workspace(folder)
    quarters: dict[str, Any] = {"period": "2025-Q4..2026-Q3", "grain": "quarter"}
    told = [
        *workspace.ask(*workspace.catalog.kpis, **quarters).rows(),
        *workspace.ask("win_rate", "mrr", "nps", "sales_revenue", by="tier", compare="target", **quarters).rows(),
    ]
    workspace.close()
    return [re.sub(r"\d+\.\d+(e-\d+)?", lambda number: f"{float(number[0]):.12g}", repr(row)) for row in told]


def test_a_restored_company_answers_every_kpi_as_before_and_knows_its_people(
    company: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say = saying(company, capsys)
    say("user", "add", "ann@fenwyre.example", "Ann", "--role", "admin")
    say("targets", "set", "sales_revenue", "2000000", "--period", "2026-Q3")
    say("alerts", "add", "cooling_off")
    say("deliveries", "add", "Weekly", "kpis", "--at", "every Monday 08:00", "--by", "folder", "--to", "out")
    before = answers(company)
    code, out, _ = say("backup", str(tmp_path / "all.zip"))
    assert (code, "Backed up company" in out) == (0, True)
    assert saying(tmp_path / "again", capsys)("restore", str(tmp_path / "all.zip"))[0] == 0
    assert answers(tmp_path / "again") == before
    assert state(tmp_path / "again") == state(company)
    assert {"users", "targets", "alert_rules"} <= {name for name, rows in state(company).items() if rows}
    assert content(tmp_path / "again") == content(company)
    with closing(sqlite3.connect(tmp_path / "again/store/state.db")) as con:
        assert con.execute("SELECT count(*) FROM links").fetchone() == (0,), "Ann's link works in one place only"
    report = Workspace(tmp_path / "again").refresh(as_of=datetime(2026, 9, 30, 22))
    assert report.reused, "files are known again by their times"


def test_backups_are_whole_while_snapshots_are_published_and_old_ones_vacuumed(small: Path, tmp_path: Path) -> None:
    store, stop = Store(small / "store"), threading.Event()

    def keep_publishing() -> None:
        n = 1
        while not stop.is_set():
            publish(store, n := n + 1)

    writer = threading.Thread(target=keep_publishing)
    writer.start()
    try:
        for number in range(6):
            back_up(small, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    found = [whole(Store(restore(tmp_path / f"{n}.zip", tmp_path / f"back{n}").folder / "store")) for n in range(6)]
    assert found == sorted(found)
    assert found[-1] > found[0], "something was published meanwhile"
    publish(Store(tmp_path / "back5/store"), 1000)
    assert whole(Store(tmp_path / "back5/store")) == 1000, "the restored tables take new versions"


def test_fetched_rows_are_copied_between_refreshes_only(small: Path, tmp_path: Path) -> None:
    write_files(small, {"store/landed/crm.duckdb": "rows"})
    heard: list[str] = []
    with Store(small / "store").writing(), pytest.raises(AccountlensError, match="Another process is writing"):
        back_up(small, tmp_path / "now.zip", wait_seconds=0.2, on_wait=heard.append)
    assert len(heard) == 1
    assert not list(tmp_path.glob("*.zip"))
    back_up(small, tmp_path / "then.zip")
    assert (restore(tmp_path / "then.zip", tmp_path / "back").folder / "store/landed/crm.duckdb").read_text() == "rows"


def test_secrets_stay_behind_and_what_is_missing_is_told(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    say = saying(small, capsys)
    _, _, told = say("backup", str(tmp_path))  # into a folder, under a name of its own
    [file] = tmp_path.glob("small-*.zip")
    assert "--with-secrets" in told
    assert "source 'elsewhere': /srv/exports" in told
    assert b"hush" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0, "nobody else reads it"
    _, _, told = saying(Path(), capsys)("restore", str(file), str(tmp_path / "back"))
    assert "SHOP_PASSWORD" in told
    assert not {"secrets.env", ".git"} & {path.name for path in (tmp_path / "back").iterdir()}
    back_up(small, tmp_path / "with.zip", with_secrets=True)
    assert restore(tmp_path / "with.zip", tmp_path / "full").missing_secrets == ()
    assert content(tmp_path / "full") == {name: text for name, text in content(small).items() if ".git" not in name}


def test_a_backup_inside_the_workspace_is_in_no_later_one(small: Path) -> None:
    first = back_up(small, small / "first.zip")
    assert back_up(small, small / "second.zip").manifest.files.keys() == first.manifest.files.keys()
    with pytest.raises(AccountlensError, match="already"):
        back_up(small, small / "second.zip")


def remade(file: Path, to: Path, manifest: dict[str, Any] | None = None, **files: bytes) -> Path:
    """A back-up with other content, as an archive without a fault."""
    with ZipFile(file) as old, ZipFile(to, "w", ZIP_DEFLATED) as new:
        new.comment = old.comment
        for name in old.namelist():
            text = files.get(name.rpartition("/")[2].partition(".")[0], old.read(name))
            if name == "manifest.json":
                text = json.dumps({**json.loads(text), **(manifest or {})}).encode()
            new.writestr(name, text)
    return to


def spoiled(file: Path) -> Iterator[tuple[str, Path]]:
    """What may go wrong with a back-up, and what is said of it."""
    data = file.read_bytes()
    half, flipped, other = (file.with_name(name) for name in ("half.zip", "flipped.zip", "other.zip"))
    half.write_bytes(data[: len(data) // 2])
    yield "cut short", half
    place = data.index(b"PAR1") + 100
    flipped.write_bytes(data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
    yield "damaged", flipped
    other.write_bytes(b"no archive")
    yield "no whole back-up", other
    yield "is not what it was", remade(file, file.with_name("changed.zip"), accounts=b"account_id,name\na2,Bad\n")
    yield "can't be read", remade(file, file.with_name("odd.zip"), {"files": {"../up": {}}})
    yield (
        "is of a newer version: accountlens 9.9",
        remade(file, file.with_name("newer.zip"), {"accountlens": "9.9", "state": "9999"}),
    )
    yield "is of a newer version", remade(file, file.with_name("form.zip"), {"format": 2, "files": None})
    yield "no such file", file.with_name("missing.zip")


def test_a_damaged_or_newer_backup_is_refused_before_anything_is_written(small: Path, tmp_path: Path) -> None:
    file = back_up(small, tmp_path / "good.zip").file
    for said, bad in spoiled(file):
        with pytest.raises(AccountlensError, match=said):
            look(bad)
        with pytest.raises(AccountlensError, match=said):
            restore(bad, tmp_path / "back")
        assert not [path for path in tmp_path.iterdir() if path.is_dir() and path != small], said


def test_what_stands_in_the_way_goes_aside_only_when_told(small: Path, tmp_path: Path) -> None:
    file = back_up(small, tmp_path / "good.zip").file
    there = write_files(tmp_path / "there", {"mine.txt": "mine", "store/state.txt": "x"})
    with pytest.raises(AccountlensError, match="isn't empty"):
        restore(file, there)
    with Store(there / "store").writing(), pytest.raises(AccountlensError, match="Another process is writing"):
        restore(file, there, replace=True)
    assert (there / "mine.txt").read_text() == "mine"
    restored = restore(file, there, replace=True)
    assert restored.before is not None
    assert (restored.before / "mine.txt").read_text() == "mine"
    assert look(file).files.keys() == content(there).keys() | {"store/state.db"}


DYING = """
import os, signal, sys
from pathlib import Path
from accountlens.backups import restore

def die_at(count):
    def told(what, done, total):
        if what.startswith("writing") and done == count:
            os.kill(os.getpid(), signal.SIGKILL)
    return told

for count in map(int, sys.argv[3:]):
    if (pid := os.fork()) == 0:
        restore(Path(sys.argv[1]), Path(sys.argv[2]), progress=die_at(count))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), Path(sys.argv[2]).exists())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_restore_leaves_nothing_half_and_the_next_one_works(small: Path, tmp_path: Path) -> None:
    made = back_up(small, tmp_path / "good.zip")
    moments = [str(count) for count in range(0, len(made.manifest.files), 3)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DYING, str(made.file), str(tmp_path / "back"), *moments],
        env=os.environ | {"PYTHONPATH": str(Path(accountlens.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["-9 False"] * len(moments)
    restore(made.file, tmp_path / "back")
    assert whole(Store(tmp_path / "back/store")) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"small", "good.zip", "back"}, "the rest was tidied"


def test_a_backup_that_fails_leaves_neither_a_file_nor_a_trace(small: Path, tmp_path: Path) -> None:
    shutil.rmtree(small / "store/tables/events")
    with pytest.raises(AccountlensError, match="Files that a snapshot names are not there"):
        back_up(small, tmp_path / "bad.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["small"]
    assert not (small / "store/pinned").exists()
