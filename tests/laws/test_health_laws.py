"""What must hold of health scores and of credits by Markov chains, whatever the data: parts add up, groups add up."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from accountlens import Workspace

COMPANY = Path(__file__).resolve().parents[1] / "twins" / "company"
COMPONENTS = ("engagement", "adoption", "sentiment", "relationship", "support")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = Path(shutil.copytree(COMPANY, tmp_path_factory.mktemp("health") / "company"))
    workspace = Workspace(folder)
    workspace.refresh(as_of=datetime(2024, 9, 1))
    return workspace


def rows(workspace: Workspace, kpi: str, **more: Any) -> list[Mapping[str, Any]]:
    return list(workspace.ask(kpi, period="2024-01..2024-07", grain="month", **more).rows())


def points(row: Mapping[str, Any]) -> list[float]:
    return [row["parts"][f"{name}_points"] for name in COMPONENTS]


def test_what_components_bring_in_adds_up_to_the_score(company: Workspace) -> None:
    known = [row for row in rows(company, "health_score", by="account_id") if row["value"] is not None]
    assert len(known) > 20
    for row in known:
        assert row["value"] == pytest.approx(sum(points(row)), abs=1e-12)
        assert 0 <= row["value"] <= 100
        assert all(0 <= row["parts"][name] <= 100 for name in COMPONENTS if row["parts"][name] is not None)
        assert row["parts"]["accounts"] == sum(row["parts"][band] for band in ("green", "amber", "red"))


def test_a_group_has_the_mean_of_its_accounts(company: Workspace) -> None:
    found = rows(company, "health_score", by="account_id")
    for month in {row["period"] for row in found}:
        mine = [row for row in found if row["period"] == month]
        scores = [row["value"] for row in mine if row["by"]["account_id"] is not None and row["value"] is not None]
        total = next(row for row in mine if row["by"]["account_id"] is None)
        assert total["parts"]["accounts"] == len(scores)
        assert total["value"] == pytest.approx(sum(scores) / len(scores))


@pytest.mark.parametrize("component", COMPONENTS)
def test_one_component_alone_is_the_score(company: Workspace, component: str) -> None:
    for row in rows(company, f"health_score(weights={{{component}: 7}})"):
        assert row["value"] == pytest.approx(row["parts"][component])


def test_weights_count_by_their_proportion(company: Workspace) -> None:
    once = rows(company, "health_score(weights={engagement: 1, support: 3})")
    tenfold = rows(company, "health_score(weights={engagement: 10, support: 30})")
    assert [row["value"] for row in once] == pytest.approx([row["value"] for row in tenfold])


def test_more_must_be_known_where_more_is_asked(company: Workspace) -> None:
    counts = [
        sum(row["parts"]["accounts"] for row in rows(company, f"health_score(min_weight_present={share})"))
        for share in (0.1, 0.5, 0.9, 1)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@pytest.mark.parametrize("options", ["", "(value=count)", "(repeat=per_channel)"])
def test_credits_of_channels_and_accounts_add_up_to_what_was_won(company: Workspace, options: str) -> None:
    shared = "(value=count)" if "count" in options else ""
    for month in range(1, 8):
        period = f"2024-{month:02d}"
        won = next(iter(company.ask(f"attribution_linear{shared}", period=period).rows()))["value"]
        for by in ("channel", "account_id", "tier"):
            found = list(company.ask(f"attribution_markov{options}", by=by, period=period).rows())
            total = next(row["value"] for row in found if row["by"][by] is None)
            parts = [row["value"] for row in found if row["by"][by] is not None and row["value"] is not None]
            assert (total or 0) == pytest.approx(won or 0)
            assert sum(parts) == pytest.approx(total or 0)


def test_every_period_has_a_chain_of_its_own(company: Workspace) -> None:
    """Months and the half-year credit the same wins, by other shares; a chain asked beside others is the same chain."""

    def by_channel(grain: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in company.ask("attribution_markov", by="channel", period="2024-01..2024-07", grain=grain).rows():
            if "total" not in row["flags"]:
                found[row["by"]["channel"]] = found.get(row["by"]["channel"], 0) + (row["value"] or 0)
        return found

    months = sum(row["value"] or 0 for row in rows(company, "attribution_markov"))
    whole = next(iter(company.ask("attribution_markov", period="2024-01..2024-07").rows()))["value"]
    assert months == pytest.approx(whole)
    assert by_channel("month") != pytest.approx(by_channel("total"))
    compared = list(company.ask("attribution_markov", by="channel", period="2024-05", compare="previous").rows())
    alone = list(company.ask("attribution_markov", by="channel", period="2024-04").rows())
    before = {row["by"]["channel"]: row["value"] for row in alone}
    assert any(before.values())
    earlier = {row["by"]["channel"]: row["compare"]["previous"]["value"] for row in compared}
    assert earlier == pytest.approx({channel: before.get(channel, 0) for channel in earlier}), before


def test_a_chain_is_made_of_the_journeys_in_scope(company: Workspace) -> None:
    def shares(**asked: str) -> dict[str, float]:
        found = company.ask("attribution_markov(value=count)", by="channel", period="2024-01..2024-07", **asked).rows()
        return {row["by"]["channel"]: row["parts"]["removal_effect"] for row in found if row["by"]["channel"]}

    assert shares() == shares(where="account_id <> 'nobody'")
    assert shares() != shares(scope="target")
