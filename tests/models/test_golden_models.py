"""The golden cases that only a model can answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.models.conftest import Case

from accountlens.models import bgnbd, clv, gamma_gamma, lift, rfm, sbg, survival
from accountlens.models.attribution import markov, paths, positions, shapley
from accountlens.models.bgnbd import BgnbdParameters
from accountlens.models.gamma_gamma import GammaGammaParameters
from accountlens.models.rfm import RfmSummary
from accountlens.models.sbg import SbgParameters

Golden = Callable[[str], Case]


def near(case: Case, expected: Any) -> Any:
    return pytest.approx(expected, abs=case["tolerance"]["abs"], rel=0)


def column(case: Case, table: str, name: str) -> list[Any]:
    return [row[name] for row in case["inputs"][table]]


def given_paths(case: Case) -> paths.Paths:
    return paths.of_rows(
        (row["path"], row["conversions"], row["nulls"], row["conversions"]) for row in case["inputs"]["paths"]
    )


def held(given: Any) -> dict[str, float]:
    """Channels that hold any credit."""
    return {channel: credit for channel, credit in given.items() if credit}


def test_markov_of_the_published_chain(golden: Golden) -> None:
    case = golden("markov_puzyrov")
    result = markov.markov(given_paths(case))
    rows, columns = ("start", *result.channels), (*result.channels, "conv", "null")
    shown = {
        f"{row}>{column}": share
        for row, shares in zip(rows, result.transition.tolist(), strict=True)
        for column, share in zip(columns, shares, strict=True)
        if share
    }
    assert shown == near(case, case["expected"]["transition"])
    assert result.conversion_probability == near(case, case["expected"]["p_conv"])
    assert result.removal_effect == near(case, case["expected"]["removal_effect"])
    assert result.credit == near(case, case["expected"]["credit"])


def test_markov_of_the_mta_fixture(golden: Golden) -> None:
    case = golden("markov_mta_fixture")
    result = markov.markov(given_paths(case))
    assert result.conversion_probability == near(case, case["expected"]["p_conv"])
    assert result.removal_effect == near(case, case["expected"]["removal_effect"])
    assert result.credit == near(case, case["expected"]["credit"])


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("first", positions.first),
        ("last", positions.last),
        ("linear", positions.linear),
        ("u_shaped_40_20_40", positions.u_shaped),
    ],
)
def test_position_models_over_counted_paths(golden: Golden, name: str, model: Any) -> None:
    case = golden("attribution_first_last_mta")
    found = paths.by_position(given_paths(case), model, "conversions")
    assert held(found) == near(case, case["expected"][name])


def test_u_shaped(golden: Golden) -> None:
    case = golden("u_shaped_vermorel")
    found = positions.u_shaped(len(case["inputs"]["touches"]), case["inputs"]["conversion"][0]["value"])
    assert found == near(case, case["expected"]["credit"])


def test_w_shaped(golden: Golden) -> None:
    case = golden("w_shaped_leadsources")
    milestones = column(case, "touches", "milestone")
    found = positions.w_shaped(
        len(milestones),
        case["inputs"]["conversion"][0]["value"],
        lead=milestones.index("lead_created"),
        opportunity=milestones.index("opp_created"),
    )
    assert found == near(case, case["expected"]["credit"])


def test_time_decay(golden: Golden) -> None:
    case = golden("time_decay_calcbee")
    days, half_life = column(case, "touches", "days_before"), case["options"]["half_life_days"]
    value = case["inputs"]["conversion"][0]["value"]
    shares = positions.time_decay(days, half_life_days=half_life)
    assert shares == pytest.approx(case["expected"]["share"], abs=1e-12)
    assert positions.time_decay(days, value, half_life_days=half_life) == near(case, case["expected"]["credit"])


def test_shapley_of_observed_shares(golden: Golden) -> None:
    case = golden("shapley_tds")
    rows = case["inputs"]["observed_share"]
    observed = paths.of_rows((row["channels"], row["share"], 0.0, row["share"]) for row in rows)
    assert shapley.shapley(observed).value == near(case, case["expected"]["shapley"])
    worths = {tuple(name.split("+")): worth for name, worth in case["expected"]["worth"].items()}
    assert shapley.shapley_of_worths(worths) == near(case, case["expected"]["shapley"])


def test_shapley_of_given_worths(golden: Golden) -> None:
    case = golden("shapley_dp6_readme")
    worths = {tuple(row["coalition"]): row["worth"] for row in case["inputs"]["coalition_worth"]}
    assert shapley.shapley_of_worths(worths) == near(case, case["expected"]["shapley"])


def test_shapley_of_one_path(golden: Golden) -> None:
    case = golden("shapley_mta_four")
    assert shapley.shapley(given_paths(case)).credit == near(case, case["expected"]["shapley"])


def test_bgnbd_fit(golden: Golden, cdnow: RfmSummary) -> None:
    case = golden("bgnbd_fit_cdnow")
    fitted = bgnbd.fit(cdnow)
    found = fitted.parameters
    assert {"r": found.r, "alpha": found.alpha, "a": found.a, "b": found.b} == near(case, case["expected"])
    assert fitted.log_likelihood == pytest.approx(-9582.4, abs=0.05), "as the paper prints it"


def test_bgnbd_of_customers(golden: Golden) -> None:
    case = golden("bgnbd_conditional_1")
    parameters = BgnbdParameters(**case["inputs"]["params"][0])
    x, recency, age, t = (column(case, "customers", name) for name in ("frequency", "recency", "T", "t"))
    expected = bgnbd.conditional_expected_purchases(parameters, t, x, recency, age)
    assert expected.tolist() == near(case, case["expected"]["expected_purchases"])
    alive = bgnbd.probability_alive(parameters, x, recency, age)
    assert alive.tolist() == near(case, case["expected"]["p_alive"])


def test_bgnbd_of_a_new_customer(golden: Golden) -> None:
    case = golden("bgnbd_unconditional")
    parameters = BgnbdParameters(**case["inputs"]["params"][0])
    expected = bgnbd.expected_purchases(parameters, case["inputs"]["t"])
    assert expected.tolist() == near(case, case["expected"]["expected_purchases"])


def test_gamma_gamma_fit(golden: Golden, cdnow: RfmSummary) -> None:
    case = golden("gamma_gamma_fit")
    fitted = gamma_gamma.fit(cdnow)
    found = fitted.parameters
    assert {"p": found.p, "q": found.q, "v": found.v} == near(case, case["expected"])
    assert fitted.n == 946


def test_gamma_gamma_of_customers(golden: Golden) -> None:
    case = golden("gamma_gamma_conditional")
    parameters = GammaGammaParameters(**case["inputs"]["params"][0])
    x, mean = column(case, "customers", "frequency"), column(case, "customers", "monetary_value")
    expected = gamma_gamma.expected_average_value(parameters, x, mean)
    assert expected.tolist() == near(case, case["expected"]["expected_value"])


def test_lifetime_value(golden: Golden) -> None:
    case = golden("clv_dcf_cdnow_docs")
    given = case["inputs"]["params"][0]
    columns = [
        np.array(column(case, "customers", name)) for name in ("id", "frequency", "recency", "T", "monetary_value")
    ]
    worth = clv.lifetime_value(
        BgnbdParameters(**{name: given[name] for name in ("r", "alpha", "a", "b")}),
        GammaGammaParameters(**{name: given[name] for name in ("p", "q", "v")}),
        RfmSummary(*columns),
        **case["options"],
    )
    assert worth.tolist() == near(case, case["expected"]["clv"])


def test_rfm_summary(golden: Golden) -> None:
    case = golden("rfm_summary_1")
    customer, day = column(case, "transactions", "id"), column(case, "transactions", "date")
    summary = rfm.summarise(customer, day, None, case["as_of"])
    rows = np.column_stack([summary.frequency, summary.recency, summary.age])
    assert rows == near(case, np.array(case["expected"]["summary"]))


def test_sbg_fit(golden: Golden) -> None:
    case = golden("sbg_regular")
    fitted = sbg.fit(np.array(column(case, "percent_alive", "alive")) * 10)
    expected = case["expected"]
    assert fitted.parameters.alpha == near(case, expected["alpha"])
    assert fitted.parameters.beta == near(case, expected["beta"])
    assert fitted.log_likelihood == near(case, expected["log_likelihood"])
    projected = 100 * sbg.survival(fitted.parameters, [int(year) for year in expected["projected_percent"]])
    assert projected.tolist() == near(case, list(expected["projected_percent"].values()))


def test_sbg_curves(golden: Golden) -> None:
    case = golden("sbg_retention_given_params")
    parameters = SbgParameters(**case["inputs"]["params"][0])
    survivors = 100 * sbg.survival(parameters, case["inputs"]["t"])
    assert survivors.tolist() == near(case, case["expected"]["survival_percent"])
    assert sbg.retention(parameters, case["inputs"]["t"]).tolist() == near(case, case["expected"]["retention"])


def test_kaplan_meier(golden: Golden) -> None:
    case = golden("sales_cycle_censored")
    curve = survival.kaplan_meier(column(case, "deals", "days"), column(case, "deals", "won"))
    assert survival.quantile(curve).value == near(case, case["expected"]["km_median"])
    days = [float(day) for day in case["expected"]["survival"]]
    assert survival.survival_at(curve, days).tolist() == near(case, list(case["expected"]["survival"].values()))


@pytest.mark.parametrize("name", ["did_hedibert", "did_no_control"])
def test_difference_in_differences(golden: Golden, name: str) -> None:
    case = golden(name)
    cells = {f"{cell['group']}_{cell['period']}": cell["mean"] for cell in case["inputs"]["cells"]}
    names = ("target_pre", "target_post", "control_pre", "control_post")
    means = lift.CellMeans(**{cell: cells.get(cell) for cell in names})
    found = {"did": means.difference, "target_change": means.target_change, "control_change": means.control_change}
    for key, expected in case["expected"].items():
        assert found[key] == (None if expected is None else near(case, expected))


def test_difference_in_differences_of_rows(golden: Golden) -> None:
    """The same cells as rows of two accounts each: the estimate of OLS is that of the means."""
    case = golden("did_hedibert")
    rows = [
        (f"{cell['group']} {number}", cell["period"] == "post", cell["group"] == "target", cell["mean"] + step)
        for cell in case["inputs"]["cells"]
        for number, step in enumerate((-1.0, 1.0))
    ]
    account, period, target, outcome = zip(*rows, strict=True)
    found = lift.difference_in_differences(account, period, target, outcome, pre=False, post=True)
    assert found.estimate is not None
    assert found.estimate.value == near(case, case["expected"]["did"])
