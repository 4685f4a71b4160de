"""Growth of sales and revenue, quotas of sales people, and orders of first and returning customers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.golden.adapters.deals import OWNER
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, MOMENT, SPANS, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, over, part
from tests.golden.words import Given, months_on, plain
from tests.golden.world import Desk, Rows, Scenario

PRIOR = "prior previous base last_period previous_period before previous_sales prior_sales prior_revenue last_year"
CURRENT = "current this_period now after current_period current_sales current_revenue this_year"
AMOUNT = "revenue sales amount value total"
PAIRS = "periods pairs comparisons"
SERIES = "series revenue sales months years quarters values history rows"
REPS = "reps sales_reps people quotas rows"
SOLD = "actual sales won closed revenue achieved bookings closed_won attained"
ORDERS = "orders transactions purchases rows"
ORDERED = f"ordered_at created_at order_date ds day {MOMENT}"
FIRST_YEAR = 2020  # of a growth over several years


def growth(case: Case) -> list[Scenario]:
    """Pairs of a prior and a current sum, a series of sums, or the first and the last year."""
    if case.has(PAIRS, AGGREGATES):
        groups = case.group(PAIRS, AGGREGATES)
        scenarios = spread(case, groups, lambda rows, row: _pair(case, rows, row))
        for scenario in scenarios:
            if years := scenario.rows.facts.get("years"):
                scenario.start, scenario.end = datetime(FIRST_YEAR, 1, 1), datetime(FIRST_YEAR + 1 + years, 1, 1)
    else:
        scenarios = [_series(case)]
    fields = {**named("growth growth_rate", answer(case.kpi)), "cagr": answer(case.kpi, comparison="cagr")}
    return finished(case, scenarios, fields)


def _pair(case: Case, rows: Rows, row: Given) -> None:
    start, middle, end = frame(case)
    if years := row.whole("years"):
        rows.facts["years"] = years
        case.options["comparison"] = "cagr"
        _sale(case, rows, row.need("first start beginning", PRIOR), datetime(FIRST_YEAR, 6, 1))
        _sale(case, rows, row.need("last end ending", CURRENT), datetime(FIRST_YEAR + years, 6, 1))
        return
    yearly = case.options.get("comparison") == "previous_year"
    before = start.replace(year=start.year - 1) if yearly else start - (end - start)
    _sale(case, rows, row.need(PRIOR), before + timedelta(days=5))
    _sale(case, rows, row.need(CURRENT), middle)


def _sale(case: Case, rows: Rows, amount: float, moment: datetime) -> None:
    """One sale of that sum. Sales are deals; revenue is orders, which returns may make negative."""
    rows.ensure("opportunities")
    account = rows.account()
    if case.kpi == "revenue_growth_rate":
        rows.add("orders", order_id=rows.fresh("order"), account_id=account, ordered_at=moment, amount=amount)
    elif amount:
        rows.add(
            "opportunities",
            opportunity_id=rows.fresh("deal"),
            account_id=account,
            status="won",
            amount=amount,
            created_at=moment - timedelta(days=3),
            closed_at=moment,
        )


def _series(case: Case) -> Scenario:
    """One sum for each month, quarter or year; without labels, months in their order."""
    rows, spans = Rows(), list[tuple[datetime, datetime]]()
    for number, row in enumerate(case.need(SERIES)):
        label, start = row.text(SPANS, "label"), frame(case)[0]
        spans.append(plain(label) if label else (months_on(start, number), months_on(start, number + 1)))
        _sale(case, rows, row.need(AMOUNT), spans[-1][0] + timedelta(days=5))
    scenario = timed(case, Scenario(rows), *(start for start, _ in spans))
    if case.options.get("comparison") == "cagr" or "cagr" in case.expected:
        scenario.start, scenario.end = spans[0][0], spans[-1][1]
    elif "value" in case.expected:
        scenario.start, scenario.end = spans[-1]
    return scenario


def quotas(case: Case) -> list[Scenario]:
    """Sales people with what they won and should have won, or sums of both."""
    rows = Rows()
    order = [_rep(case, rows, row) for row in case.need(REPS if case.has(REPS) else AGGREGATES)]
    scenario = timed(case, Scenario(rows))
    for name in ("by_rep", "by_owner", "values", "reps"):
        scenario.fields[name] = _by_rep(order, listed=isinstance(case.expected.get(name), list))
    return finished(case, [scenario], QUOTAS)


def _rep(case: Case, rows: Rows, row: Given) -> str:
    start, middle, end = frame(case)
    rep = rows.employee(row.text(OWNER, "name id salesperson"), team=row.text("team region"))
    rows.ensure("opportunities", "quotas")
    if (won := row.number(SOLD)) is not None:
        rows.add(
            "opportunities",
            opportunity_id=rows.fresh("deal"),
            account_id=rows.account(),
            status="won",
            amount=won,
            owner_id=rep,
            created_at=middle - timedelta(days=3),
            closed_at=middle,
        )
    if (quota := row.number("quota target goal")) is not None:
        rows.add("quotas", employee_id=rep, period_start=start, period_end=end, amount=quota)
    return rep


def _by_rep(order: list[str], listed: bool) -> Reading:
    def read(desk: Desk) -> Any:
        found = over("quota_attainment", "owner_id")(desk)
        return [found.get(name) for name in order] if listed else found

    return read


def orders(case: Case) -> list[Scenario]:
    """Orders, or sums of first and later ones."""
    if case.has(AGGREGATES):
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _first_and_later(case, rows, row))
    else:
        scenarios = [_orders(case)]
    return finished(case, scenarios, ORDER_FIELDS)


def _orders(case: Case) -> Scenario:
    rows, groups = Rows(), case.need(ORDERS)
    for row in groups:
        rows.add(
            "orders",
            order_id=row.text("order_id order id") or rows.fresh("order"),
            ordered_at=row.when(ORDERED) or frame(case)[1],
            account_id=rows.account(row.text(ACCOUNT, "user_id")),
            amount=row.number(AMOUNT, default=1),
            **row.some("product_id source kind quantity line_id currency"),
        )
    return timed(case, Scenario(rows), *moments(groups, ORDERED))


def _first_and_later(case: Case, rows: Rows, row: Given) -> None:
    """Sales of new and of returning customers; or customers of whom some came back."""
    start, middle, _ = frame(case)
    earlier = start - timedelta(days=30)
    rows.ensure("orders")

    def order(account: str, amount: float, moment: datetime) -> None:
        id = rows.fresh("order")
        rows.add("orders", order_id=id, account_id=account, ordered_at=moment, amount=amount, kind="sale")

    again = row.whole("repeat_customers returning_customers repeat")
    for number in range(row.whole("customers total_customers ordering_customers", default=again)):
        account = rows.account()
        if number < again:
            order(account, 1, earlier)
        order(account, 1, middle)
    if new := row.number("new_sales new_revenue first_order_value new"):
        order(rows.account(), new, middle)
    if later := row.number("repeat_sales repeat_revenue later_order_value later"):
        back = rows.account()
        order(back, 1, earlier)
        order(back, later, middle)


QUOTAS: dict[str, Reading] = {
    **named("team total attainment", answer("quota_attainment")),
    **named("won actual", part("quota_attainment", "won")),
    "by_team": over("quota_attainment", "owner.team"),
}
ORDER_FIELDS: dict[str, Reading] = {
    **named("by_value value_ratio", answer("new_to_repeat_ratio", basis="value")),
    **named("by_count count_ratio", answer("new_to_repeat_ratio", basis="count")),
    **{kpi: answer(kpi) for kpi in ("repeat_customer_share", "reference_sales_share", "new_to_repeat_ratio")},
    "in_period": answer("repeat_customer_share", basis="period"),
    "to_date": answer("repeat_customer_share", basis="to_date"),
}
