"""A small company with two pushes set up, refreshed once."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from tests.workspaces import Say, saying, write_files

from accountlens.workspace import Workspace

NOW = datetime(2026, 5, 1)
SETTINGS = """\
name: Pushing
currency: EUR
sources: {crm: {path: data}}
push:
  scores:
    to: scores.csv
    columns: {revenue: sales_revenue, tier: tier, owner: owner_id, next_step: next_step}
  tier_a:
    to: ${BASE}
    columns: {Revenue: sales_revenue, name: name, since: created_at}
    where: tier = 'A'
"""
FILES = {
    "accountlens.yaml": SETTINGS,
    "data/accounts.csv": (
        "account_id,name,domain,tier,owner_id,created_at\n"
        "a1,Acme,acme.com,A,e1,2024-01-01\na2,=Beta,beta.io,A,,2024-01-01\na3,Cord,cord.de,B,e1,2024-01-01\n"
        "a4,Cord AG,,B,e1,2024-01-01\n"
    ),
    "data/opportunities.csv": (
        "opportunity_id,account_id,status,created_at,closed_at,amount\n"
        "o1,a1,won,2026-03-01,2026-04-10,100\no2,a2,won,2026-03-01,2026-04-11,50\no3,a3,won,2026-03-01,2026-04-12,7\n"
    ),
    "merges.csv": "loser_id,survivor_id,merged_on,note\na4,a3,2026-01-01,one company\n",
}


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("pushing"), FILES)
    Workspace(folder).refresh(as_of=NOW)
    return folder


@pytest.fixture
def folder(before: Path, tmp_path: Path) -> Path:
    return shutil.copytree(before, tmp_path / "w")


@pytest.fixture
def say(folder: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    return saying(folder, capsys)
