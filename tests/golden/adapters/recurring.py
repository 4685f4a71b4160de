"""Recurring revenue: mrr, its movements, churn of revenue, nrr and grr, the quick ratio; and customers kept or lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.golden.adapters.ledger import BEFORE, WORDS, Ledger, kind_of, move
from tests.golden.adapters.shapes import ACCOUNT, AGGREGATES, CUTS, MOMENT, finished, frame, moments, spread, timed
from tests.golden.cases import Case
from tests.golden.reading import Reading, answer, either, named, part
from tests.golden.words import Given, months_on
from tests.golden.world import LONG_AGO, Desk, Row, Rows, Scenario

STARTED = "start_date started_on started started_at start from begin"
ENDED = "end_date ended_on ended ended_at end to until churned_on"
OPENING = "opening opening_mrr start_mrr starting_mrr mrr_start beginning_mrr mrr_opening start"
CLOSING = "closing closing_mrr end_mrr ending_mrr mrr_end mrr_closing end retained_mrr retained"
AMOUNT = "amount mrr value delta"
WHEN = f"on day {MOMENT}"
BILLING = "billing_months billing_period_months period_months interval_months billing interval billing_period"
MONTHS = {"month": 1, "monthly": 1, "quarter": 3, "quarterly": 3, "year": 12, "yearly": 12, "annual": 12}
MOVEMENTS = ("new", "expansion", "contraction", "churn", "reactivation")

SUBSCRIPTIONS = "subscriptions subscription plans"
TIMELINE = "account_mrr_timeline mrr_timeline timeline"
MOVED = "movements mrr_movements changes"
DAILY = "days daily daily_movements"
LEVELS = "accounts customers cohort rows"
MAIN = {"nrr_grr": "nrr", "mrr_churn_rate": "gross_mrr_churn_rate", "mrr_movements": "net_new_mrr"}


def revenue(case: Case) -> list[Scenario]:
    """Subscriptions, a timeline, movements on an opening, accounts with two levels, or sums."""
    shapes: Mapping[str, Callable[[Case], Scenario]] = {
        SUBSCRIPTIONS: subscriptions,
        TIMELINE: _timeline,
        MOVED: _moved,
        DAILY: _daily,
        LEVELS: _levels,
    }
    build = next((build for names, build in shapes.items() if case.has(names)), None)
    if build is not None:
        scenarios = [build(case)]
    else:
        scenarios = spread(case, case.group(AGGREGATES), lambda rows, row: _sums(case, rows, row))
    return finished(case, scenarios, FIELDS, MAIN.get(case.kpi))


def subscriptions(case: Case) -> Scenario:
    """Rows that are subscriptions already; undated ones have always been there."""
    rows, groups = Rows(), case.group(SUBSCRIPTIONS)
    rows.ensure("subscriptions", "accounts")
    for row in groups:
        months = row.take(BILLING)
        rows.add(
            "subscriptions",
            subscription_id=row.text("sub subscription_id subscription id") or rows.fresh("subscription"),
            account_id=rows.account(row.text(ACCOUNT, "user_id") or "account1", **row.some(CUTS)),
            started_on=row.when(STARTED) or LONG_AGO,
            ended_on=row.when(ENDED),
            mrr=row.number("mrr monthly"),
            price=row.number("price amount unit_price plan_price"),
            quantity=row.number("quantity qty units"),
            discount=row.number("discount discount_rate"),
            billing_months=MONTHS.get(str(months), months),
            cancelled_at=row.when("cancelled_at cancelled_on cancelled canceled_at"),
            **row.some("product_id seats currency"),
        )
    return timed(case, Scenario(rows), *moments(groups, STARTED, ENDED))


def _timeline(case: Case) -> Scenario:
    """What an account pays after each step. Steps without a date come a month apart."""
    rows, groups = Rows(), case.group(TIMELINE)
    ledger, start = Ledger(rows), frame(case)[0]
    dated: list[datetime] = []
    for number, row in enumerate(sorted(groups, key=lambda row: row.take("seq step", default=0))):
        row.skim("event")  # what happened, in words
        dated.append(row.when(WHEN, "month") or months_on(start, number) + timedelta(days=14))
        after = row.need("account_mrr_after mrr_after after mrr account_mrr")
        ledger.step(row.text(ACCOUNT) or "account1", dated[-1], after)
    ledger.write()
    return timed(case, Scenario(rows), *dated)


def _moved(case: Case) -> Scenario:
    """Movements on an opening; where they name accounts, each on the opening of its account."""
    rows = Rows()
    ledger, middle = Ledger(rows), frame(case)[1]
    openings, movements = case.group("opening openings"), case.group(MOVED)
    if any(row.has(ACCOUNT) for row in movements):
        for row in openings:
            ledger.step(str(row.text(ACCOUNT)), LONG_AGO, row.need(AMOUNT, OPENING))
        for number, row in enumerate(movements):
            account = str(row.text(ACCOUNT))
            _comes_back(ledger, row, account)
            moment = row.when(WHEN) or middle + timedelta(days=number % 10)
            ledger.step(account, moment, ledger.level(account) + _signed(row))
    else:
        opening = sum(row.need(AMOUNT, OPENING) for row in openings) if openings else None
        move(ledger, opening, [(_kind(row), _signed(row), row.when(WHEN) or middle) for row in movements])
    ledger.write()
    return timed(case, Scenario(rows), *moments(movements, WHEN))


def _daily(case: Case) -> Scenario:
    """The sums of movements of each day, on the opening of the first."""
    rows, groups = Rows(), case.group(DAILY)
    ledger, start = Ledger(rows), frame(case)[0]
    opening = next((row.number(OPENING) for row in groups), None)
    moved: list[tuple[str, float, datetime]] = []
    for number, row in enumerate(groups):
        row.skim(OPENING, CLOSING)
        moment = (
            row.when("date ts on") or start + timedelta(days=row.whole("day", default=number + 1) - 1)
        ) + timedelta(hours=12)
        moved += [(kind, row.number(WORDS[kind]) or 0.0, moment) for kind in MOVEMENTS]
    move(ledger, opening, moved)
    ledger.write()
    return timed(case, Scenario(rows), *(moment for _, _, moment in moved))


def _comes_back(ledger: Ledger, row: Given, account: str) -> None:
    """Who is reactivated has paid before."""
    if _kind(row) == "reactivation" and account not in ledger.steps:
        ledger.step(account, LONG_AGO, _signed(row))
        ledger.step(account, BEFORE, 0)


def _kind(row: Given) -> str:
    return kind_of(str(row.text("type kind movement")))


def _signed(row: Given) -> float:
    """Churn and contraction are negative, however they are written."""
    amount = abs(row.need(AMOUNT))
    return -amount if _kind(row) in ("churn", "contraction") else amount


def _levels(case: Case) -> Scenario:
    """Accounts with what they paid at the opening and at the closing, and where known between."""
    rows = Rows()
    ledger, (start, middle, _) = Ledger(rows), frame(case)
    for row in case.group(LEVELS):
        account = rows.account(row.text(ACCOUNT, "id"), **row.some(CUTS))
        opening, closing = row.number(OPENING, default=0), row.number(CLOSING, default=0)
        if row.take("was_customer churned_before returning"):
            ledger.step(account, LONG_AGO, closing or 0)
            ledger.step(account, BEFORE, 0)
        between = row.number("middle mid_mrr mrr_mid")
        steps = [(datetime(2023, 1, 1), opening), (start + (middle - start) / 2, between), (middle, closing)]
        for moment, level in steps:
            if level is not None and level != ledger.level(account):
                ledger.step(account, moment, level)
    ledger.write()
    return timed(case, Scenario(rows))


def _sums(case: Case, rows: Rows, row: Given) -> None:
    """An opening and the sums of each movement; where only a closing is known, the difference is the movement."""
    ledger, middle = Ledger(rows), frame(case)[1]
    amounts: Row = {kind: row.number(WORDS[kind]) for kind in MOVEMENTS}
    opening, closing = row.number(OPENING), row.number(CLOSING)
    if closing is not None and opening is not None and all(amount is None for amount in amounts.values()):
        amounts["expansion" if closing > opening else "contraction" if closing else "churn"] = closing - opening
    move(ledger, opening, [(kind, amount or 0.0, middle) for kind, amount in amounts.items()])
    ledger.write()


def _movements(desk: Desk) -> list[list[Any]]:
    """Every movement in its order: `[["new", 166.67], …]`."""
    found = [
        (row["period_start"], order, kind, row["value"])
        for order, kind in enumerate(MOVEMENTS)
        for row in desk.rows(f"{kind}_mrr", grain="day")
        if row["value"]
    ]
    return [[kind, amount] for _, _, kind, amount in sorted(found)]


def _of_retention(names: str) -> Reading:
    """A part of grr or of nrr."""
    return either(part("grr", names), part("nrr", names))


FIELDS: dict[str, Reading] = {
    "movements": _movements,
    **{kpi: answer(kpi) for kpi in ("mrr", "arr", "nrr", "grr", "nrr_12m", "grr_12m")},
    **{name: answer(f"{kind}_mrr") for kind in MOVEMENTS for name in (kind, f"{kind}_mrr")},
    **named("net_new net_new_mrr", answer("net_new_mrr")),
    **named("quick_ratio saas_quick_ratio", answer("saas_quick_ratio")),
    **named("opening opening_mrr start_mrr", _of_retention("opening_mrr")),
    **named("closing closing_mrr end_mrr", answer("mrr")),
    **named("retained_mrr retained", part("nrr", "retained_mrr kept")),
    **named("churned_mrr mrr_churned", _of_retention("churned_mrr churned")),
    **named("downsell_mrr contracted_mrr", _of_retention("downsell_mrr downsell contracted")),
    **named("gross_mrr_churn_rate gross_churn mrr_churn_rate gross_mrr_churn gross", answer("gross_mrr_churn_rate")),
    **named("net_mrr_churn_rate net_churn net_mrr_churn net", answer("net_mrr_churn_rate")),
    **named("logo_churn_rate logo_churn churn_rate customer_churn_rate", answer("logo_churn_rate")),
    **named("logo_churn_movement", answer("logo_churn_rate", method="movement")),
    "retention_rate": answer("retention_rate"),
    "retention_rate_plain": answer("retention_rate_plain"),
    **named("annualised_churn annualized_churn annualised", answer("logo_churn_rate", annualise=True)),
    **named("customers_start start_customers", part("logo_churn_rate", "customers_start")),
    **named("customers_lost lost lost_customers churned_customers", part("logo_churn_rate", "customers_lost")),
    **named("customers_end end_customers", part("retention_rate", "customers_end")),
    **named("customers_new new_customers", part("retention_rate", "new_customers")),
    **named("expansion_rate account_expansion_rate", answer("account_expansion_rate")),
}
