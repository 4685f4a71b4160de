"""Accounts that grow: sales to those we had before, and what they could still buy."""

from __future__ import annotations

from datetime import timedelta

from tests.golden.adapters.deals import AMOUNT, CLOSED, DEALS, opportunity
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, finished, frame, moments, spread, timed
from tests.golden.adapters.winning import by, win
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, named
from tests.golden.words import Given
from tests.golden.world import LONG_AGO, Rows, Scenario

PRIOR = "prior previous base last_period previous_period prior_sales prior_revenue"
CURRENT = "current this_period now current_period current_sales current_revenue"
NEW = "new new_business new_accounts new_account_sales"
OWNED = "owned bought has purchases ownership"
PAIRS = "eligible eligibility pairs matrix product_eligibility rows"


def growth(case: Case) -> list[Scenario]:
    """Sums of two periods from accounts that were customers before both, beside those of new ones; or deals."""
    if case.has(AGGREGATES, "periods pairs"):
        return finished(case, spread(case, case.group(AGGREGATES, "periods pairs"), by(case, _grown)), GROWTH)
    rows, groups = Rows(), case.need(DEALS)
    for row in groups:
        opportunity(rows, row, frame(case))
    for row in case.group("customers accounts"):
        win(rows, rows.account(row.text(ACCOUNT, "id value")), row.when("customer_since since won_at") or LONG_AGO)
    last = [moment for moment in moments(groups, CLOSED) if moment]
    return finished(case, [timed(case, Scenario(rows), *([max(last)] if last else []))], GROWTH)


def _grown(case: Case, rows: Rows, row: Given) -> None:
    start, middle, end = frame(case)
    account = rows.account()
    win(rows, account, LONG_AGO)
    yearly = case.options.get("comparison") == "previous_year"
    before = start.replace(year=start.year - 1) if yearly else start - (end - start)
    win(rows, account, before + timedelta(days=5), row.need(PRIOR, AMOUNT))
    win(rows, account, middle, row.need(CURRENT))
    if (new := row.number(NEW)) is not None:
        win(rows, rows.account(), middle, new)


def eligibility(case: Case) -> list[Scenario]:
    """Pairs of account and product, owned or not, with what they could bring; or how many."""
    if case.has(AGGREGATES):
        return finished(case, spread(case, case.group(AGGREGATES), by(case, _space)), WHITESPACE)
    rows, groups = Rows(), case.need(PAIRS)
    rows.ensure("product_eligibility", "subscriptions", "orders", "opportunities")
    for row in case.group("accounts"):
        rows.account(row.text(ACCOUNT, "id"), **row.some(CUTS))
    for row in groups:
        account = row.text(ACCOUNT)
        segment = None if account else row.text("segment")
        product = _product(rows, row)
        rows.add("product_eligibility", product_id=product, account_id=account and rows.account(account), segment=segment,
                 potential=row.number("potential value estimated_potential"))  # fmt: skip
        if account and row.take("owned is_owned") is True:
            _owned(rows, account, product)
    for row in case.group(OWNED):
        _owned(rows, rows.account(row.text(ACCOUNT)), _product(rows, row))
    return finished(case, [timed(case, Scenario(rows))], WHITESPACE)


def _product(rows: Rows, row: Given) -> str:
    name = row.text("product product_id")
    return rows.once("products", "product_id", name, name=name)


def _owned(rows: Rows, account: str, product: str) -> None:
    rows.add(
        "subscriptions",
        subscription_id=rows.fresh("plan"),
        account_id=account,
        started_on=LONG_AGO,
        mrr=10,
        product_id=product,
    )


def _space(case: Case, rows: Rows, row: Given) -> None:
    """So many pairs, the first of them owned; a potential is that of each pair."""
    rows.ensure("product_eligibility", "subscriptions", "orders", "opportunities")
    eligible, owned = row.whole("eligible eligible_pairs pairs"), row.whole("owned owned_pairs")
    potential, product = row.number("potential potential_per_pair"), _product(rows, Given({"product": "product1"}))
    for number in range(eligible):
        account = rows.account()
        rows.add("product_eligibility", product_id=product, account_id=account, potential=potential)
        if number < owned:
            _owned(rows, account, product)


GROWTH: dict[str, Reading] = {
    **named("growth growth_rate existing_account_growth", answer("existing_account_growth")),
    **named("sales_growth_rate all_growth", answer("sales_growth_rate")),
}
WHITESPACE: dict[str, Reading] = {
    **named("count open_pairs whitespace not_owned", answer("whitespace")),
    **named("share whitespace_share", answer("whitespace", basis="share")),
    **named("potential whitespace_value money", answer("whitespace", basis="value")),
}
