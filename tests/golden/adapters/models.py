"""Pure model cases: given parameters, summaries, cells and survivors go to the public functions that a refresh uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tests.golden.adapters import attribution
from tests.golden.cases import Case
from tests.golden.reading import Reading, named, part
from tests.golden.words import NotRunError
from tests.golden.world import Desk, Rows, Scenario

from accountlens.models import bgnbd, clv, gamma_gamma, rfm, sbg
from accountlens.models.attribution.markov import markov as markov_chain
from accountlens.models.bgnbd import BgnbdParameters
from accountlens.models.facts.journeys import paths_of
from accountlens.models.gamma_gamma import GammaGammaParameters
from accountlens.models.rfm import RfmSummary
from accountlens.models.sbg import SbgParameters

CDNOW = Path(__file__).parents[2] / "models" / "data" / "cdnow_customers.csv"
Found = dict[str, Any]


def library(answers: Callable[[Case], Found]) -> Callable[[Case], list[Scenario]]:
    """An adapter whose answers are computed by a model's function; the workspace beside it is empty."""

    def adapter(case: Case) -> list[Scenario]:
        found = answers(case)
        rows = Rows()
        rows.account()
        fields = {name: _constant(value) for name, value in found.items()}
        return [Scenario(rows, main=case.kpi, fields=fields)]

    adapter.__doc__ = answers.__doc__
    return adapter


def _constant(value: Any) -> Reading:
    return lambda desk: value


def _under(names: tuple[str, ...], value: Any) -> Found:
    """One value under several names."""
    return dict.fromkeys(names, value)


def _parameters(case: Case) -> dict[str, float]:
    rows = case.group("params parameters")
    return {name: float(row[name]) for row in rows for name in row}


def _summary(case: Case) -> tuple[RfmSummary, Any] | None:
    """Customers as they stand in the case, and the time ahead where it is given."""
    if case.has("dataset"):
        case.inputs.take("dataset")
        case.inputs.skim("filter")
        table = np.loadtxt(CDNOW, delimiter=",", skiprows=1)
        return RfmSummary(table[:, 0].astype(int), *table[:, 1:].T, period_days=7.0), None
    rows = case.group("customers summary rfm")
    if not rows:
        return None
    for row in rows:
        row.skim("id", "customer", "customer_id")
    frequency = np.array([row.need("frequency x") for row in rows])
    recency = np.array([row.number("recency t_x", default=0.0) for row in rows], dtype=float)
    age = np.array([row.number("T age", default=0.0) for row in rows], dtype=float)
    worth = [row.number("monetary_value monetary value m") for row in rows]
    monetary = np.array([np.nan if value is None else value for value in worth])
    ahead = [row.number("t horizon ahead") for row in rows]
    summary = RfmSummary(np.arange(len(rows)), frequency, recency, np.maximum(age, recency), monetary)
    return summary, None if None in ahead else np.array(ahead, dtype=float)


def _purchases(case: Case) -> Found:
    """BG/NBD: its parameters, expected purchases, P(alive), or the summary of transactions."""
    if case.has("transactions orders purchases"):
        return _rfm(case)
    given, found = _parameters(case), _summary(case)
    ahead = case.inputs.take("t horizon")
    if not given:
        if found is None:
            raise NotRunError("BG/NBD needs parameters, customers or transactions")
        fit = bgnbd.fit(found[0])
        p = fit.parameters
        return {"r": p.r, "alpha": p.alpha, "a": p.a, "b": p.b, "log_likelihood": fit.log_likelihood}
    parameters = BgnbdParameters(*(given[name] for name in ("r", "alpha", "a", "b")))
    if found is None:
        expected = bgnbd.expected_purchases(parameters, np.atleast_1d(np.asarray(ahead, dtype=float)))
        return {"expected_purchases": expected.tolist()}
    summary, own = found
    x, recency, age = summary.frequency, summary.recency, summary.age
    alive = bgnbd.probability_alive(parameters, x, recency, age).tolist()
    told = _under(("p_alive", "probability_alive", "alive"), alive)
    time = own if own is not None else ahead
    if time is not None:
        expected = bgnbd.conditional_expected_purchases(parameters, np.asarray(time, dtype=float), x, recency, age)
        told |= {"expected_purchases": expected.tolist(), "conditional_expected_purchases": expected.tolist()}
    return told


def _rfm(case: Case) -> Found:
    rows = case.need("transactions orders purchases")
    customers = [row.take("id customer customer_id account account_id") for row in rows]
    days = [str(row.take("date day ordered_at ts"))[:10] for row in rows]
    values = [row.number("amount value monetary_value") for row in rows]
    if case.as_of is None:
        raise NotRunError("a summary needs the end of the observation")
    worth = None if None in values else np.array(values, dtype=float)
    period = float(case.option("period_days", default=1))
    # the end date itself is the last day observed, as in lifetimes
    found = rfm.summarise(customers, days, worth, case.as_of.date(), period_days=period)
    columns = [found.frequency, found.recency, found.age]
    told: Found = {"summary": np.column_stack(columns).tolist()}
    told |= {"frequency": columns[0].tolist(), "recency": columns[1].tolist(), **_under(("T", "age"), columns[2].tolist())}  # fmt: skip
    monetary = [None if np.isnan(value) else value for value in found.monetary.tolist()]
    return told | _under(("monetary", "monetary_value"), [0 if value is None else value for value in monetary])


