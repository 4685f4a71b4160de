"""The app state: one definition of its schema, and a reader that agrees with it at no cost."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import accountlens
from accountlens.errors import AccountlensError
from accountlens.store import Balance, Snapshot, Store, delivery_rows
from accountlens.store.runs import COLUMNS as RUN_COLUMNS
from accountlens.store.snapshots import COLUMNS, to_row
from accountlens.store.state import engine_for, migrate
from accountlens.store.tables import Base, RunRow, SnapshotRow

SOURCES = str(Path(accountlens.__file__).parent.parent)
MIGRATIONS = Path(accountlens.__file__).parent / "store" / "migrations"
HEAVY = {"sqlalchemy", "alembic", "deltalake", "pyarrow", "duckdb", "numpy", "pandas"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def publish(store: Store) -> Snapshot:
    version = store.write_table("numbers", pa.table({"n": [1, 2]}), run="r1")
    balance = {"numbers": Balance("numbers", 2, 2, 0, 0)}
    as_of = datetime(2026, 7, 1, 12, 30)
    return store.publish(as_of=as_of, tables={"numbers": version}, balance=balance, settings_hash="s", info={"é": 1})


def test_reading_the_current_snapshot_imports_nothing_heavy(store: Store) -> None:
    published = publish(store)
    program = (
        "import sys, pathlib; from accountlens.store import Store\n"
        "store = Store(pathlib.Path(sys.argv[1])); snapshot = store.current()\n"
        "store.relation_sql(snapshot.tables['numbers']); store.snapshot(snapshot.id[:-1])\n"
        "print(snapshot.id, *{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(store.folder)],
        env=os.environ | {"PYTHONPATH": SOURCES},
        capture_output=True,
        text=True,
        check=True,
    )
    id_, *modules = done.stdout.split()
    assert id_ == published.id
    assert HEAVY.isdisjoint(modules)


def test_the_fast_reader_and_the_model_agree(store: Store) -> None:
    published = publish(store)
    assert set(COLUMNS) == set(SnapshotRow.__table__.columns.keys()) - {"number"}
    assert set(RUN_COLUMNS) == set(RunRow.__table__.columns.keys())
    with store.state.session("read it back") as session:
        row = session.scalars(select(SnapshotRow)).one()
        by_model = {name: getattr(row, name) for name in COLUMNS}
    assert store.current() == published
    assert json.loads(json.dumps(to_row(published), default=str)) == json.loads(json.dumps(by_model, default=str))


def test_the_migrations_lead_to_exactly_the_models(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'state.db'}")
    with engine.begin() as connection:
        migrate(connection)
        migrate(connection)  # a second time changes nothing
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert delivery_rows.Base is Base


def test_only_a_state_that_an_older_program_wrote_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, upgrade = list[str](), command.upgrade

    def noted(config: Config, to: str) -> None:
        runs.append(to)
        upgrade(config, to)

    def older(connection: Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        upgrade(config, "0004")

    monkeypatch.setattr(command, "upgrade", noted)
    for name, prepare in (("new", None), ("old", older)):
        engine = engine_for(f"sqlite:///{tmp_path / name}.db")
        for step in (prepare, migrate, migrate):
            with engine.begin() as connection:
                (step or (lambda _: None))(connection)
    assert runs == ["head", "head"]


def test_every_model_is_a_table_in_postgresql_too() -> None:
    for table in Base.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_a_state_that_a_newer_program_wrote_is_not_touched(store: Store) -> None:
    published = publish(store)
    with sqlite3.connect(store.folder / "state.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(AccountlensError, match="a newer accountlens wrote it"):
        publish(Store(store.folder))
    assert store.current() == published


def test_several_first_writers_of_app_state_do_not_disturb_each_other(store: Store) -> None:
    runs: list[str] = []
    threads = [threading.Thread(target=lambda: runs.append(Store(store.folder).start_run())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(runs) == sorted(run.id for run in store.runs())
    assert len(runs) == 8


def test_a_database_without_its_tables_yet_has_no_snapshot(store: Store) -> None:
    store.folder.mkdir()
    (store.folder / "state.db").touch()
    assert store.current() is None


def test_a_file_that_is_no_database_is_told(store: Store) -> None:
    store.folder.mkdir()
    (store.folder / "state.db").write_text("not a database, but long enough to be looked at" * 40)
    with pytest.raises(AccountlensError, match="Cannot read the snapshots: file is not a database"):
        store.current()
