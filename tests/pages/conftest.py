"""A small generated company, and workspaces that lack most of what pages show; each is refreshed once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.workspaces import write_files

from accountlens.demo import generate
from accountlens.workspace import Workspace

NOW = datetime(2026, 9, 30, 22)  # midnight in Berlin, the end of the generated data


class Company:
    """The generated company, and its files as they were written: for figures counted once more, by plain SQL."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.data = workspace, workspace.folder / "data"

    def raw(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a statement over the files; `{tickets}` is the file of that entity. Times are as in the files."""
        names = {path.stem: f"read_parquet('{path.as_posix()}')" for path in self.data.glob("*.parquet")}
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            return con.execute(sql.format(**names)).fetchall()

    def seen_by(self, accounts: Sequence[str]) -> Workspace:
        return self.workspace.seen_by(frozenset(accounts))  # type: ignore[return-value]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("company")
    generate(folder, accounts=60, months=14, file_format="parquet")
    workspace = Workspace(folder)
    workspace.refresh(as_of=NOW)
    return Company(workspace)


ORDERS = """\
order_id,account_id,ordered_at,amount
O1,A1,2026-03-02T10:00:00,100
O2,A1,2026-05-20T10:00:00,250
O3,A2,2026-06-30T10:00:00,80
"""


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Accounts and their orders, and nothing else."""
    folder = tmp_path_factory.mktemp("bare")
    accounts = "account_id,name,tier\nA1,Acme,A\nA2,Bolt,B\nA3,Cord,\n"
    settings = "name: Bare\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n"
    files = {"accountlens.yaml": settings, "data/accounts.csv": accounts, "data/orders.csv": ORDERS}
    return refreshed(folder, files, datetime(2026, 7, 1))


def refreshed(folder: Path, files: dict[str, str], as_of: datetime) -> Workspace:
    workspace = Workspace(write_files(folder, files))
    workspace.refresh(as_of=as_of)
    return workspace
