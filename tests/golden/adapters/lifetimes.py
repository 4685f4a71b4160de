"""What a customer is worth over its lifetime: from revenue and churn, or from sales and a lifespan."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from tests.golden.adapters.shapes import AGGREGATES, finished, frame, spread
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named
from tests.golden.words import Given, NotRunError, ratio
from tests.golden.world import LONG_AGO, Rows, Scenario

ARPA = (
    "arpa_monthly arpa arpu mrr_per_customer monthly_revenue_per_customer average_revenue_per_account arpu_monthly "
    "arpa_monthly_of_new"
)
CHURN = "monthly_customer_churn monthly_churn churn_rate churn customer_churn monthly_logo_churn monthly_revenue_churn"
PRICE = (
    "avg_sale_price average_sale_price avg_order_value average_order_value aov average_purchase_value avg_purchase_value "
    "customer_value customer_value_per_year annual_value value_per_year annual_revenue_per_customer"
)
CUSTOMERS = "customers customers_start accounts active_customers"
SALES = "sales_per_year purchases_per_year purchase_frequency orders_per_year frequency transactions_per_year"
LIFESPAN = "lifespan_years customer_lifespan_years lifespan lifetime_years years customer_lifespan average_lifespan"


def value(case: Case) -> list[Scenario]:
    """What an account pays a month and how many leave."""
    groups = case.group(AGGREGATES, "customers inputs")
    return finished(case, spread(case, groups, lambda rows, row: _lifetime(case, rows, row)), LTV)


def _lifetime(case: Case, rows: Rows, row: Given) -> None:
    rows.margin(row)
    months = row.number("lifetime_months lifespan_months")
    churn = 1 / months if months else row.number(CHURN)
    if churn is None and row.has("customers_lost lost churned"):
        churn = row.need("customers_lost lost churned") / row.need(CUSTOMERS)
    if churn is None:
        raise NotRunError(f"a lifetime value without churn: {row.data}")
    arpa = row.number(ARPA)
    if arpa is None:  # spread over those who pay it
        arpa = row.need("mrr monthly_revenue total_mrr") / row.need(CUSTOMERS)
    paying(case, rows, arpa, Fraction(*ratio(churn)))


def paying(case: Case, rows: Rows, arpa: float, churn: Fraction) -> None:
    """Accounts that all pay the same; of the opening ones, exactly this share leaves."""
    middle = frame(case)[1]
    rows.ensure("subscriptions", "accounts")

    def subscribe(start: datetime, end: datetime | None) -> None:
        id = rows.fresh("subscription")
        columns = {"account_id": rows.account(), "started_on": start, "ended_on": end, "mrr": arpa}
        rows.add("subscriptions", subscription_id=id, **columns)

    for number in range(churn.denominator):
        subscribe(LONG_AGO, middle if number < churn.numerator else None)
    if churn == 1:  # somebody must be there at the closing to have revenue per account
        subscribe(middle, None)


def simple(case: Case) -> list[Scenario]:
    """An average sale, sales per customer and year, and a lifespan (or the share of customers lost in a year)."""
    groups = case.group(AGGREGATES, "inputs")
    return finished(case, spread(case, groups, lambda rows, row: _bought(case, rows, row)), {})


def _bought(case: Case, rows: Rows, row: Given) -> None:
    price, middle = row.need(PRICE), frame(case)[1]
    sales, customers = ratio(row.need(SALES) if row.has(SALES) else 1.0)
    if sales < customers:
        raise NotRunError("fewer than one sale a year for each customer who bought in it")
    if (lifespan := row.number(LIFESPAN)) is not None:
        case.options["lifespan_years"] = lifespan
    buyers = [rows.account() for _ in range(customers)]
    for number in range(sales):
        rows.add(
            "orders",
            order_id=rows.fresh("order"),
            account_id=buyers[number % customers],
            ordered_at=middle - timedelta(minutes=number),
            amount=price,
        )
    if (churn := row.number("annual_churn annual_churn_rate churn_rate churn")) is not None:
        paying(case, rows, 1.0, Fraction(*ratio(churn)))


LTV: dict[str, Reading] = {
    **named("ltv clv", answer("ltv")),
    **named("revenue_ltv ltv_revenue without_margin", answer("ltv", margin="none")),
    **named("capped capped_ltv", answer("ltv", max_lifetime_months=120)),
}
