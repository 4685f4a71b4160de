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
