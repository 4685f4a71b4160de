"""Pages over all accounts, and of one its deals and revenue, over HTTP: as Python gives them, and narrowed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import get, somebody
from tests.web.test_pages import shape

from accountlens.pages.attribution import attribution
from accountlens.pages.deals import deals
from accountlens.pages.holdings import holdings
from accountlens.pages.movements import movements
from accountlens.pages.retention import retention
from accountlens.pages.team import team
from accountlens.pages.voice import voice
from accountlens.surfaces.web.app import create_app
from accountlens.surfaces.web.formats import json_bytes
from accountlens.workspace import Workspace

PARTS: dict[str, Callable[..., Any]] = {
    "/movements": movements,
    "/retention": retention,
    "/voice": voice,
    "/team": team,
    "/attribution": attribution,
}


@pytest.mark.parametrize("path", PARTS)
def test_a_page_is_what_python_gives_whoever_asks(client: TestClient, company: Path, path: str) -> None:
    workspace = Workspace(company)
    assert shape(get(client, path)) == shape(json.loads(json_bytes(PARTS[path](workspace))))
    some = frozenset(sorted(id for (id,) in _accounts(workspace))[:25])
    with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, place: some)) as narrow:
        told = get(narrow, path)
    assert shape(told) == shape(json.loads(json_bytes(PARTS[path](workspace.seen_by(some)))))
    assert told != get(client, path)


def test_deals_and_revenue_of_an_account_are_found_and_those_of_another_are_not(
    client: TestClient, company: Path
) -> None:
    workspace = Workspace(company)
    one, other = sorted(id for (id,) in _accounts(workspace))[3:5]
    for path, part in (("opportunities", deals), ("revenue", holdings)):
        assert shape(get(client, f"/accounts/{one}/{path}")) == shape(json.loads(json_bytes(part(workspace, one))))
        with TestClient(create_app(company, viewer_of=somebody, sees=lambda viewer, place: frozenset([one]))) as narrow:
            get(narrow, f"/accounts/{one}/{path}")
            get(narrow, f"/accounts/{other}/{path}", status=404)


@pytest.mark.parametrize(
    ("path", "asked", "status", "detail"),
    [
        ("/movements", {"grain": "hour"}, 422, "grain"),
        ("/movements", {"period": "2031"}, 400, "2031 has not begun"),
        ("/voice", {"by": "colour"}, 400, "colour"),
        ("/voice", {"survey": "enps"}, 422, "survey"),
        ("/attribution", {"where": "tier ="}, 400, ""),
        ("/team", {"period": "soon"}, 400, "'soon' is no period"),
        ("/retention", {"grain": "week"}, 422, "grain"),
    ],
)
def test_a_mistake_is_told(client: TestClient, path: str, asked: dict[str, Any], status: int, detail: str) -> None:
    assert detail in get(client, path, status=status, **asked)["detail"]


def _accounts(workspace: Workspace) -> list[tuple[str]]:
    session = workspace.opened().session
    session.table("accounts")
    found: list[tuple[str]] = session.fetch("SELECT account_id FROM accounts").fetchall()
    return found
