"""Credit that is fitted at a refresh, against chains and orders of channels worked out one month at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from tests.engine.messy import AS_OF
from tests.laws.books import as_workspace, same
from tests.oracle.company import company
from tests.oracle.fitted import markov, shapley_of_rates
from tests.oracle.ground import Ground, Group, Period
from tests.oracle.test_oracle import FIRST, MONTHS

from accountlens.engine import period_models, session
from accountlens.engine.period_models import periods_of, rows_sql
from accountlens.workspace import Workspace

ENTITIES = ("accounts", "contacts", "campaigns", "activities", "opportunities", "opportunity_contacts", "leads")
RECOUNTS: dict[str, Callable[[Ground, Period, Group], float | None]] = {
    "attribution_markov": markov,
    "attribution_shapley(worth=rate)": shapley_of_rates,
}


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 9))])
def test_engine_and_oracle_agree_on_what_is_fitted(seed: int, tmp_path: Path) -> None:
    whole = company(seed)
    tables = {name: whole[name] for name in ENTITIES}
    workspace, ground = as_workspace(tables, tmp_path), Ground(tables, "UTC", AS_OF)
    months, known = ground.months(FIRST, MONTHS), 0
    for kpi, recount in RECOUNTS.items():
        asked = workspace.ask(kpi, by="channel", period=f"{months[0].label}..{months[-1].label}", grain="month")
        found = {(row["period"], row["by"]["channel"]): row["value"] for row in asked.rows()}
        for month, group in product(months, list(ground.groups("channel"))):
            value, shown = recount(ground, month, group), found.get((month.label, group.name))
            assert same(shown or None, value or None), (kpi, month.label, group.name, shown, value)
            known += value is not None
    assert known > 20


def test_periods_fitted_one_at_a_time_give_what_they_give_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many rows not all periods are in memory at once."""
    workspace = as_workspace({name: rows for name, rows in company(0).items() if name in ENTITIES}, tmp_path)
    question = {"by": "channel", "period": "2023-10..2024-05", "grain": "month"}
    together = workspace.ask("attribution_markov", **question).rows()  # type: ignore[arg-type]
    asked = list[str]()
    monkeypatch.setattr(period_models, "AT_ONCE", 1)
    monkeypatch.setattr(session, "rows_sql", lambda *told: asked.append(told[-1]) or rows_sql(*told))
    apart = Workspace(workspace.folder).ask("attribution_markov", **question).rows()  # type: ignore[arg-type]
    assert {len(periods_of(over)) for over in asked} == {1}
    assert len(asked) >= 8
    assert apart == together
