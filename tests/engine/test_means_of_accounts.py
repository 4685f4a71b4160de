"""`rollup=mean_of_accounts`: each account counts once, whatever its size."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest
from tests.engine.messy import catalog, company, open_session
from tests.engine.test_intervals import bounds, near, t_interval

from accountlens.engine.run import Backdrop, ask
from accountlens.errors import AccountlensError
from accountlens.language.asked import parse_asked
from accountlens.language.query import Query

ASKED = ("win_rate", "grr", "nrr", "logo_churn_rate", "email_open_rate", "csat")


@pytest.mark.parametrize("seed", [1, 6])
@pytest.mark.parametrize("totals", ["none", "grand", "all"])
def test_a_groups_value_is_the_mean_of_its_accounts_values(seed: int, totals: str, tmp_path: Path) -> None:
    session, ground = open_session(catalog(), company(seed, scale=3), tmp_path)
    means = tuple(parse_asked(f"{name}(rollup=mean_of_accounts)") for name in ASKED)
    period = {"period": "2023-11..2024-04", "grain": "quarter"}
    query = Query((*means, parse_asked("win_rate")), by=("tier",), totals=totals, compare=("previous",), **period)
    rows = ask(query, ground, session, Backdrop("s", "EUR")).rows()
    values: dict[tuple[str, str, str | None], list[float]] = defaultdict(list)
    for by in (("tier", "account_id"), ("account_id",)):
        single = Query(tuple(map(parse_asked, ASKED)), by=by, totals="none", **period)
        for row in ask(single, ground, session, Backdrop("s", "EUR")).rows():
            if row["value"] is not None and row["by"]["account_id"] != "(unmatched)":
                values[row["kpi"], row["period"], row["by"].get("tier")].append(row["value"])
    asked = [row for row in rows if row.get("options")]
    assert len({row["kpi"] for row in asked}) == len(ASKED)
    for row in asked:
        found = values[row["kpi"], row["period"], row["by"]["tier"]]
        assert row["value"] == pytest.approx(mean(found) if found else None), row
        assert row["n"] == len(found)
        assert bounds(row) == near(t_interval(found)), row
    assert any(row["by"]["tier"] is None for row in rows) == (totals != "none")


def test_beside_pooled_rates_nothing_else_changes(tmp_path: Path) -> None:
    session, ground = open_session(catalog(), company(2, scale=3), tmp_path)
    backdrop, period = Backdrop("s", "EUR"), "2024-01..2024-04"
    plain = parse_asked("win_rate")
    alone = ask(Query((plain,), by=("tier",), period=period), ground, session, backdrop).rows()
    both = ask(
        Query((plain, parse_asked("nrr(rollup=mean_of_accounts)")), by=("tier",), period=period),
        ground,
        session,
        backdrop,
    )
    assert [row for row in both.rows() if row["kpi"] == "win_rate"] == alone


def test_what_is_of_no_account_cannot_be_a_mean_of_accounts(tmp_path: Path) -> None:
    session, ground = open_session(catalog(), company(2), tmp_path)
    with pytest.raises(AccountlensError, match="account"):
        ask(Query((parse_asked("esat(rollup=mean_of_accounts)"),)), ground, session, Backdrop("s", "EUR"))