def _values(case: Case) -> Found:
    """Gamma-Gamma: its parameters, or what a purchase of each customer is expected to be worth."""
    given, found = _parameters(case), _summary(case)
    if found is None:
        raise NotRunError("Gamma-Gamma needs customers")
    summary = found[0]
    if not given:
        fit = gamma_gamma.fit(summary)
        p = fit.parameters
        told = {"p": p.p, "q": p.q, "v": p.v, "log_likelihood": fit.log_likelihood, "mean_value": p.mean_value}
        return told | {"correlation": clv.frequency_value_correlation(summary)}
    parameters = GammaGammaParameters(given["p"], given["q"], given["v"])
    expected = gamma_gamma.expected_average_value(parameters, summary.frequency, summary.monetary)
    listed = [None if np.isnan(value) else value for value in expected.tolist()]
    return _under(("expected_value", "expected_average_value", "value"), listed) | {"mean_value": parameters.mean_value}  # fmt: skip


def _lifetime(case: Case) -> Found:
    """The discounted value of the months ahead."""
    given, found = _parameters(case), _summary(case)
    if found is None or not given:
        raise NotRunError("a lifetime value needs customers and parameters")
    options = {
        "months": int(case.option("months", default=12)),
        "monthly_discount": float(case.option("monthly_discount", "discount", default=0.01)),
        "periods_per_month": float(case.option("periods_per_month", default=30)),
    }
    purchases = BgnbdParameters(*(given[name] for name in ("r", "alpha", "a", "b")))
    values = GammaGammaParameters(given["p"], given["q"], given["v"])
    worth = clv.lifetime_value(purchases, values, found[0], **options)  # type: ignore[arg-type]
    return _under(("clv", "lifetime_value", "value"), [None if np.isnan(one) else one for one in worth.tolist()])


def _renewals(case: Case) -> Found:
    """sBG: fitted on survivors, or with given parameters."""
    given = _parameters(case)
    told: Found = {}
    if given:
        parameters = SbgParameters(given["alpha"], given["beta"])
    else:
        survivors, scale = _survivors(case)
        fit = sbg.fit(survivors * scale)
        parameters = fit.parameters
        told = {"alpha": parameters.alpha, "beta": parameters.beta, "log_likelihood": fit.log_likelihood}
    asked = case.inputs.take("t years renewals periods")
    times = np.atleast_1d(np.asarray(1 if asked is None else asked, dtype=float))
    survival = sbg.survival(parameters, times)
    told |= {"survival": survival.tolist(), "survival_percent": (100 * survival).tolist()}
    if (times >= 1).all():
        told |= {"retention": sbg.retention(parameters, times).tolist()}
    for name, factor in (("projected_percent", 100.0), ("projected", 1.0)):
        if isinstance(asked_for := case.expected.get(name), Mapping):
            told[name] = {t: factor * float(sbg.survival(parameters, [float(t)])[0]) for t in asked_for}
    discount, margin = case.option("discount", "annual_discount", "d"), case.inputs.number("margin value payment")
    discount = case.inputs.number("discount d annual_discount") if discount is None else float(discount)
    if discount is not None:
        lifetime = sbg.expected_lifetime(parameters, discount)
        residual = sbg.expected_residual_lifetime(parameters, case.inputs.whole("renewed", default=0), discount)
        factor = 1.0 if margin is None else margin
        told |= _under(("clv", "value", "expected_lifetime"), None if lifetime is None else factor * lifetime)
        told |= _under(("residual", "residual_clv"), None if residual is None else factor * residual)
    return told


def _survivors(case: Case) -> tuple[np.ndarray[Any, Any], float]:
    """Who is left after 0, 1, 2, … renewals. Shares in per cent are of 1,000 customers, as in the paper."""
    percent = case.has("percent_alive survival_percent")
    rows = case.need("percent_alive survival_percent survivors alive counts")
    for row in rows:
        row.skim("year", "t", "period", "renewal")
    return np.array([row.need("alive n customers survivors value percent") for row in rows]), 10.0 if percent else 1.0


def markov(case: Case) -> list[Scenario]:
    """Paths as for the other models of attribution, and their chain."""
    scenarios = attribution.attribution(case)
    for scenario in scenarios:
        scenario.fields["removal_effect"] = _removal_effects
        scenario.fields["transition"] = _transition
        scenario.fields |= named("p_conv p_conversion conversion_probability", part("attribution_markov", "conversion_probability"))  # fmt: skip
    return scenarios


def _removal_effects(desk: Desk) -> Found:
    rows = desk.rows("attribution_markov", by="channel")
    return {row["by"]["channel"]: row["parts"]["removal_effect"] for row in rows if row["by"]["channel"] is not None}


def _transition(desk: Desk) -> Found:
    """The chain itself, which no answer shows: by the function that a question uses, over the same journeys."""
    session = desk.workspace._open(None).session
    session.ensure_fact("journeys")
    rows = session.con.sql("SELECT * FROM journeys ORDER BY opportunity_id, position").to_arrow_table()
    chain = markov_chain(paths_of(rows), measure="conversions")
    states, after = ("start", *chain.channels), (*chain.channels, "conv", "null")
    lines = zip(states, chain.transition.tolist(), strict=True)
    return {f"{one}>{to}": share for one, line in lines for to, share in zip(after, line, strict=True) if share}


purchases, values, lifetime = library(_purchases), library(_values), library(_lifetime)
renewals = library(_renewals)
