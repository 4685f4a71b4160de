"""A small generated company behind the API, and one of a few rows that can be refreshed at will."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.workspaces import write_files

from accountlens.demo import generate
from accountlens.people.viewer import Role, Viewer
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

API = "/api/v1"
NOW = datetime(2026, 9, 30, 22)  # midnight in Berlin, the end of the generated data


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    generate(folder, accounts=60, months=14, file_format="parquet")
    Workspace(folder).refresh(as_of=NOW)
    return folder


def somebody(request: Request) -> Viewer:
    """Who sees all and needs no sign-in, where that is not what a test is about."""
    return Viewer("local", "", "", Role.ADMIN)


@pytest.fixture(scope="session")
def client(company: Path) -> Iterator[TestClient]:
    with TestClient(create_app(company, viewer_of=somebody)) as found:
        yield found


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "accountlens.yaml": "name: Bare\ncurrency: EUR\nsources:\n  files: {type: files, path: data}\n",
        "data/accounts.csv": "account_id,name,domain,tier\nA1,Acme,acme.com,A\nA2,Bolt,bolt.io,B\nA3,Cord,,\n",
        "data/orders.csv": "order_id,account_id,ordered_at,amount\nO1,A1,2026-03-02,100\nO2,A2,2026-05-20,250\n",
    }
    folder = write_files(tmp_path_factory.mktemp("refreshed"), files)
    Workspace(folder).refresh(as_of=datetime(2026, 7, 1))
    return folder


@pytest.fixture
def orders(tmp_path: Path, refreshed: Path) -> Path:
    """Accounts and their orders, and nothing else; refreshed once, to be changed at will."""
    return shutil.copytree(refreshed, tmp_path / "orders")


def every_page(client: TestClient, path: str, rows: str, limit: int = 1, **params: Any) -> list[Any]:
    """All that a path tells a page at a time; of each page but the last as many as it may hold."""
    told = get(client, path, limit=limit, **params)
    found = list(told[rows])
    while told["next"]:
        assert len(told[rows]) == limit
        told = get(client, path, limit=limit, cursor=told["next"], **params)
        found += told[rows]
    return found


def get(client: TestClient, path: str, status: int = 200, **params: Any) -> Any:
    """What a path of the API answers, as JSON."""
    answer = client.get(f"{API}{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()
