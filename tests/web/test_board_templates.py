"""Templates of dashboards: each can be built and asked here, and names what it leaves out with what that needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import API, somebody
from tests.workspaces import write_files

from accountlens.boards.templates import placed, templates
from accountlens.boards.tiles import Layout, Tile
from accountlens.surfaces.web.app import create_app
from accountlens.workspace import Workspace

BARE = {
    "accountlens.yaml": "name: Bare\ncurrency: EUR\nsources:\n  crm: {path: data}\n",
    "data/accounts.csv": "account_id,name\na1,Acme\n",
}
WITH_QUOTAS = {"quota_attainment", "pipeline_coverage"}  # so few accounts sell nothing in some quarters


def offered(client: TestClient) -> dict[str, dict[str, Any]]:
    answer = client.get(f"{API}/dashboards/templates")
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["templates"]}


def asked(client: TestClient, tile: dict[str, Any], beneath: dict[str, Any]) -> list[float | None]:
    """All values of what a tile asks, with what the dashboard says where it says nothing."""
    words = ("period", "grain", "compare", "scope", "where", "kpis", "by")
    question = {word: told for word in words if (told := tile.get(word, beneath.get(word))) is not None}
    answer = client.get(f"{API}/query", params=question)
    assert answer.status_code == 200, answer.text
    return [value for kpi in answer.json()["kpis"] for value in kpi["value"] or []]


@pytest.mark.parametrize("name", templates())
def test_a_template_shows_all_it_has_on_the_sample_company(name: str, client: TestClient) -> None:
    told, template = offered(client)[name], templates()[name]
    assert (told["lacking"], told["needs_list"]) == ([], None)
    assert len(told["layout"]["tiles"]) == len(template.tiles)  # none was refused either
    for tile in told["layout"]["tiles"]:
        if tile["kind"] != "text":
            values = asked(client, tile, told["layout"]["narrowing"])
            assert any(value is not None for value in values) or set(tile["kpis"]) <= WITH_QUOTAS, tile


def test_on_a_bare_workspace_a_template_names_what_it_needs(tmp_path: Path) -> None:
    folder = write_files(tmp_path, BARE)
    Workspace(folder).refresh()
    with TestClient(create_app(folder, viewer_of=somebody)) as client:
        found = offered(client)
        known = {one["name"] for one in client.get(f"{API}/catalog").json()["kpis"] if one["known"]}
        for told in found.values():
            shown = [kpi for tile in told["layout"]["tiles"] for kpi in tile.get("kpis", [])]
            assert set(shown) <= known
            assert told["shows"] == sum(tile["kind"] != "text" for tile in told["layout"]["tiles"])
            assert Layout.model_validate(told["layout"]).tiles == [Tile(**tile) for tile in told["layout"]["tiles"]]
        lacking = {one["kpi"]: one for one in found["executive_month"]["lacking"]}
        assert (lacking["nps"]["label"], lacking["nps"]["needs"]) == ("Net promoter score", ["survey_responses"])
        assert "opportunities" in lacking["sales_revenue"]["needs"]
        abm = found["abm_programme"]  # its figures would be of accounts on a list, and there is none
        assert (abm["needs_list"], abm["shows"], abm["layout"]["tiles"]) == ("target", 0, [])
        assert [one["id"] for one in found.values() if one["needs_list"]] == ["abm_programme"]


def test_tiles_that_stay_move_together() -> None:
    boxes = placed([(3, 4), (3, 4), (6, 2), (6, 7), (12, 3)])
    assert [(box.x, box.y) for box in boxes] == [(0, 0), (3, 0), (6, 0), (6, 2), (0, 9)]
