"""What winning customers costs and brings: cac, its payback, the return on a program."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from tests.golden.adapters.deals import touch
from tests.golden.adapters.lifetimes import ARPA, CHURN, paying
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named, part
from tests.golden.words import Given, ratio, split
from tests.golden.world import Rows, Scenario

COST = "sales_marketing_cost cost total_cost spend total_spend acquisition_cost amount investment"
COSTS = (
    "marketing_cost sales_cost marketing_spend sales_spend salaries tools overhead overheads media agencies "
    "commissions ad_spend advertising"
)
NEW = "new_customers customers customers_acquired customers_won won"
SPENT = f"spent_on day month {MOMENT}"
WON = f"won_at closed_at closed {MOMENT}"
OF_SALES = "sales sales_cost sales_spend salaries commission commissions sales_tools sdr"
EARNED = "return_amount return revenue returns gain attributed_revenue gross_return value"


def costs(case: Case) -> list[Scenario]:
    """Costs as rows or sums, with the customers they won."""
    if case.has("costs spend expenses"):
        scenarios = [_rows(case)]
    else:
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _acquisition(case, rows, row))
    return finished(case, scenarios, CAC)


def _rows(case: Case) -> Scenario:
    rows, groups = Rows(), case.group("costs spend expenses")
    rows.ensure("costs", "opportunities")
    for row in groups:
        category = row.text("category name type item")
        function = row.text("function") or ("sales" if category in split(OF_SALES) else "marketing")
        _spend(case, rows, row, category=category, function=function)
    for row in case.group(AGGREGATES):
        _win(case, rows, row.whole(NEW), row.number(ARPA))
        rows.margin(row)
    customers = case.group("new_customers customers deals opportunities wins")
    for row in customers:
        if list(row) == ["value"]:  # a bare number of them
            _win(case, rows, row.whole("value"), None)
        else:
            _first_deal(case, rows, row)
    return timed(case, Scenario(rows), *moments(groups, SPENT), *moments(customers, WON))


def _spend(case: Case, rows: Rows, row: Given, **columns: object) -> None:
    campaign, program = row.text("campaign campaign_id"), row.text("program")
    if campaign:
        rows.once("campaigns", "campaign_id", campaign, name=campaign, program=program, **row.some("channel"))
    rows.add(
        "costs",
        cost_id=row.text("id cost_id") or rows.fresh("cost"),
        spent_on=row.when(SPENT) or frame(case)[1],
        amount=row.need("amount cost value spend"),
        program=program,
        campaign_id=campaign,
        **row.some("currency"),
        **columns,
    )


def _first_deal(case: Case, rows: Rows, row: Given) -> None:
    won = row.when(WON) or frame(case)[1]
    rows.add(
        "opportunities",
        opportunity_id=rows.fresh("deal"),
        account_id=rows.account(row.text(ACCOUNT, "id")),
        status=row.text("status") or "won",
        amount=row.number("amount value"),
        created_at=won - timedelta(days=5),
        closed_at=won,
    )


def _win(case: Case, rows: Rows, count: int, arpa: float | None) -> None:
    """New customers: a first won deal each, and where told what they pay a month."""
    middle = frame(case)[1]
    for _ in range(count):
        account = rows.account()
        _first_deal(case, rows, Given({"account": account}))
        if arpa is not None:
            id = rows.fresh("subscription")
            rows.add("subscriptions", subscription_id=id, account_id=account, started_on=middle, mrr=arpa)


def _acquisition(case: Case, rows: Rows, row: Given) -> None:
    """A sum of costs, or a cost for each new customer, and the customers."""
    rows.ensure("costs", "opportunities")
    rows.margin(row)
    each, total = row.number("cac"), row.number(COST)
    count = row.whole(NEW, default=1 if each is not None else 0)
    if each is not None:
        total = each * count
    for name in [name for name in split(COSTS) if name in row]:
        function = "sales" if name in split(OF_SALES) else "marketing"
        _spend(case, rows, Given({"amount": row.need(name)}), category=name, function=function)
    if total is not None:
        _spend(case, rows, Given({"amount": total}), function="marketing")
    arpa, churn = row.number(ARPA), row.number(CHURN)
    _win(case, rows, count, arpa)
    if (ltv := row.number("ltv clv lifetime_value")) is not None:
        paying(case, rows, ltv / 2, Fraction(1, 2))
    elif churn is not None:
        paying(case, rows, arpa or 1.0, Fraction(*ratio(churn)))


def returns(case: Case) -> list[Scenario]:
    """What a program brought in, and what it cost."""
    groups = case.group(AGGREGATES, "programs campaigns")
    return finished(case, spread(case, groups, lambda rows, row: _program(case, rows, row)), ROI)


def _program(case: Case, rows: Rows, row: Given) -> None:
    """A campaign that cost so much and touched the one deal that was won, with so much."""
    middle = frame(case)[1]
    rows.margin(row)
    name = row.text("campaign program channel name") or "campaign1"
    campaign = rows.once("campaigns", "campaign_id", name, name=name, program=name)
    earned, cost = row.number(EARNED), row.number("cost investment spend total_cost")
    if (profit := row.number("net_profit profit net_return")) is not None and earned is None:
        earned = profit + (cost or 0)
    rows.ensure("costs", "opportunities", "activities")
    if cost:
        _spend(case, rows, Given({"amount": cost, "campaign": campaign, "program": name}), function="marketing")
    account = rows.account()
    touch(rows, account, middle - timedelta(days=10), campaign_id=campaign)
    if earned is not None:
        rows.add(
            "opportunities",
            opportunity_id=rows.fresh("deal"),
            account_id=account,
            status="won",
            amount=earned,
            campaign_id=campaign,
            created_at=middle - timedelta(days=5),
            closed_at=middle,
            source="marketing",
        )


CAC: dict[str, Reading] = {
    **named("cac cost_per_customer", answer("cac")),
    **named("total_cost cost sales_marketing_cost total_spend", part("cac", "cost")),
    **named("new_customers customers", part("cac", "new_customers")),
    **named("paid_cac program_cac", answer("cac", costs="program")),
    **named("months payback_months payback", answer("cac_payback_months")),
    "ltv": answer("ltv"),
    **named("ratio ltv_cac ltv_cac_ratio", answer("ltv_cac_ratio")),
}
ROI: dict[str, Reading] = {
    "roi": answer("roi"),
    **named("multiple return_multiple roas", answer("return_multiple")),
    **named("cost total_cost", part("roi", "cost")),
    **named("return returned", part("roi", "return returned revenue")),
}
